"""Read what waits, and who is told of it. With the system's rights."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.accounts.queries import holders_of, list_awake
from app.core.access.identity import Role
from app.core.now import day_of
from app.referrals.directory.models import Expert, ExpertAbsence
from app.referrals.directory.queries import managing
from app.referrals.needs.models import FirmNeed, NeedState, Referral, ReferralChange
from app.referrals.needs.putting import department_of
from app.referrals.needs.queries import OPEN
from app.referrals.reminders.days import WaitingReferral
from app.referrals.reminders.models import ReferralReminder, ReminderKind


def list_waiting(session: Session) -> Sequence[WaitingReferral]:
    """Return every open referral, since when it is as it is, by number."""
    since = (
        select(func.max(ReferralChange.changed_at))
        .where(ReferralChange.referral_id == Referral.id, ReferralChange.after == Referral.state)
        .scalar_subquery()
    )
    open_ones = (
        select(Referral, func.coalesce(since, Referral.sent_at))
        .where(Referral.state.in_(OPEN))
        .options(
            joinedload(Referral.need).joinedload(FirmNeed.solicitation),
            joinedload(Referral.expert).joinedload(Expert.antenne),
        )
        .order_by(Referral.id)
    )
    away, told = _absences(session), _told(session)
    return [
        WaitingReferral(
            referral_id=referral.id,
            state=referral.state,
            since=day_of(moment),
            department=department_of(referral.need, referral.expert.antenne.areas),
            away=tuple(away.get(referral.expert_id, ())),
            told=frozenset(told.get(referral.id, ())),
        )
        for referral, moment in session.execute(open_ones)
    ]


def list_managers(session: Session, antenne_id: int) -> Sequence[int]:
    """Return who keeps an antenne and may sign in."""
    return list_awake(session, Agent.id.in_(managing(antenne_id)))


def list_team(session: Session) -> Sequence[int]:
    """Return the team of the orientation that may sign in."""
    return list_awake(session, Agent.id.in_(holders_of(Role.ORIENTEUR)))


def count_without_expert(session: Session) -> int:
    """Return how many needs have nobody."""
    nobody = FirmNeed.state == NeedState.NOBODY
    return session.scalar(select(func.count()).select_from(FirmNeed).where(nobody)) or 0


def _absences(session: Session) -> dict[int, list[tuple[date, date]]]:
    current = select(ExpertAbsence).where(ExpertAbsence.cancelled_at.is_(None))
    having = select(Referral.expert_id).where(Referral.state.in_(OPEN))
    days: dict[int, list[tuple[date, date]]] = {}
    for each in session.scalars(current.where(ExpertAbsence.expert_id.in_(having))):
        days.setdefault(each.expert_id, []).append((each.starts_on, each.ends_on))
    return days


def _told(session: Session) -> dict[int, list[ReminderKind]]:
    """What was told of each open referral since it is as it is."""
    sent = select(ReferralReminder.referral_id, ReferralReminder.kind).join(
        Referral,
        (Referral.id == ReferralReminder.referral_id)
        & (Referral.version == ReferralReminder.version),
    )
    told: dict[int, list[ReminderKind]] = {}
    for referral_id, kind in session.execute(sent.where(Referral.state.in_(OPEN))):
        told.setdefault(referral_id, []).append(kind)
    return told
