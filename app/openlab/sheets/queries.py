"""Read sheets, and count what a week gave; for the system, which reads everything."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import AccountRole, Agent
from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.database.tables import day_of
from app.core.errors import NotFoundError
from app.core.now import today
from app.detections.answers.models import DetectionAnswer
from app.detections.models import DetectionEntry
from app.habilitations.models import Habilitation
from app.openlab.ideas.models import Idea, IdeaAnswer, IdeaVote, OpenlabChange
from app.openlab.policies import TEAM
from app.openlab.sheets.models import OpenlabSheet, OpenlabSilence
from app.openlab.sheets.themes import TextTheme, speaks_of
from app.visits.models import ContactResult, Verdict, Visit, VisitListing

SHEETS_SHOWN = 12
#: of a contact with a firm that the list in force did not name
UNLISTED = "hors_liste"


def get_sheet(session: Session, _identity: Identity, sheet_id: int) -> OpenlabSheet:
    """Return a sheet; raise `NotFoundError`."""
    sheet = session.get(OpenlabSheet, sheet_id)
    if sheet is None:
        raise NotFoundError
    return sheet


def find_sheet(session: Session, _identity: Identity, week: date) -> OpenlabSheet | None:
    """Return the sheet of the week that begins on that Monday."""
    return session.scalar(select(OpenlabSheet).where(OpenlabSheet.week == week))


def find_last_week(session: Session) -> date | None:
    """Return the Monday of the last sheet."""
    return session.scalar(select(func.max(OpenlabSheet.week)))


def slice_of_sheets(session: Session, cursor: str | None) -> Slice[OpenlabSheet]:
    """Return the sheets, the latest first."""
    key = [OpenlabSheet.week.desc()]
    return slice_of(
        session, select(OpenlabSheet), key=key, cursor=cursor, size=SHEETS_SHOWN
    ).scalars()


def is_silent(session: Session, identity: Identity) -> bool:
    """Return whether the agent asked not to be told of the sheets."""
    return session.get(OpenlabSilence, identity.agent_id) is not None


def list_readers(session: Session) -> Sequence[int]:
    """Return whom the bell tells of a sheet: who works on firms or on Vigie, unless they asked not to be."""
    works = select(Habilitation.agent_id).where(Habilitation.in_force(today()))
    team = Agent.roles.any(AccountRole.name.in_([role.value for role in TEAM]))
    those = or_(Agent.id.in_(works), team)
    open_ones = (Agent.active, Agent.suspended_at.is_(None))
    told = select(Agent.id).where(those, *open_ones)
    return session.scalars(told.where(Agent.id.not_in(select(OpenlabSilence.agent_id)))).all()


def list_changes_of(session: Session, _identity: Identity, week: date) -> Sequence[OpenlabChange]:
    """Return what the team said in a week to be changed, whenever it was: a change that is said late is in a sheet too."""
    of_week: Select[OpenlabChange] = select(OpenlabChange).where(
        _in(OpenlabChange.created_at, week)
    )
    return session.scalars(of_week.order_by(OpenlabChange.done_on, OpenlabChange.id)).all()


def visits_of(session: Session, week: date) -> list[dict[str, Any]]:
    """Count the contacts logged in a week, by the level of the alert that the list in force gave when each was logged."""
    level = func.coalesce(cast(DetectionEntry.level, Text), literal_column(f"'{UNLISTED}'"))
    answered = Visit.contact_result == ContactResult.REPONDU
    counts = {
        "contacts": func.count(),
        "answered": func.count().filter(answered),
        "confirmed": func.count().filter(Visit.verdict == Verdict.CONFIRMEE),
        "denied": func.count().filter(Visit.verdict == Verdict.NON_CONFIRMEE),
    }
    statement = (
        select(level.label("level"), *(count.label(name) for name, count in counts.items()))
        .select_from(Visit)
        .outerjoin(VisitListing, VisitListing.visit_id == Visit.id)
        .outerjoin(DetectionEntry, DetectionEntry.id == VisitListing.entry_id)
        .where(_in(Visit.created_at, week))
        .group_by(level)
    )
    return [dict(row) for row in session.execute(statement).mappings()]


def answers_of(session: Session, week: date) -> list[dict[str, Any]]:
    """Count the replies to alerts of a week, those that count no more included, by answer and by reason; a reply may give several."""
    answer = DetectionAnswer
    given = (_in(answer.answered_at, week), answer.is_shared)
    reasons = select(answer.kind, func.unnest(answer.reasons).label("reason")).where(*given)
    each = reasons.subquery()
    by_reason = select(each.c.kind, each.c.reason, func.count()).group_by(
        each.c.kind, each.c.reason
    )
    whole = select(answer.kind, literal(""), func.count()).where(*given).group_by(answer.kind)
    both = by_reason.union_all(whole)
    return [
        {"kind": kind.value, "reason": why, "count": count}
        for kind, why, count in session.execute(both)
    ]


def themes_of(session: Session, week: date) -> dict[str, int]:
    """Count the comments of the answers of a week that speak of each theme; ``textes``: how many comments there are."""
    comment = DetectionAnswer.comment
    told = (_in(DetectionAnswer.answered_at, week), comment != "", DetectionAnswer.is_shared)
    columns = {
        theme.value: func.count().filter(speaks_of(theme, comment.expression))
        for theme in TextTheme
    }
    counted = select(func.count().label("textes"), *(c.label(n) for n, c in columns.items()))
    return dict(session.execute(counted.where(*told)).mappings().one())


def box_of(session: Session, week: date) -> dict[str, int]:
    """Count what came of the ideas box in a week."""
    return {
        "sheet_ideas": _count(session, _in(Idea.created_at, week)),
        "sheet_votes": _count(session, _in(IdeaVote.voted_at, week)),
        "sheet_idea_answers": _count(session, _in(IdeaAnswer.answered_at, week)),
        "sheet_changes": _count(session, _in(OpenlabChange.created_at, week)),
    }


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0


def _in(moment: InstrumentedAttribute[Any], week: date) -> ColumnElement[bool]:
    """Whether something took place in a week, in the agents' time zone."""
    day = day_of(moment)
    return day.between(week, week + timedelta(days=6))
