"""Unlocking a firm, and ending an unlock early."""

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_motive
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.unlocks import policies
from app.unlocks.models import LASTS, MOTIVE_LIMIT, Unlock, UnlockSource

TOO_SHORT = "Dites en quelques mots ce que vous savez et ce que vous cherchez."


def open_unlock(
    session: Session, identity: Identity, company: Company, *, source: UnlockSource, motive: str | None
) -> Unlock:  # fmt: skip
    """Open the firm's confidential data to the agent for `LASTS`; the managers of their network are notified."""
    network_id = _require_useful(identity, company)
    now = utcnow()
    unlock = Unlock(
        siren=company.siren,
        departments=company.departments,
        agent_id=identity.agent_id,
        network_id=network_id,
        source=source,
        motive=require_motive(motive, field="motive", limit=MOTIVE_LIMIT, too_short=TOO_SHORT),
        opened_at=now,
        expires_at=now + LASTS,
    )
    session.add(unlock)
    session.flush()
    journal.record(
        session, identity, journal.Event.UNLOCK_OPENED, siren=company.siren, unlock=unlock.id,
        source=source, motive=unlock.motive, expires_at=unlock.expires_at,
    )  # fmt: skip
    events.emit(session, identity, _opened(unlock))
    return unlock


def end_unlock(session: Session, identity: Identity, unlock: Unlock) -> None:
    """End the agent's own unlock early; raise `DomainError` if it is over."""
    if not policies.is_mine(identity, unlock):
        raise DomainError("Ce déverrouillage est déjà terminé.")
    unlock.ended_at = utcnow()
    session.flush()
    journal.record(
        session, identity, journal.Event.UNLOCK_ENDED, siren=unlock.siren, unlock=unlock.id
    )


def _require_useful(identity: Identity, company: Company) -> int:
    """The network to notify; raise `DomainError` when there is nothing to unlock, or nobody to notify."""
    if not policies.is_in_zone(identity, company):
        raise DomainError("Cette entreprise n’est pas dans votre zone.")
    if company.siren in identity.unlocked_sirens:
        raise DomainError("Vous avez déjà déverrouillé cette entreprise.")
    if not policies.would_open(identity, company):
        raise DomainError(
            "Un déverrouillage ne vous ouvrirait rien ici : la fiche de l’entreprise dit ce que vous"
            " lisez, et à qui demander le reste."
        )
    if identity.own_network_id is None:
        raise DomainError(
            "Vous n’appartenez à aucun réseau : aucun responsable ne pourrait suivre ce"
            " déverrouillage. Demandez votre rattachement à votre correspondant habilitations."
        )
    return identity.own_network_id


def _opened(unlock: Unlock) -> DomainEvent:
    return DomainEvent(
        kind=EventKind.UNLOCK_OPENED,
        siren=unlock.siren,
        departments=unlock.departments,
        subject_kind="unlock",
        subject_id=unlock.id,
        occurred_on=today(),
        network_id=unlock.network_id,
        details={"source": unlock.source.value},
    )
