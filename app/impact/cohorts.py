"""The firms first detected between two days, and the first day each reached each stage, as tables that `queries` counts.

A firm counts once, from the date of the first list that put it in alert or of the first human signal. Each later stage
counts only what happened after that date.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    select,
    true,
    union,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.models import Administration, Agent
from app.cases.models import Case
from app.companies.models import Company
from app.core.database.tables import day_of
from app.core.now import today
from app.core.working_days import public_holidays, worked_between
from app.detections.models import DetectionEntry, DetectionList, HumanSignal
from app.impact.breakdowns import FLAGGED, Breakdown, group_of
from app.visits.models import Channel, ContactResult, Verdict, Visit, VisitCompanion
from scoring.vocabulary import Level

#: the day of a human signal, in the agents' time zone
FLAGGED_ON = day_of(HumanSignal.created_at)
#: no five working days in France are longer
SOON = timedelta(days=14)
#: the ways of meeting somebody: on site, or by an appointment at a distance; a telephone call is an answer
MEETINGS = (Channel.SUR_PLACE, Channel.VISIO)
ANSWERED = Visit.contact_result == ContactResult.REPONDU
#: what makes a contact reach each stage
REACHED: dict[str, ColumnElement[bool]] = {
    "contacted_on": Visit.visited_on.is_not(None),
    "answered_on": ANSWERED,
    "visited_on": and_(ANSWERED, Visit.channel.in_(MEETINGS)),
    "confirmed_on": Visit.verdict == Verdict.CONFIRMEE,
}


def cohort(since: date, until: date, *, departments: Sequence[str], by: Breakdown) -> CTE:
    """Select the firms of some départements first detected in ``[since, until]``: siren, day, group."""
    alerts = select(
        DetectionEntry.siren, DetectionList.as_of.label("day"), cast(DetectionEntry.level, Text)
    ).join(DetectionEntry.list)
    alerts = alerts.where(DetectionEntry.level != Level.NONE)
    signals = select(HumanSignal.siren, FLAGGED_ON.label("day"), literal(FLAGGED))
    every = union_all(alerts, signals).subquery()
    level = every.c.level
    # The highest level of the first day; a person's signal is told of the firms that have nothing else on that day.
    worst = case((level == Level.ELEVEE.value, 0), (level == Level.MODEREE.value, 1), else_=2)
    first = select(every.c.siren, func.min(every.c.day).label("detected_on"))
    if by is Breakdown.LEVEL:
        levels = func.array_agg(aggregate_order_by(level, every.c.day, worst), type_=ARRAY(Text))
        first = first.add_columns(levels[1].label("level"))
    else:
        first = first.add_columns(literal(FLAGGED).label("level"))
    firsts = first.group_by(every.c.siren).subquery()
    return (
        select(
            firsts.c.siren, firsts.c.detected_on, group_of(by, firsts.c.level).label("group")
        )
        .join(Company, Company.siren == firsts.c.siren)
        .where(
            firsts.c.detected_on.between(since, until), Company.department.in_(list(departments))
        )
        .cte("cohort")
    )  # fmt: skip


def of_each_administration(firms: CTE) -> CTE:
    """Repeat the firms for each administration: its group is the one whose agents' acts are counted."""
    codes = values(column("code", Text), name="administrations").data(
        [(each.value,) for each in Administration]
    )
    each = select(firms.c.siren, firms.c.detected_on, codes.c.code.label("group"))
    return each.join(codes, true()).cte("cohort_of_administrations")


def milestones(firms: CTE, *, seen_until: date, of_groups: bool = False) -> CTE:
    """Select, for each firm, the first day it reached each stage; ``of_groups``: by the acts of agents of its group alone."""
    visits = _visits(firms, seen_until=seen_until, of_groups=of_groups)
    cases = _cases(firms, seen_until=seen_until, of_groups=of_groups)
    same = [
        and_(each.c.siren == firms.c.siren, each.c.group == firms.c.group)
        for each in (visits, cases)
    ]
    return (
        select(firms, *_dates(visits), *_dates(cases))
        .outerjoin(visits, same[0])
        .outerjoin(cases, same[1])
        .cte(f"firms_of_{firms.name}")
    )


def with_haste(firms: CTE, *, since: date, until: date, seen_until: date) -> CTE:
    """Add in how many working days each firm was contacted, and how many have passed, as far as the longest that counts."""
    detected, contacted = firms.c.detected_on, firms.c.contacted_on
    seen = min(seen_until, today())
    off = public_holidays(since, min(until, today()) + SOON)
    # Beyond, days are not counted one by one.
    worked = case(
        (contacted <= detected + SOON.days, worked_between(detected, contacted, off, of=firms))
    )
    passed = case(
        (detected + SOON.days <= seen, SOON.days),
        else_=worked_between(detected, literal(seen, Date), off, of=firms),
    )
    return select(
        firms, worked.label("worked_days"), passed.label("passed_days"), (literal(seen, Date) - detected).label("age")
    ).cte(f"hastes_of_{firms.name}")  # fmt: skip


def _visits(firms: CTE, *, seen_until: date, of_groups: bool) -> CTE:
    days = [
        func.min(Visit.visited_on).filter(condition).label(name)
        for name, condition in REACHED.items()
    ]
    chosen = (
        select(firms.c.siren, firms.c.group, *days)
        .join(Visit, and_(Visit.siren == firms.c.siren, Visit.visited_on >= firms.c.detected_on))
        .where(Visit.visited_on <= seen_until)
        .group_by(firms.c.siren, firms.c.group)
    )
    if of_groups:
        author = select(Visit.id.label("visit_id"), Visit.author_id.label("agent_id"))
        people = union(author, select(VisitCompanion.visit_id, VisitCompanion.agent_id)).subquery()
        chosen = chosen.join(people, people.c.visit_id == Visit.id)
        chosen = chosen.join(Agent, Agent.id == people.c.agent_id)
        chosen = chosen.where(cast(Agent.administration, Text) == firms.c.group)
    return chosen.cte(f"visits_of_{firms.name}")


def _cases(firms: CTE, *, seen_until: date, of_groups: bool) -> CTE:
    chosen = (
        select(
            firms.c.siren,
            firms.c.group,
            func.min(Case.opened_on).label("supported_on"),
            func.min(Case.closed_on).filter(Case.closed_on <= seen_until).label("concluded_on"),
        )
        .join(Case, and_(Case.siren == firms.c.siren, Case.opened_on >= firms.c.detected_on))
        .where(Case.deleted_at.is_(None), Case.opened_on <= seen_until)
        .group_by(firms.c.siren, firms.c.group)
    )
    if of_groups:
        chosen = chosen.join(Agent, Agent.id == Case.opened_by)
        chosen = chosen.where(cast(Agent.administration, Text) == firms.c.group)
    return chosen.cte(f"cases_of_{firms.name}")


def _dates(stage: CTE) -> list[Any]:
    return [column for column in stage.c if column.name not in ("siren", "group")]
