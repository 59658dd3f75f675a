"""Decisions on a model: try it in the shadow, put it in service, go back to the former one; and what excuses
figures in the red.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import utcnow
from app.core.text.bounds import require_motive
from app.models_registry import queries
from app.models_registry.models import (
    DecisionKind,
    ExcuseKind,
    ModelDecision,
    ModelState,
    ModelVersion,
)
from scoring.measuring.report import conclusions
from scoring.vocabulary import Reserve

#: the namespace of the lock that serialises decisions
LOCK = 7_146_006

#: how long an excuse stands: the time to follow a detection in the shadow, and to sign
EXCUSE_LASTS = timedelta(days=30)
LONGEST_MOTIVE = 1_000
UNCHECKED = "Dites en quelques mots ce que vous avez vérifié."
TOO_SHORT = "Dites en quelques mots ce qui a changé, et comment vous l’avez vérifié."

Gate = Mapping[str, Any]
#: why the first model may not replace the second yet, in French; `None` when nothing prevents it
Requirement = Callable[[Session, ModelVersion, ModelVersion], str | None]


def excuse(identity: Identity, *, kind: ExcuseKind, motive: str | None) -> dict[str, Any]:
    """Return an excuse as JSON values: its kind, a motive that tells something, whose it is, and when.

    Raise `DomainError` when the motive tells nothing.
    """
    text = require_motive(motive, field="motive", limit=LONGEST_MOTIVE, too_short=TOO_SHORT)
    return {
        "kind": kind.value,
        "motive": text,
        "agent": identity.agent_id,
        "written_at": utcnow().isoformat(),
    }


def excuse_sentence(written: Mapping[str, Any] | None) -> str:
    """Return « Une source est arrivée… : fichier reçu… »; empty without an excuse."""
    return f"{ExcuseKind(written['kind']).label} : {written['motive']}" if written else ""


def excuse_end(written: Mapping[str, Any]) -> datetime:
    """Return until when an excuse stands."""
    return datetime.fromisoformat(written["written_at"]) + EXCUSE_LASTS


def is_undecided(gate: Gate) -> bool:
    """Return whether no condition of a gate is refused, while some are inconclusive."""
    held = [line["passed"] or _is_inconclusive(line) for line in gate["conditions"]]
    return not gate["is_open"] and bool(held) and all(held)


def conclusion(gate: Gate) -> str:
    """Return what a gate allows to say, in French."""
    failures = [line["value"] for line in gate["conditions"] if line["name"] == "failures"]
    return conclusions.of_gate(
        is_open=gate["is_open"],
        is_undecided=is_undecided(gate),
        failures=int(failures[0]) if failures else None,
    )


def obstacles(
    session: Session,
    version: ModelVersion,
    *,
    requirement: Requirement,
    signer: Identity | None = None,
) -> list[str]:
    """Return why a model may not be put in service now, one French sentence each; empty when it may.

    A condition that is inconclusive does not prevent it: a region with few failures would keep its first
    model for ever, of which nothing was asked. ``requirement``: the further condition set by the domains
    that monitor the model.
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
    failed = [
        line for line in gate["conditions"] if not line["passed"] and not _is_inconclusive(line)
    ]
    sentences = [
        f"Condition non remplie : {line['sentence']} ({line['bound']})." for line in failed
    ]
    sentences += _excused(gate, signer)
    unmet = requirement(session, version, champion)
    return sentences if unmet is None else [*sentences, unmet]


def _is_inconclusive(line: Mapping[str, Any]) -> bool:
    return line.get("reserve") == Reserve.INCONCLUSIVE


def _excused(gate: Gate, signer: Identity | None) -> list[str]:
    """Return why the excuse of a gate does not let ``signer`` sign."""
    written = gate.get("excuse")
    if not written:
        return []
    against = []
    if utcnow() > excuse_end(written):
        against.append(
            f"La justification du déplacement des scores a plus de {EXCUSE_LASTS.days} jours : mesurez de nouveau."
        )
    if signer is not None and signer.agent_id == written["agent"]:
        against.append(
            "Vous avez justifié le déplacement des scores : une autre personne doit signer."
        )
    return against


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
    against = obstacles(session, version, requirement=requirement, signer=identity)
    if against:
        raise DomainError(" ".join(against))
    motive = require_motive(reason, field="reason", limit=LONGEST_MOTIVE, too_short=UNCHECKED)
    champion = queries.require_champion(session)
    _replace(session, champion, version)
    _write(session, identity, version, DecisionKind.PROMOTE, former=champion, reason=motive)


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
    take_turn(session, LOCK)
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
    journal.record(
        session, identity, events[kind], version=version.id, former=former.id,
        conclusion=conclusion(version.gate) if kind is DecisionKind.PROMOTE and version.gate else None,
    )  # fmt: skip
