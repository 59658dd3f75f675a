"""Decisions on a model: try it in the shadow, put it in service, go back to the former one."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import utcnow
from app.models_registry import queries
from app.models_registry.models import DecisionKind, ModelDecision, ModelState, ModelVersion

#: the namespace of the lock that serialises decisions
LOCK = 7_146_006

#: why the first model may not replace the second yet, in French; `None` when nothing prevents it
Requirement = Callable[[Session, ModelVersion, ModelVersion], str | None]


def obstacles(session: Session, version: ModelVersion, *, requirement: Requirement) -> list[str]:
    """Return why a model may not be put in service now, one French sentence each; empty when it may.

    ``requirement``: the further condition set by the domains that monitor the model.
    """
    champion = queries.find_champion(session)
    if champion is None:
        return []
    if version.state is not ModelState.CHALLENGER:
        return ["Ce modèle n’est pas à l’essai."]
    gate = version.gate
    if gate is None:
        return ["Les conditions de mise en service n’ont pas été mesurées."]
    if gate["champion"] != champion.id:
        return [f"Les conditions ont été mesurées contre le modèle n° {gate['champion']}, qui n’est plus en service."]  # fmt: skip
    failed = [line for line in gate["conditions"] if not line["passed"]]
    sentences = [
        f"Condition non remplie : {line['sentence']} ({line['bound']})." for line in failed
    ]
    unmet = requirement(session, version, champion)
    return sentences if unmet is None else [*sentences, unmet]


def challenge(session: Session, identity: Identity, version: ModelVersion) -> None:
    """Try a candidate in the shadow of the champion; the previous challenger becomes a candidate again."""
    _one_at_a_time(session)
    if version.state not in (ModelState.CANDIDATE, ModelState.RETIRED):
        raise DomainError(f"Ce modèle est déjà « {version.state.label.lower()} ».")
    champion = queries.require_champion(session)
    former = queries.find_challenger(session)
    if former is not None:
        former.state = ModelState.CANDIDATE
        session.flush()
    version.state = ModelState.CHALLENGER
    _write(session, identity, version, DecisionKind.CHALLENGE, former=champion, reason="")


def try_automatically(session: Session, identity: Identity, version: ModelVersion) -> bool:
    """Try a scheduled model in the shadow, unless another already is: somebody may be about to sign for that one.

    Nobody decided this: only the journal records it.
    """
    _one_at_a_time(session)
    champion = queries.find_champion(session)
    if champion is None or version.state is not ModelState.CANDIDATE:
        return False
    if queries.find_challenger(session) is not None:
        return False
    version.state = ModelState.CHALLENGER
    journal.record(
        session, identity, Event.MODEL_CHALLENGED, version=version.id, former=champion.id
    )
    return True


def promote(
    session: Session,
    identity: Identity,
    version: ModelVersion,
    *,
    reason: str,
    requirement: Requirement,
) -> None:
    """Sign for a challenger: it replaces the champion, which retires. Raise `DomainError` with every obstacle."""
    _one_at_a_time(session)
    against = obstacles(session, version, requirement=requirement)
    if against:
        raise DomainError(" ".join(against))
    champion = queries.require_champion(session)
    _replace(session, champion, version)
    _write(session, identity, version, DecisionKind.PROMOTE, former=champion, reason=reason)


def roll_back(session: Session, identity: Identity) -> ModelVersion:
    """Put back in service the champion that the last promotion retired; return it."""
    _one_at_a_time(session)
    former = queries.find_former_champion(session)
    if former is None:
        raise DomainError("Aucun modèle précédent ne peut être remis en service.")
    champion = queries.require_champion(session)
    _replace(session, champion, former)
    _write(session, identity, former, DecisionKind.ROLLBACK, former=champion, reason="")
    return former


def _replace(session: Session, champion: ModelVersion, version: ModelVersion) -> None:
    champion.state = ModelState.RETIRED
    # A unique index allows one champion at any moment.
    session.flush()
    version.state = ModelState.CHAMPION
    session.flush()


def _one_at_a_time(session: Session) -> None:
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    session.expire_all()


def _write(
    session: Session, identity: Identity, version: ModelVersion, kind: DecisionKind, *,
    former: ModelVersion, reason: str,
) -> None:  # fmt: skip
    session.add(
        ModelDecision(
            model_id=version.id,
            former_id=former.id,
            kind=kind,
            reason=reason,
            agent_id=identity.agent_id,
            decided_at=utcnow(),
        )
    )
    session.flush()
    events = {
        DecisionKind.CHALLENGE: Event.MODEL_CHALLENGED,
        DecisionKind.PROMOTE: Event.MODEL_PROMOTED,
        DecisionKind.ROLLBACK: Event.MODEL_ROLLED_BACK,
    }
    journal.record(session, identity, events[kind], version=version.id, former=former.id)
