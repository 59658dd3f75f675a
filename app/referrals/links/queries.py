"""Find the link that a secret opens, how far it still opens, and what is owed a link. For the system."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from app.core import secret_links
from app.core.database.tables import current_moment
from app.core.now import utcnow
from app.messages.models import Email
from app.referrals.directory.models import Antenne, Expert
from app.referrals.links.models import ReferralLink
from app.referrals.needs.models import (
    FirmNeed,
    NeedMessage,
    NeedState,
    Referral,
    ReferralState,
    Solicitation,
)
from app.referrals.needs.queries import OPEN

#: the expert said no, or what was asked was taken back
OVER = (ReferralState.NOT_MINE, ReferralState.REVOKED)


class LinkStanding(Enum):
    """How far a link still opens."""

    OPEN = "open"
    #: somebody answered by it, or by another link of the same need
    SPENT = "spent"
    #: nothing is left to do
    OVER = "over"
    #: its time is over, or it was sent to a mailbox that is no longer the expert's: as if it had never been
    LAPSED = "lapsed"


def find(session: Session, token: str) -> ReferralLink | None:
    """Return the link that a secret opens, with what its page says of the need."""
    return session.scalar(_whole().where(ReferralLink.digest == secret_links.digest_of(token)))


def find_by_digest(session: Session, digest: bytes) -> ReferralLink | None:
    """Return a link from what is kept of its secret."""
    return session.scalar(_whole().where(ReferralLink.digest == digest))


def find_by_email(session: Session, email_id: int) -> ReferralLink | None:
    """Return the link that an e-mail bears, if it bears one."""
    return session.scalar(_whole().where(ReferralLink.email_id == email_id))


def is_bearer(session: Session, email_id: int) -> bool:
    """Return whether an e-mail bears a link."""
    mine = select(ReferralLink.id).where(ReferralLink.email_id == email_id)
    return session.scalar(mine) is not None


def locked(session: Session, link_id: int) -> ReferralLink:
    """Return a link, locked: of two answers by it, the second sees the first."""
    mine = _whole().where(ReferralLink.id == link_id).with_for_update(of=ReferralLink)
    return session.scalars(mine.execution_options(populate_existing=True)).one()


def standing_of(link: ReferralLink) -> LinkStanding:
    """Return how far a link still opens, from what is true now: nobody has to have written it down."""
    referral = link.referral
    if link.revoked_at or is_over(referral):
        return LinkStanding.OVER
    if not is_of_present_address(link):
        return LinkStanding.LAPSED
    if link.spent_at:
        return LinkStanding.SPENT
    return LinkStanding.OPEN if utcnow() < link.expires_at else LinkStanding.LAPSED


def is_over(referral: Referral) -> bool:
    """Whether nothing is left to do of a referral by its expert."""
    is_withdrawn = referral.need.state is NeedState.WITHDRAWN
    return referral.state in OVER or is_withdrawn or referral.expert.is_archived


def is_of_present_address(link: ReferralLink) -> bool:
    """Whether it was sent to the address that the directory gives now, of an expert who still has no account."""
    expert = link.referral.expert
    return expert.agent_id is None and link.email.address == expert.email


def list_thread(session: Session, need_id: int) -> Sequence[NeedMessage]:
    """Return what was written on a need, oldest first."""
    wrote = select(NeedMessage).where(NeedMessage.need_id == need_id).order_by(NeedMessage.id)
    return session.scalars(wrote.options(joinedload(NeedMessage.author))).all()


def count_since(session: Session, referral_id: int, since: timedelta) -> int:
    """Return how many links of a referral were sent for so long."""
    late = (
        ReferralLink.referral_id == referral_id,
        ReferralLink.sent_at > current_moment() - since,
    )
    return session.scalar(select(func.count()).where(*late)) or 0


def list_owed(session: Session) -> Sequence[int]:
    """Return the open referrals whose expert has no link at the address that the directory gives: never sent, or sent elsewhere."""
    has_one = (
        select(ReferralLink.id)
        .join(Email, Email.id == ReferralLink.email_id)
        .where(
            ReferralLink.referral_id == Referral.id,
            ReferralLink.spent_at.is_(None),
            ReferralLink.revoked_at.is_(None),
            Email.address == Expert.email,
        )
    )
    owed = (
        select(Referral.id)
        .join(Expert, Expert.id == Referral.expert_id)
        .join(FirmNeed, FirmNeed.id == Referral.need_id)
        .where(
            Referral.state.in_(OPEN),
            FirmNeed.state != NeedState.WITHDRAWN,
            Expert.agent_id.is_(None),
            Expert.archived_at.is_(None),
            ~has_one.exists(),
        )
    )
    return session.scalars(owed.order_by(Referral.id)).all()


def list_over(session: Session) -> Sequence[int]:
    """Return the links, not yet revoked, of referrals of which nothing is left to do."""
    over = or_(
        Referral.state.in_(OVER),
        FirmNeed.state == NeedState.WITHDRAWN,
        Expert.archived_at.is_not(None),
    )
    return session.scalars(_joined().where(over, ReferralLink.revoked_at.is_(None))).all()


def list_useless_emails(session: Session, now: datetime) -> Sequence[int]:
    """Return the e-mails that still bear a link which opens nothing."""
    closed: ColumnElement[bool] = or_(
        ReferralLink.spent_at.is_not(None),
        ReferralLink.revoked_at.is_not(None),
        ReferralLink.expires_at <= now,
        Email.address != Expert.email,
        Expert.agent_id.is_not(None),
    )
    bearing = (
        select(ReferralLink.email_id)
        .join(Email, Email.id == ReferralLink.email_id)
        .join(Referral, Referral.id == ReferralLink.referral_id)
        .join(Expert, Expert.id == Referral.expert_id)
        .where(Email.body_text != "", closed)
    )
    return session.scalars(bearing).all()


def get_referral(session: Session, referral_id: int) -> Referral:
    """Return a referral with all that a letter needs."""
    return session.scalars(
        select(Referral).where(Referral.id == referral_id).options(*_referral())
    ).one()


def _joined() -> Select[int]:
    return (
        select(ReferralLink.id)
        .join(Referral, Referral.id == ReferralLink.referral_id)
        .join(Expert, Expert.id == Referral.expert_id)
        .join(FirmNeed, FirmNeed.id == Referral.need_id)
    )


def _whole() -> Select[ReferralLink]:
    return select(ReferralLink).options(
        joinedload(ReferralLink.email).load_only(Email.address),
        joinedload(ReferralLink.referral).options(*_referral()),
    )


def _referral() -> tuple[_AbstractLoad, ...]:
    return (
        joinedload(Referral.expert).joinedload(Expert.antenne).joinedload(Antenne.institution),
        joinedload(Referral.need).options(
            joinedload(FirmNeed.subject),
            joinedload(FirmNeed.solicitation).joinedload(Solicitation.author),
        ),
    )
