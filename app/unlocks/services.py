"""What agents open of a firm that nothing has opened, to whom and why; and its end."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_motive
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.unlocks import policies
from app.unlocks.models import LASTS, MOTIVE_LIMIT, Unlock, UnlockScope, UnlockSource


@dataclass(frozen=True, kw_only=True)
class Motive:
    """Why the confidential data of a firm are needed, as typed: checked when something is opened."""

    source: UnlockSource | None
    text: str | None
    #: the field of the form where the text was typed
    field: str = "motive"


OVER = "Ce déverrouillage est déjà terminé."
TOO_SHORT = "Dites en quelques mots ce que vous savez et ce que vous cherchez."


def open_unlock(
    session: Session, identity: Identity, company: Company, motive: Motive
) -> Unlock:  # fmt: skip
    """Open the firm's confidential data to the agent for `LASTS`; the managers of their network are notified."""
    _require_in_zone(identity, company)
    if company.siren in identity.unlocked_sirens:
        raise DomainError("Vous avez déjà déverrouillé cette entreprise.")
    if not policies.would_open(identity, company):
        raise DomainError(
            "Un déverrouillage ne vous ouvrirait rien ici : la fiche de l’entreprise dit ce que vous"
            " lisez, et à qui demander le reste."
        )
    return _open(session, identity, company, motive, scope=UnlockScope.AGENT)


def open_to_case(
    session: Session, identity: Identity, company: Company, motive: Motive
) -> Unlock | None:  # fmt: skip
    """Open the firm to the members of an accompagnement that begins, as long as it lasts; nothing if it was open to its author."""
    if not policies.would_open(identity, company):
        return None
    return _open(session, identity, company, motive, scope=UnlockScope.CASE)


def open_to_zone(
    session: Session, identity: Identity, company: Company, motive: Motive
) -> Unlock:  # fmt: skip
    """Open a firm that an agent flags to its zone, for `LASTS`.

    Written whether or not something else opened the firm: the agent may have no right to know that.
    """
    _require_in_zone(identity, company)
    return _open(session, identity, company, motive, scope=UnlockScope.ZONE)


def end_unlock(session: Session, identity: Identity, unlock: Unlock) -> None:
    """End the agent's own unlock early; raise `DomainError` if it is over."""
    if not policies.is_mine(identity, unlock):
        raise DomainError(OVER)
    hold(session, unlock)
    if unlock.ended_at is not None:
        raise DomainError(OVER)
    _end(session, identity, unlock)


def end_with_case(session: Session, identity: Identity, unlock_id: int | None) -> None:
    """End what an accompagnement that is closed had opened."""
    unlock = session.get(Unlock, unlock_id) if unlock_id is not None else None
    if unlock is not None and unlock.ended_at is None:
        _end(session, identity, unlock)


def _open(
    session: Session, identity: Identity, company: Company, motive: Motive, *, scope: UnlockScope
) -> Unlock:  # fmt: skip
    if motive.source is None:
        raise DomainError("Choisissez la source.", field="source")
    now = utcnow()
    unlock = Unlock(
        siren=company.siren,
        departments=company.departments,
        agent_id=identity.agent_id,
        network_id=_require_network(identity),
        scope=scope,
        source=motive.source,
        motive=_require_text(motive),
        opened_at=now,
        expires_at=None if scope is UnlockScope.CASE else now + LASTS,
    )
    session.add(unlock)
    session.flush()
    journal.record(
        session, identity, journal.Event.UNLOCK_OPENED, siren=company.siren, unlock=unlock.id,
        scope=scope, source=unlock.source, expires_at=unlock.expires_at,
    )  # fmt: skip
    events.emit(session, identity, _opened(unlock))
    return unlock


def _end(session: Session, identity: Identity, unlock: Unlock) -> None:
    unlock.ended_at = utcnow()
    session.flush()
    journal.record(
        session, identity, journal.Event.UNLOCK_ENDED, siren=unlock.siren, unlock=unlock.id
    )


def _require_in_zone(identity: Identity, company: Company) -> None:
    if not policies.is_in_zone(identity, company):
        raise DomainError("Cette entreprise n’est pas dans votre zone.")


def _require_network(identity: Identity) -> int:
    """The network to notify: what nobody oversees is not opened."""
    if identity.own_network_id is None:
        raise DomainError(
            "Vous n’appartenez à aucun réseau : aucun responsable ne pourrait suivre ce que vous"
            " ouvrez. Demandez votre rattachement à votre correspondant habilitations."
        )
    return identity.own_network_id


def _require_text(motive: Motive) -> str:
    return require_motive(motive.text, field=motive.field, limit=MOTIVE_LIMIT, too_short=TOO_SHORT)


def _opened(unlock: Unlock) -> DomainEvent:
    return DomainEvent(
        kind=EventKind.UNLOCK_OPENED,
        siren=unlock.siren,
        departments=unlock.departments,
        subject_kind="unlock",
        subject_id=unlock.id,
        occurred_on=today(),
        network_id=unlock.network_id,
        details={"source": unlock.source.value, "scope": unlock.scope.value},
    )
