"""File a request for a firm, and take it back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.referrals.guichet.door.queries import AskedRequest
from app.referrals.guichet.following import services as following
from app.referrals.needs import services as needs
from app.referrals.needs.models import Actor, ConsentHow, FirmNeed, Origin, Solicitation
from app.referrals.needs.services import Consent, NewSolicitation, PersonToCall
from app.referrals.needs.telling import Page

NO_DAY = "Donnez le jour où l’entreprise a donné son accord."


@dataclass(frozen=True, kw_only=True)
class Filed:
    """What an adviser answers for a firm, as sent."""

    asked: AskedRequest
    asker: PersonToCall
    message: str | None
    has_debt: bool | None
    is_first: bool | None
    consent_by: str | None
    consent_how: ConsentHow
    consent_on: date | None


def file(session: Session, identity: Identity, filed: Filed) -> Solicitation:
    """Put the needs of a firm to the experts, in the name of an adviser, and send the firm its link; raise `DomainError`."""
    if filed.consent_on is None:
        raise DomainError(NO_DAY, field="consent_on")
    asked = filed.asked
    new = NewSolicitation(
        origin=Origin.ADVISER,
        siren=asked.siren,
        firm_name=asked.firm_name,
        commune=asked.commune,
        subject_ids=[offer.number for offer in asked.subjects],
        message=filed.message,
        asker=filed.asker,
        consent=Consent(how=filed.consent_how, by=filed.consent_by, on=filed.consent_on),
        has_debt=filed.has_debt,
        is_first=filed.is_first,
    )
    solicitation = needs.submit(session, identity, new)
    with writing_as_system(session, identity, reason="Accusé de réception"):
        following.acknowledge(session, solicitation)
    return solicitation


def withdraw(
    session: Session, identity: Identity, solicitation: Solicitation, *, reason: str | None
) -> None:
    """Take back the needs of a request that are still open; raise `DomainError`."""
    still = [need for need in solicitation.needs if need.state.is_open]
    if not still:
        raise DomainError(following.NONE_LEFT)
    needs.withdraw(session, identity, still, reason=reason, actor=Actor.AGENT)


def own_page(need: FirmNeed, agent_id: int) -> Page | None:
    """Return where an adviser reads a need that they filed: they open nothing else of Vigie."""
    asked = need.solicitation
    if asked.origin is not Origin.ADVISER or asked.author_id != agent_id:
        return None
    return "guichet_advisers.show", {"solicitation_id": asked.id}
