"""The figures of impact, counted again from the events by their definitions, firm after firm, without a clever statement."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.models import Case, CaseOutcome
from app.companies.models import Company
from app.core.now import today
from app.detections.models import DetectionEntry, DetectionList, HumanSignal
from app.impact.breakdowns import Breakdown
from app.impact.queries import Period
from app.visits.models import Channel, ContactResult, Verdict, Visit, VisitCompanion
from scoring.dictionary.naf import section_of
from scoring.vocabulary import Level

PARIS = ZoneInfo("Europe/Paris")
DELAYS = {
    "days_to_contact": "contacted", "days_to_answer": "answered", "days_to_visit": "visited", "days_to_support": "supported",
    "days_to_outcome": "concluded",
}  # fmt: skip
STAGES = ("detected", "contacted", "answered", "visited", "confirmed", "supported", "concluded")
SOON = ("contacted", "answered", "visited", "confirmed", "supported")


def funnel(
    session: Session, period: Period, *, departments: Sequence[str], by: Breakdown
) -> dict[Any, dict[str, Any]]:
    """The figures of each group that has a firm, of each quarter (its first day), and of all firms under ``None``."""
    lives: list[tuple[Any, dict[str, Any]]] = []
    for company in session.scalars(select(Company).where(Company.department.in_(departments))):
        life = _life(session, company.siren, period.seen_until)
        if life and period.since <= life["detected"] <= period.until:
            groups = _groups(session, company, life, by, period)
            start = life["detected"]
            groups.append((date(start.year, start.month - (start.month - 1) % 3, 1), life))
            lives += [(None, life), *groups]
    seen = min(period.seen_until, today())
    places = {place for place, _ in lives} | {None}
    return {
        place: _figures([life for where, life in lives if where == place], seen) for place in places
    }


def _groups(
    session: Session, company: Company, life: dict[str, Any], by: Breakdown, period: Period
) -> list[tuple[Any, dict[str, Any]]]:
    if by is Breakdown.ADMINISTRATION:
        agents = {agent.administration for agent in session.scalars(select(Agent))}
        of = [(each, _life(session, company.siren, period.seen_until, of=each)) for each in agents]
        return [(each.value, acts) for each, acts in of if acts]
    size = company.workforce
    floors = [floor for floor in (0, 10, 20, 50, 250) if size is not None and size >= floor]
    return [
        (
            {
                Breakdown.DEPARTMENT: company.department,
                Breakdown.SECTOR: section_of(company.naf) or "",
                Breakdown.SIZE: str(floors[-1]) if floors else "",
                Breakdown.LEVEL: life["level"],
            }[by],
            life,
        )
    ]


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


def _life(session: Session, siren: str, seen_until: date, of: Any = None) -> dict[str, Any] | None:
    """The first day of each stage, by the acts of one administration or of all; `None` for a firm that nobody detected."""
    listed = select(DetectionList.as_of, DetectionEntry.level).join(
        DetectionEntry, DetectionEntry.list_id == DetectionList.id
    )
    alerts = session.execute(
        listed.where(DetectionEntry.siren == siren, DetectionEntry.level != Level.NONE)
    ).all()
    flags = session.scalars(select(HumanSignal).where(HumanSignal.siren == siren))
    days = [day for day, _ in alerts]
    days += [flag.created_at.astimezone(PARIS).date() for flag in flags]
    if not days:
        return None
    start = min(days)
    levels = sorted((level.value for day, level in alerts if day == start), key=len)
    visits = [
        v
        for v in session.scalars(select(Visit).where(Visit.siren == siren))
        if start <= v.visited_on <= seen_until and _is_of(session, v, of)
    ]
    cases = [
        c
        for c in session.scalars(select(Case).where(Case.siren == siren))
        if start <= c.opened_on <= seen_until
        and of in (None, session.get_one(Agent, c.opened_by).administration)
    ]
    answered = [v for v in visits if v.contact_result is ContactResult.REPONDU]
    return {
        "level": levels[0] if levels else "signalement",
        "detected": start,
        "contacted": _first(v.visited_on for v in visits),
        "answered": _first(v.visited_on for v in answered),
        "visited": _first(v.visited_on for v in answered if v.channel is not Channel.TELEPHONE),
        "confirmed": _first(v.visited_on for v in visits if v.verdict is Verdict.CONFIRMEE),
        "supported": _first(c.opened_on for c in cases),
        "concluded": _first(
            c.closed_on for c in cases if c.closed_on and c.closed_on <= seen_until
        ),
    }


def _is_of(session: Session, visit: Visit, administration: Any) -> bool:
    companions = select(VisitCompanion.agent_id).where(VisitCompanion.visit_id == visit.id)
    people = [visit.author_id, *session.scalars(companions)]
    return administration is None or any(
        session.get_one(Agent, agent).administration is administration for agent in people
    )


def _figures(lives: Sequence[dict[str, Any]], seen: date) -> dict[str, Any]:
    figures: dict[str, Any] = {stage: sum(1 for life in lives if life[stage]) for stage in STAGES}
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
    for later, earlier in (("confirmed", "visited"), ("supported", "confirmed")):
        both = [life for life in lives if life[later] and life[earlier]]
        figures[f"{later}_{earlier}"] = len(both)
    observed = [life for life in lives if (seen - life["detected"]).days >= 90]
    figures["observed"] = len(observed)
    for stage in SOON:
        reached = [life for life in observed if life[stage]]
        figures[f"soon_{stage}"] = sum(
            1 for life in reached if (life[stage] - life["detected"]).days <= 90
        )
    return figures


def _worked(first: date, last: date) -> int:
    off = country_holidays("FR", years=range(first.year, last.year + 1))
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(1 for day in days if day.isoweekday() < 6 and day not in off)


def _first(days: Any) -> date | None:
    return min(days, default=None)
