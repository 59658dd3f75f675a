"""The funnel, counted by firm: what happened to the firms first detected in a period.

A firm counts once, in the département of its head office, from the date of the first list that put it in alert or of the
first human signal. Each later stage counts only what happened after that date.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseOutcome
from app.companies.models import Company
from app.core.access.identity import Identity, Nature
from app.core.now import today
from app.core.working_days import public_holidays, worked_between
from app.detections.models import DetectionEntry, DetectionList, HumanSignal
from app.visits.models import ContactResult, Verdict, Visit
from scoring.vocabulary import Level

#: the day of a human signal, in the agents' time zone
FLAGGED_ON = cast(func.timezone("Europe/Paris", HumanSignal.created_at), Date)
#: working days within which a firm is said to be contacted promptly
PROMPT = (3, 5)
#: no five working days in France are longer
SOON = timedelta(days=14)
STAGES = ("detected", "contacted", "visited", "confirmed", "supported", "concluded")


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
        """The period of as many days that ends the day before this one begins, seen at the age that this one has today.

        Its firms have had more time since: compared with all of it, this one would always seem to do worse.
        """
        length = self.until - self.since
        # As ordinals: as many days as the calendar has are counted without leaving it.
        until = date.fromordinal(max(self.since.toordinal() - 1, length.days + 1))
        age = max(min(self.seen_until, today()) - self.until, timedelta())
        return replace(self, since=until - length, until=until, seen_until=until + age)

    def zone(self, identity: Identity, nature: Nature | None = None) -> list[str]:
        """The départements counted; of those, with ``nature``, where it is held."""
        codes = identity.departments if nature is None else identity.zones.get(nature, ())
        return [code for code in codes if not self.departments or code in self.departments]


@dataclass(frozen=True)
class FunnelRow:
    """Numbers of firms by stage, and median delays in days; ``department`` is ``None`` on the total."""

    department: str | None
    detected: int
    contacted: int
    visited: int
    confirmed: int
    supported: int
    concluded: int
    days_to_contact: float | None
    days_to_visit: float | None
    days_to_support: float | None
    days_to_outcome: float | None
    #: firms detected for as many working days as `PROMPT`, 3 then 5; of each, how many were contacted within them
    due_three: int
    due_five: int
    within_three: int
    within_five: int
    #: of those visited, how many were accompanied as well
    supported_met: int


@dataclass(frozen=True)
class Jobs:
    """Jobs of the accompagnements that ended: of how many both numbers are known, and their sums."""

    known: int
    at_stake: int
    kept: int


def funnel(session: Session, identity: Identity, period: Period) -> list[FunnelRow]:
    """Return one row per département where the reader holds the score, then the total. Row-level security bounds the count."""
    firms = _with_haste(
        _milestones(_cohort(identity, period), seen_until=period.seen_until), period
    )
    rows = session.execute(_counted(firms)).all()
    return sorted(
        (FunnelRow(*tuple(row)) for row in rows),
        key=lambda row: (row.department is None, row.department or ""),
    )


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


def _cohort(identity: Identity, period: Period) -> CTE:
    alerts = select(DetectionEntry.siren, DetectionList.as_of.label("day")).join(
        DetectionEntry.list
    )
    alerts = alerts.where(DetectionEntry.level != Level.NONE)
    signals = select(HumanSignal.siren, FLAGGED_ON.label("day"))
    every = union_all(alerts, signals).subquery()
    first = (
        select(every.c.siren, func.min(every.c.day).label("detected_on"))
        .group_by(every.c.siren)
        .subquery()
    )
    return (
        select(first.c.siren, first.c.detected_on, Company.department)
        .join(Company, Company.siren == first.c.siren)
        .where(
            first.c.detected_on.between(period.since, period.until),
            Company.department.in_(period.zone(identity, Nature.SCORE)),
        )
        .cte("cohort")
    )


def _milestones(cohort: CTE, *, seen_until: date) -> CTE:
    """Select, for each firm of the cohort, the first day it reached each stage."""
    answered = Visit.contact_result == ContactResult.REPONDU
    visits = (
        select(
            cohort.c.siren,
            func.min(Visit.visited_on).label("contacted_on"),
            func.min(Visit.visited_on).filter(answered).label("visited_on"),
            func.min(Visit.visited_on)
            .filter(Visit.verdict == Verdict.CONFIRMEE)
            .label("confirmed_on"),
        )
        .join(Visit, and_(Visit.siren == cohort.c.siren, Visit.visited_on >= cohort.c.detected_on))
        .where(Visit.visited_on <= seen_until)
        .group_by(cohort.c.siren)
        .cte("visits")
    )
    cases = (
        select(
            cohort.c.siren,
            func.min(Case.opened_on).label("supported_on"),
            func.min(Case.closed_on).filter(Case.closed_on <= seen_until).label("concluded_on"),
        )
        .join(Case, and_(Case.siren == cohort.c.siren, Case.opened_on >= cohort.c.detected_on))
        .where(Case.deleted_at.is_(None), Case.opened_on <= seen_until)
        .group_by(cohort.c.siren)
        .cte("cases")
    )
    return (
        select(cohort, *_dates(visits), *_dates(cases))
        .outerjoin(visits, visits.c.siren == cohort.c.siren)
        .outerjoin(cases, cases.c.siren == cohort.c.siren)
        .cte("firms")
    )


def _with_haste(firms: CTE, period: Period) -> CTE:
    """Add in how many working days each firm was contacted, and how many have passed, as far as the longest that counts."""
    detected, contacted = firms.c.detected_on, firms.c.contacted_on
    seen = min(period.seen_until, today())
    off = public_holidays(period.since, min(period.until, today()) + SOON)
    # Beyond, days are not counted one by one.
    worked = case(
        (contacted <= detected + SOON.days, worked_between(detected, contacted, off, of=firms))
    )
    passed = case(
        (detected + SOON.days <= seen, SOON.days),
        else_=worked_between(detected, literal(seen, Date), off, of=firms),
    )
    return select(firms, worked.label("worked_days"), passed.label("passed_days")).cte("hastes")


def _dates(stage: CTE) -> list[Any]:
    return [column for column in stage.c if column.name != "siren"]


def _counted(firms: CTE) -> Select[Any]:
    reached = [firms.c[f"{stage}_on"] for stage in STAGES[1:]]
    delays = [
        func.percentile_cont(0.5).within_group(case((day.is_not(None), day - firms.c.detected_on)))
        for day in (
            firms.c.contacted_on,
            firms.c.visited_on,
            firms.c.supported_on,
            firms.c.concluded_on,
        )
    ]
    due = [firms.c.passed_days >= days for days in PROMPT]
    prompt = [firms.c.worked_days <= days for days in PROMPT]
    hastes = [
        *[func.count().filter(is_due) for is_due in due],
        *[func.count().filter(*both) for both in zip(due, prompt, strict=True)],
    ]
    met = func.count(firms.c.supported_on).filter(firms.c.visited_on.is_not(None))
    return select(
        firms.c.department,
        func.count(),
        *[func.count(day) for day in reached],
        *delays,
        *hastes,
        met,
    ).group_by(func.grouping_sets(tuple_(firms.c.department), tuple_()))
