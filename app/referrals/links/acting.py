"""What a link lets its holder do: answer once, write, be shown whom to call. Each form bears a number that serves once."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.access.identity import system_identity
from app.core.errors import DomainError
from app.referrals.links import queries, services
from app.referrals.links.mailing import Occasion
from app.referrals.links.models import ReferralLink
from app.referrals.links.queries import LinkStanding
from app.referrals.needs import answering
from app.referrals.needs import queries as needs
from app.referrals.needs import services as need_services
from app.referrals.needs.answering import ExpertAnswer
from app.referrals.needs.models import (
    Actor,
    DeclineReason,
    Referral,
    ReferralState,
)

#: who acts: in the journal, beside the number of the referral
HOLDER = system_identity("Lien d’un expert")
ALREADY = (
    "Cette page a déjà servi, ou le besoin a changé depuis : relisez-la avant de recommencer. "
    "Ce que vous aviez validé est enregistré."
)
NOT_TAKEN = "Dites d’abord que vous vous en occupez : vous verrez alors qui appeler."


class ClosedError(Exception):
    """The link does not open what was asked."""

    def __init__(self, standing: LinkStanding) -> None:
        super().__init__(standing.value)
        self.standing = standing


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the holder of a link answers; ``number``: that of the form."""

    state: ReferralState
    number: str
    reason: DeclineReason | None = None
    note: str | None = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to call."""

    firm: str
    name: str
    telephone: str
    email: str


def number_of(link: ReferralLink, referral: Referral) -> str:
    """Return the number of the forms of a page: it changes with each thing that is written."""
    return f"{referral.version}.{link.uses}"


def take(session: Session, link: ReferralLink, number: str) -> str:
    """Take the need in charge; return the secret of the link of what follows, which the expert receives too.

    Raise `ClosedError` or `DomainError`.
    """
    referral = answer(session, link, Said(state=ReferralState.TAKEN, number=number))
    return services.send(session, referral, Occasion.TAKEN)


def answer(session: Session, link: ReferralLink, said: Said) -> Referral:
    """Record an answer: the links of the referral are spent. Raise `ClosedError`, or `DomainError` on ``reason`` or ``note``."""
    held, referral = _held(session, link, said.number)
    answering.answer(
        session, HOLDER, referral,
        ExpertAnswer(state=said.state, shown=referral.version, reason=said.reason, note=said.note), actor=Actor.LINK,
    )  # fmt: skip
    held.uses += 1
    services.spend(session, referral.id)
    return queries.get_referral(session, referral.id)


def write_message(session: Session, link: ReferralLink, body: str | None, number: str) -> None:
    """Add a message to the thread of the need; raise `ClosedError`, or `DomainError` on ``body``."""
    held, referral = _held(session, link, number)
    if referral.state is not ReferralState.TAKEN:
        raise DomainError(NOT_TAKEN)
    need_services.write_message(session, HOLDER, referral.need, body, referral_id=referral.id)
    held.uses += 1
    session.flush()


def read_contact(session: Session, link: ReferralLink) -> Contact:
    """Return whom to call, once the need is taken in charge; each display is counted. Raise `ClosedError` or `DomainError`."""
    _, referral = _held(session, link, None)
    if referral.state is not ReferralState.TAKEN:
        raise DomainError(NOT_TAKEN)
    asked = referral.need.solicitation
    whom = need_services.read_contact(session, HOLDER, asked, referral_id=referral.id)
    return Contact(firm=asked.firm_name, name=whom.name, telephone=whom.telephone, email=whom.email)


def _held(
    session: Session, link: ReferralLink, number: str | None
) -> tuple[ReferralLink, Referral]:
    """Lock the need, then the link, and decide on what both are now: of two clicks at once, one is refused."""
    needs.hold_need(session, link.referral.need_id)
    held = queries.locked(session, link.id)
    referral = held.referral
    standing = queries.standing_of(held)
    if standing is not LinkStanding.OPEN:
        raise ClosedError(standing)
    if number is not None and number != number_of(held, referral):
        raise DomainError(ALREADY)
    return held, referral
