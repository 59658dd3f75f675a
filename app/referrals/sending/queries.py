"""Read the needs sent from an accompagnement, and those sent without the consent of the firm."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.cases.history.queries import HistoryStatement, line_of_history
from app.cases.models import Case
from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.work.events import EventKind
from app.network.models import FeedEvent
from app.referrals.directory.models import Antenne, Expert, ReferralSubject
from app.referrals.needs.models import (
    ConsentHow,
    FirmNeed,
    NeedState,
    Referral,
    ReferralChange,
    Solicitation,
)

#: needs that the page of an accompagnement shows
SHOWN = 20
#: kinds of lines that the history takes from here
SENT, ANSWERED = "orientation", "orientation_reponse"
OPEN = [state for state in NeedState if state.is_open]


def list_of_case(session: Session, _identity: Identity, case_id: int) -> Sequence[FirmNeed]:
    """Return the needs sent from an accompagnement that whoever asks reads, the last ones first, with their experts."""
    expert = selectinload(FirmNeed.referrals).joinedload(Referral.expert)
    of_case = (
        select(FirmNeed)
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .where(Solicitation.case_id == case_id)
        .options(
            joinedload(FirmNeed.subject),
            expert.joinedload(Expert.antenne).joinedload(Antenne.institution),
        )
    )
    return session.scalars(of_case.order_by(FirmNeed.id.desc()).limit(SHOWN)).all()


def count_of_case(session: Session, _identity: Identity, case: Case, *, is_open: bool) -> int:
    """Return how many needs were sent from an accompagnement; ``is_open``: those somebody still has to do something about."""
    counted = (
        select(func.count())
        .select_from(FirmNeed)
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .where(Solicitation.case_id == case.id)
    )
    if is_open:
        counted = counted.where(FirmNeed.state.in_(OPEN))
    return session.scalar(counted) or 0


def slice_of_overrides(
    session: Session, _identity: Identity, cursor: str | None
) -> Slice[Solicitation]:
    """Return what was sent without the consent of the firm, the latest first."""
    overridden = (
        select(Solicitation)
        .where(Solicitation.consent_how == ConsentHow.OVERRIDDEN)
        .options(joinedload(Solicitation.author))
    )
    return slice_of(session, overridden, key=[Solicitation.id.desc()], cursor=cursor).scalars()


def told_of(session: Session, case: Case, kind: EventKind) -> list[dict[str, Any]]:
    """Return what the events of a kind say of an accompagnement, in the order they came. For the system."""
    told = select(FeedEvent.details).where(
        FeedEvent.subject_kind == "case", FeedEvent.subject_id == case.id, FeedEvent.kind == kind
    )
    return list(session.scalars(told.order_by(FeedEvent.id)))


def sent_lines(case_id: int) -> HistoryStatement:
    """Return the needs of an accompagnement as lines of its history."""
    line = line_of_history(
        FirmNeed.created_at, literal(SENT, Text), FirmNeed.id, Solicitation.author_id,
        after=ReferralSubject.label,
    )  # fmt: skip
    return _of_case(line.select_from(FirmNeed), case_id)


def answer_lines(case_id: int) -> HistoryStatement:
    """Return what experts made of them, and what took them back: who did it and what they said stand in the reason."""
    change = ReferralChange
    line = line_of_history(
        change.changed_at, literal(ANSWERED, Text), change.id, change.agent_id,
        list_code=ReferralSubject.label, before=cast(change.before, Text), after=cast(change.after, Text),
        reason=func.concat(change.actor, "\n", change.note),
    )  # fmt: skip
    line = line.select_from(change).join(Referral, Referral.id == change.referral_id)
    line = line.join(FirmNeed, FirmNeed.id == Referral.need_id).where(change.before.is_not(None))
    return _of_case(line, case_id)


def _of_case(line: Select[*tuple[Any, ...]], case_id: int) -> HistoryStatement:
    return (
        line.join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .join(ReferralSubject, ReferralSubject.id == FirmNeed.subject_id)
        .where(Solicitation.case_id == case_id)
    )
