"""What the page of a link shows: the least that an expert needs to answer, and never what an administration knows of the firm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.links import queries
from app.referrals.links.acting import number_of
from app.referrals.links.models import ReferralLink
from app.referrals.links.queries import LinkStanding
from app.referrals.needs.models import NeedMessage, NeedState, Referral, ReferralState
from app.referrals.needs.states import ANSWERS
from scoring.dictionary.naf import section_label

BY_FIRM = "L’entreprise elle-même"
WITHDRAWN = "Ce besoin a été retiré : il n’y a plus rien à y faire."
REFUSED = "Vous avez répondu que ce besoin n’est pas pour vous : il n’y a plus rien à y faire."
GONE = "Ce besoin ne vous est plus adressé : il n’y a plus rien à y faire."


@dataclass(frozen=True, kw_only=True)
class NeedThreadLine:
    """A message of the thread."""

    author: str
    body: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class NeedPage:
    """What the holder of a link reads of the need, and may do."""

    subject: str
    commune: str
    #: what the firm does, as the public register says it
    activity: str | None
    message: str
    sender: str
    antenne: str
    state: ReferralState
    answer_by: date
    expires_at: datetime
    number: str
    thread: Sequence[NeedThreadLine] = ()

    @property
    def may_take(self) -> bool:
        """Whether the expert may say that they see to it."""
        return ReferralState.TAKEN in ANSWERS[self.state]

    @property
    def may_refuse(self) -> bool:
        """Whether they may say that it is not for them."""
        return ReferralState.NOT_MINE in ANSWERS[self.state]

    @property
    def is_taken(self) -> bool:
        """Whether they see to it: whom to call, the thread and the end of it are open to them."""
        return self.state is ReferralState.TAKEN


def page_of(session: Session, link: ReferralLink) -> NeedPage:
    """Return what the page of an open link shows."""
    referral = link.referral
    asked = referral.need.solicitation
    company = session.get(Company, asked.siren)
    area = gazetteer().find(asked.commune)
    is_taken = referral.state is ReferralState.TAKEN
    thread = queries.list_thread(session, referral.need_id) if is_taken else ()
    return NeedPage(
        subject=referral.need.subject.label, commune=area.label if area else asked.commune,
        activity=section_label(company.naf) if company else None, message=asked.message,
        sender=asked.author.administration.label if asked.author else BY_FIRM,
        antenne=f"{referral.expert.antenne.institution.name}, {referral.expert.antenne.name}",
        state=referral.state, answer_by=referral.answer_by, expires_at=link.expires_at,
        number=number_of(link, referral), thread=[_line(message, referral) for message in thread],
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ClosedPage:
    """What is said of a link that does not open the need."""

    standing: LinkStanding
    #: of a link that was answered by
    state: ReferralState | None = None
    sentence: str = ""


def closed_page(link: ReferralLink | None) -> ClosedPage:
    """Return what is said of a link that does not open: of an unknown one, what is said of one whose time is over."""
    standing = LinkStanding.LAPSED if link is None else queries.standing_of(link)
    if link is None or standing is LinkStanding.LAPSED:
        return ClosedPage(standing=LinkStanding.LAPSED)
    return ClosedPage(standing=standing, state=link.referral.state, sentence=_over(link.referral))


def _over(referral: Referral) -> str:
    if referral.need.state is NeedState.WITHDRAWN or referral.state is ReferralState.REVOKED:
        return WITHDRAWN
    return REFUSED if referral.state is ReferralState.NOT_MINE else GONE


def _line(message: NeedMessage, mine: Referral) -> NeedThreadLine:
    """A message, by whom: an agent's name and administration, oneself, or another expert of the need."""
    if message.author is not None:
        author = f"{message.author.full_name} ({message.author.administration.label})"
    else:
        author = "Vous" if message.referral_id == mine.id else "Un autre expert"
    return NeedThreadLine(author=author, body=message.body, written_at=message.written_at)
