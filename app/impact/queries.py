"""The funnel, counted firm by firm: what happened to those first detected in a period.

A firm counts once, in the département of its head office, from the date of the first list that put it in alert or of the
first human signal. Each later stage counts only what happened after that date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, Date, Row, Select, and_, case, cast, func, literal_column, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseOutcome
from app.companies.models import Company
from app.core.identity import Identity
from app.detections.models import DetectionEntry, DetectionList, HumanSignal, Level
from app.visits.models import ContactResult, Verdict, Visit

STAGES = ("detected", "contacted", "visited", "confirmed", "supported", "concluded")


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


def funnel(
    session: Session, identity: Identity, *, since: date, until: date, departments: Sequence[str] = ()
) -> list[FunnelRow]:
    """The funnel of firms first detected in ``[since, until]``, one row per département of the zone, then the total.

    ``departments`` narrows the zone; those outside it are ignored. Row-level security bounds what is counted.
    """
    zone = [code for code in identity.departments if not departments or code in departments]
    firms = _milestones(_cohort(since=since, until=until, zone=zone))
    rows = session.execute(_counted(firms)).all()
    return sorted((FunnelRow(*row) for row in rows), key=lambda row: (row.department is None, row.department or ""))


def outcome_counts(
    session: Session, identity: Identity, *, since: date, until: date, departments: Sequence[str] = ()
) -> Sequence[Row[tuple[str, int]]]:
    """How many accompagnements closed in the period ended in each outcome; the last revision counts."""
    zone = [code for code in identity.departments if not departments or code in departments]
    last = (
        select(CaseOutcome.outcome, Case.id)
        .join(Case, Case.id == CaseOutcome.case_id)
        .where(Case.closed_on.between(since, until), Case.department.in_(zone))
        .distinct(Case.id)
        .order_by(Case.id, CaseOutcome.recorded_at.desc(), CaseOutcome.id.desc())
        .subquery()
    )
    return session.execute(
        select(last.c.outcome, func.count()).group_by(last.c.outcome).order_by(func.count().desc(), last.c.outcome)
    ).all()


def _cohort(*, since: date, until: date, zone: list[str]) -> CTE:
    alerts = select(DetectionEntry.siren, DetectionList.as_of.label("day")).join(DetectionEntry.list)
    alerts = alerts.where(DetectionEntry.level != Level.NONE)
    signals = select(HumanSignal.siren, cast(HumanSignal.created_at, Date).label("day"))
    every = union_all(alerts, signals).subquery()
    first = select(every.c.siren, func.min(every.c.day).label("detected_on")).group_by(every.c.siren).subquery()
    return (
        select(first.c.siren, first.c.detected_on, Company.department)
        .join(Company, Company.siren == first.c.siren)
        .where(first.c.detected_on.between(since, until), Company.department.in_(zone))
        .cte("cohort")
    )


def _milestones(cohort: CTE) -> CTE:
    """For each firm of the cohort, the first day it reached each stage."""
    answered = Visit.contact_result == ContactResult.REPONDU
    visits = (
        select(
            cohort.c.siren,
            func.min(Visit.visited_on).label("contacted_on"),
            func.min(Visit.visited_on).filter(answered).label("visited_on"),
            func.min(Visit.visited_on).filter(Visit.verdict == Verdict.CONFIRMEE).label("confirmed_on"),
        )
        .join(Visit, and_(Visit.siren == cohort.c.siren, Visit.visited_on >= cohort.c.detected_on))
        .group_by(cohort.c.siren)
        .cte("visits")
    )
    cases = (
        select(
            cohort.c.siren,
            func.min(Case.opened_on).label("supported_on"),
            func.min(Case.closed_on).label("concluded_on"),
        )
        .join(Case, and_(Case.siren == cohort.c.siren, Case.opened_on >= cohort.c.detected_on))
        .group_by(cohort.c.siren)
        .cte("cases")
    )
    return (
        select(cohort, *_dates(visits), *_dates(cases))
        .outerjoin(visits, visits.c.siren == cohort.c.siren)
        .outerjoin(cases, cases.c.siren == cohort.c.siren)
        .cte("firms")
    )


def _dates(stage: CTE) -> list["literal_column[date]"]:
    return [column for column in stage.c if column.name != "siren"]  # type: ignore[misc]


def _counted(firms: CTE) -> Select[tuple[object, ...]]:
    reached = [firms.c[f"{stage}_on"] for stage in STAGES[1:]]
    delays = [
        func.percentile_cont(0.5).within_group(case((day.is_not(None), day - firms.c.detected_on)))
        for day in (firms.c.contacted_on, firms.c.visited_on, firms.c.supported_on, firms.c.concluded_on)
    ]
    return select(
        firms.c.department, func.count(), *[func.count(day) for day in reached], *delays
    ).group_by(func.grouping_sets(tuple_(firms.c.department), tuple_()))
