"""The figures of impact, counted again from the events by their definitions, firm after firm, without a clever statement."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseOutcome
from app.companies.models import Company
from app.core.now import today
from app.detections.models import DetectionEntry, DetectionList, HumanSignal
from app.impact.queries import Period
from app.visits.models import ContactResult, Verdict, Visit
from scoring.vocabulary import Level

PARIS = ZoneInfo("Europe/Paris")
DELAYS = {
    "days_to_contact": "contacted", "days_to_visit": "visited", "days_to_support": "supported", "days_to_outcome": "concluded",
}  # fmt: skip


def funnel(
    session: Session, period: Period, *, departments: Sequence[str]
) -> dict[str | None, dict[str, Any]]:
    """The figures of each département that has a firm, then of all of them under ``None``."""
    lives = []
    for company in session.scalars(select(Company).where(Company.department.in_(departments))):
        life = _life(session, company.siren, period.seen_until)
        if life and period.since <= life["detected"] <= period.until:
            lives.append((company.department, life))
    seen = min(period.seen_until, today())
    places = [*sorted({str(place) for place, _ in lives}), None]
    return {
        place: _figures([life for where, life in lives if place in (None, where)], seen)
        for place in places
    }


def jobs(session: Session, period: Period, *, departments: Sequence[str]) -> tuple[int, int, int]:
    """Of how many accompagnements both numbers are known, those at stake, those kept."""
    known = []
    for case in session.scalars(select(Case).where(Case.department.in_(departments))):
        if (
            case.closed_on is None
            or case.deleted_at
            or not period.since <= case.closed_on <= period.until
        ):
            continue
        told = session.scalars(select(CaseOutcome).where(CaseOutcome.case_id == case.id)).all()
        last = max(told, key=lambda outcome: (outcome.recorded_at, outcome.id), default=None)
        if last and last.jobs_at_stake is not None and last.jobs_kept is not None:
            known.append((last.jobs_at_stake, last.jobs_kept))
    return len(known), sum(at for at, _ in known), sum(kept for _, kept in known)


def _life(session: Session, siren: str, seen_until: date) -> dict[str, date | None] | None:
    """The first day of each stage; `None` for a firm that nobody detected."""
    listed = select(DetectionList.as_of).join(
        DetectionEntry, DetectionEntry.list_id == DetectionList.id
    )
    days = list(
        session.scalars(
            listed.where(DetectionEntry.siren == siren, DetectionEntry.level != Level.NONE)
        )
    )
    flags = session.scalars(select(HumanSignal).where(HumanSignal.siren == siren))
    days += [flag.created_at.astimezone(PARIS).date() for flag in flags]
    if not days:
        return None
    start = min(days)
    visits = [
        v
        for v in session.scalars(select(Visit).where(Visit.siren == siren))
        if start <= v.visited_on <= seen_until
    ]
    cases = [
        c
        for c in session.scalars(select(Case).where(Case.siren == siren))
        if start <= c.opened_on <= seen_until
    ]
    answered = [v for v in visits if v.contact_result is ContactResult.REPONDU]
    return {
        "detected": start,
        "contacted": _first(v.visited_on for v in visits),
        "visited": _first(v.visited_on for v in answered),
        "confirmed": _first(v.visited_on for v in visits if v.verdict is Verdict.CONFIRMEE),
        "supported": _first(c.opened_on for c in cases),
        "concluded": _first(
            c.closed_on for c in cases if c.closed_on and c.closed_on <= seen_until
        ),
    }


def _figures(lives: Sequence[dict[str, Any]], seen: date) -> dict[str, Any]:
    figures: dict[str, Any] = {
        stage: sum(1 for life in lives if life[stage])
        for stage in ("detected", "contacted", "visited", "confirmed", "supported", "concluded")
    }
    for name, stage in DELAYS.items():
        waits = [(life[stage] - life["detected"]).days for life in lives if life[stage]]
        figures[name] = float(median(waits)) if waits else None
    for name, days in (("three", 3), ("five", 5)):
        due = [life for life in lives if _worked(life["detected"], seen) >= days]
        figures[f"due_{name}"] = len(due)
        figures[f"within_{name}"] = sum(
            1
            for life in due
            if life["contacted"] and _worked(life["detected"], life["contacted"]) <= days
        )
    figures["supported_met"] = sum(1 for life in lives if life["visited"] and life["supported"])
    return figures


def _worked(first: date, last: date) -> int:
    off = country_holidays("FR", years=range(first.year, last.year + 1))
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(1 for day in days if day.isoweekday() < 6 and day not in off)


def _first(days: Any) -> date | None:
    return min(days, default=None)
