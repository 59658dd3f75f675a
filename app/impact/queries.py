"""The funnel, counted by firm: what happened to the firms first detected in a period, by group and by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseOutcome
from app.core.access.identity import Identity, Nature
from app.core.now import today
from app.impact.breakdowns import Breakdown
from app.impact.cohorts import cohort, milestones, of_each_administration, with_haste
from app.impact.metrics import OBSERVED

#: working days within which a firm is said to be contacted promptly
PROMPT = (3, 5)
STAGES = ("detected", "contacted", "answered", "visited", "confirmed", "supported", "concluded")
#: the stages whose delay is told, and those that a trend compares
DELAYED = ("contacted", "answered", "visited", "supported", "concluded")
COMPARED = ("contacted", "answered", "visited", "confirmed", "supported")


@dataclass(frozen=True, kw_only=True)
class Period:
    """Firms first detected in ``[since, until]``; ``departments`` narrows the reader's zone, never widens it.

    What came after ``seen_until`` is not counted: the present day, unless a period is seen as it was at a former one.
    """

    since: date
    until: date
    departments: tuple[str, ...] = ()
    seen_until: date = date.max

    @property
    def previous(self) -> "Period":
        """The period of as many days that ends the day before this one begins, seen at the age that this one has today; of one that goes
        on, as many of its first days as have gone.

        Its firms have had more time since: compared with all of it, this one would always seem to do worse.
        """
        length, ended = self.until - self.since, max(self.since, min(self.until, today()))
        # As ordinals: as many days as the calendar has are counted without leaving it.
        last = date.fromordinal(max(self.since.toordinal() - 1, length.days + 1))
        until = last - (self.until - ended)
        age = max(min(self.seen_until, today()) - ended, timedelta())
        return replace(self, since=last - length, until=until, seen_until=until + age)

    def zone(self, identity: Identity, nature: Nature | None = None) -> list[str]:
        """The départements counted; of those, with ``nature``, where it is held."""
        codes = identity.departments if nature is None else identity.zones.get(nature, ())
        return [code for code in codes if not self.departments or code in self.departments]


@dataclass(frozen=True)
class FunnelRow:
    """Numbers of firms by stage, and median delays in days; ``group`` is ``None`` on the total and on quarters."""

    group: str | None
    #: the first day of the quarter of the first detection; ``None`` on the others
    quarter: date | None
    detected: int
    contacted: int
    answered: int
    visited: int
    confirmed: int
    supported: int
    concluded: int
    days_to_contact: float | None
    days_to_answer: float | None
    days_to_visit: float | None
    days_to_support: float | None
    days_to_outcome: float | None
    #: firms detected for as many working days as `PROMPT`, 3 then 5; of each, how many were contacted within them
    due_three: int
    due_five: int
    within_three: int
    within_five: int
    #: of those visited, how many were confirmed; of those confirmed, how many were accompanied
    confirmed_visited: int
    supported_confirmed: int
    #: firms detected for `OBSERVED` days, and how many of them reached a stage within them
    observed: int
    soon_contacted: int
    soon_answered: int
    soon_visited: int
    soon_confirmed: int
    soon_supported: int


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """The firms of a period by group, by quarter of their detection, and together; groups without a firm have no row."""

    groups: Sequence[FunnelRow]
    quarters: Sequence[FunnelRow]
    total: FunnelRow


@dataclass(frozen=True)
class Jobs:
    """Jobs of the accompagnements that ended: of how many both numbers are known, and their sums."""

    known: int
    at_stake: int
    kept: int


def measured(
    session: Session, identity: Identity, period: Period, *, by: Breakdown = Breakdown.DEPARTMENT
) -> Funnel:
    """Return the funnel where the reader holds the score, in one statement. Row-level security bounds the count."""
    found = session.execute(_counted(identity, period, by)).all()
    rows = [FunnelRow(*tuple(row)) for row in found]
    return Funnel(
        groups=sorted((row for row in rows if row.group is not None), key=lambda row: str(row.group)),
        quarters=sorted((row for row in rows if row.quarter), key=lambda row: str(row.quarter)),
        total=next(row for row in rows if row.group is None and row.quarter is None),
    )  # fmt: skip


def funnel(
    session: Session, identity: Identity, period: Period, *, by: Breakdown = Breakdown.DEPARTMENT
) -> list[FunnelRow]:
    """Return one row per group, then the total."""
    found = measured(session, identity, period, by=by)
    return [*found.groups, found.total]


def outcome_counts(session: Session, identity: Identity, period: Period) -> Sequence[Row[str, int]]:
    """Return how many accompagnements closed in the period ended in each outcome; the latest revision counts."""
    last = _last_outcomes(identity, period)
    counted = select(last.c.outcome, func.count()).group_by(last.c.outcome)
    return session.execute(counted.order_by(func.count().desc(), last.c.outcome)).all()


def jobs(session: Session, identity: Identity, period: Period) -> Jobs:
    """Return the jobs at stake and kept of the accompagnements closed in the period, where both are known."""
    last = _last_outcomes(identity, period)
    both = and_(last.c.jobs_at_stake.is_not(None), last.c.jobs_kept.is_not(None))
    sums = [
        func.coalesce(func.sum(column), 0) for column in (last.c.jobs_at_stake, last.c.jobs_kept)
    ]
    return Jobs(*session.execute(select(func.count(), *sums).where(both)).one())


def _last_outcomes(identity: Identity, period: Period) -> Subquery:
    return (
        select(CaseOutcome.outcome, CaseOutcome.jobs_at_stake, CaseOutcome.jobs_kept, Case.id)
        .join(Case, Case.id == CaseOutcome.case_id)
        .where(
            Case.closed_on.between(period.since, period.until),
            Case.deleted_at.is_(None),
            Case.department.in_(period.zone(identity)),
        )
        .ext(distinct_on(Case.id))
        .order_by(Case.id, CaseOutcome.recorded_at.desc(), CaseOutcome.id.desc())
        .subquery()
    )


def _counted(
    identity: Identity, period: Period, by: Breakdown
) -> Select[Any] | CompoundSelect[Any]:
    """One row a group, one a quarter, and the total; administrations are counted apart, for a firm is of several."""
    zone = period.zone(identity, Nature.SCORE)
    detected = cohort(period.since, period.until, departments=zone, by=by)
    firms = _firms(detected, period)
    quarter = cast(func.date_trunc(literal_column("'quarter'"), firms.c.detected_on), Date)
    group = firms.c.group
    figures = _figures(firms)
    if by is not Breakdown.ADMINISTRATION:
        sets = func.grouping_sets(tuple_(group), tuple_(quarter), tuple_())
        return select(group, quarter, *figures).group_by(sets)
    acts = _firms(of_each_administration(detected), period, of_groups=True)
    sets = func.grouping_sets(tuple_(quarter), tuple_())
    return union_all(
        select(null(), quarter, *figures).group_by(sets),
        select(acts.c.group, null(), *_figures(acts)).group_by(acts.c.group),
    )


def _firms(detected: CTE, period: Period, *, of_groups: bool = False) -> CTE:
    reached = milestones(detected, seen_until=period.seen_until, of_groups=of_groups)
    return with_haste(reached, since=period.since, until=period.until, seen_until=period.seen_until)


def _figures(firms: CTE) -> list[ColumnElement[Any]]:
    """The figures of `FunnelRow` after the group and the quarter, in its order."""
    day = {stage: firms.c[f"{stage}_on"] for stage in STAGES}
    detected = day["detected"]
    delays = [
        func.percentile_cont(0.5).within_group(
            case((day[stage].is_not(None), day[stage] - detected))
        )
        for stage in DELAYED
    ]
    due = [firms.c.passed_days >= days for days in PROMPT]
    prompt = [firms.c.worked_days <= days for days in PROMPT]
    observed = firms.c.age >= OBSERVED
    return [
        *[func.count(day[stage]) for stage in STAGES],
        *delays,
        *[func.count().filter(is_due) for is_due in due],
        *[func.count().filter(*both) for both in zip(due, prompt, strict=True)],
        func.count(day["confirmed"]).filter(day["visited"].is_not(None)),
        func.count(day["supported"]).filter(day["confirmed"].is_not(None)),
        func.count().filter(observed),
        *[func.count().filter(observed, day[stage] - detected <= OBSERVED) for stage in COMPARED],
    ]
