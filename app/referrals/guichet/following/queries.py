"""What a link of follow-up opens: one solicitation, its needs, who took each in charge. Read as the system."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.now import utcnow
from app.core.secret_links import digest_of
from app.referrals.directory.models import Antenne, Expert
from app.referrals.guichet.following.models import FollowUpLink, Help, Satisfaction
from app.referrals.needs.models import (
    CheckVerdict,
    FirmNeed,
    NeedState,
    Origin,
    Referral,
    Solicitation,
    SolicitationContact,
)

#: how long after the end of a need it is asked whether it helped
ASKED_AFTER = timedelta(days=14)
#: a need that ended longer ago is asked nothing: nobody remembers
ASKED_BEFORE = timedelta(days=90)
#: needs looked at by one run
AT_ONCE = 500
#: doors by which a firm asks in its own name
DOORS = (Origin.GUICHET, Origin.ADVISER)
ENDED = (NeedState.HELPED, NeedState.NO_HELP, NeedState.UNREACHABLE)
#: requests that were none
NOT_ASKED = (CheckVerdict.ABUSE, CheckVerdict.DUPLICATE)


def find_link(session: Session, token: str) -> FollowUpLink | None:
    """Return the link of a secret, unless it was revoked; one that is over too."""
    known = (FollowUpLink.digest == digest_of(token), FollowUpLink.revoked_at.is_(None))
    return session.scalar(select(FollowUpLink).where(*known))


def get_solicitation(session: Session, number: int) -> Solicitation:
    """Return a solicitation, its needs and what each expert answered."""
    return session.scalars(_whole([number])).one()


def list_solicitations(session: Session, numbers: Sequence[int]) -> Sequence[Solicitation]:
    """Return the same of several."""
    return session.scalars(_whole(numbers)).all()


def find_email(session: Session, number: int) -> str:
    """Return where to write about a solicitation; nothing when it gave no address, or once it was erased."""
    contact = session.get(SolicitationContact, number)
    return contact.email if contact else ""


def list_opinions(session: Session, need_ids: Sequence[int]) -> dict[int, Satisfaction]:
    """Return what was asked of some needs, by need."""
    asked = session.scalars(select(Satisfaction).where(Satisfaction.need_id.in_(need_ids)))
    return {each.need_id: each for each in asked}


def said_since(session: Session, since: datetime) -> dict[int, bool]:
    """Return whether what it was offered helped the firm, of each need filed since a moment on which it answered. For the system."""
    answered = (
        select(Satisfaction.need_id, Satisfaction.helped)
        .join(FirmNeed, FirmNeed.id == Satisfaction.need_id)
        .where(Satisfaction.answered_at.is_not(None), FirmNeed.created_at >= since)
    )
    return {number: helped is Help.YES for number, helped in session.execute(answered)}


def needs_to_ask(session: Session) -> Sequence[FirmNeed]:
    """Return the needs that ended two weeks ago or that nobody took by then, and of which nothing was asked yet."""
    return session.scalars(
        select(FirmNeed)
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .join(SolicitationContact, SolicitationContact.solicitation_id == Solicitation.id)
        .where(
            _is_due(utcnow()),
            SolicitationContact.email != "",
            Solicitation.origin.in_(DOORS),
            Solicitation.verdict.not_in(NOT_ASKED),
            ~select(Satisfaction).where(Satisfaction.need_id == FirmNeed.id).exists(),
        )
        .options(joinedload(FirmNeed.subject))
        .order_by(FirmNeed.solicitation_id, FirmNeed.id)
        .limit(AT_ONCE)
    ).all()


def solicitations_to_erase(session: Session, before: datetime) -> Sequence[Solicitation]:
    """Return the solicitations of which every need ended before a moment, and that still say something of a person."""
    of_it = select(FirmNeed.id).where(FirmNeed.solicitation_id == Solicitation.id)
    recent = of_it.where(or_(FirmNeed.closed_at.is_(None), FirmNeed.closed_at >= before))
    return session.scalars(
        select(Solicitation)
        .where(Solicitation.erased_at.is_(None), Solicitation.created_at < before, ~recent.exists())
        .options(selectinload(Solicitation.needs))
        .order_by(Solicitation.id)
        .limit(AT_ONCE)
    ).all()


def _is_due(moment: datetime) -> ColumnElement[bool]:
    since, until = moment - ASKED_BEFORE, moment - ASKED_AFTER
    return or_(
        and_(FirmNeed.state.in_(ENDED), FirmNeed.closed_at.between(since, until)),
        and_(
            FirmNeed.state == NeedState.NOBODY,
            func.coalesce(FirmNeed.closed_at, FirmNeed.created_at).between(since, until),
        ),
    )


def _whole(numbers: Sequence[int]) -> Select[Solicitation]:
    needs = selectinload(Solicitation.needs)
    expert = needs.selectinload(FirmNeed.referrals).joinedload(Referral.expert)
    return (
        select(Solicitation)
        .where(Solicitation.id.in_(numbers))
        .options(
            needs.joinedload(FirmNeed.subject),
            expert.joinedload(Expert.antenne).joinedload(Antenne.institution),
        )
        .execution_options(populate_existing=True)
    )
