"""How many firms and agents each figure counts, at the finest place that is published.

A firm counts once and for all, in the half-year when something happened to it for the first time, where its head office is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, Text, case, cast, func, literal, select, union, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.models import Case
from app.companies.models import Company
from app.core.access.identity import Identity, Nature
from app.core.database.tables import day_of
from app.core.metrics import rate
from app.detections.models import DetectionEntry, DetectionList, HumanSignal
from app.evidence.publications.kinds import ALL, DELAYS, PROMPT, SECTORS, SIZES, UNKNOWN
from app.evidence.publications.periods import ReportPeriod
from app.habilitations.models import Department, Habilitation
from app.impact.cohorts import FLAGGED_ON, REACHED
from app.impact.queries import FunnelRow, Period, funnel
from app.network.models import Comment
from app.visits.models import Visit, VisitCompanion
from scoring.dictionary.naf import SECTIONS
from scoring.vocabulary import Level

Places = Counter[str]
#: division of the NAF -> sector
SECTOR_OF = {
    f"{division:02}": sector
    for sector, (_, sections) in SECTORS.items()
    for section in sections
    for division in range(SECTIONS[section][1], SECTIONS[section][2] + 1)
}
#: what a delay of the funnel needs enough of
STAGE_OF = {"days_to_contact": "contacted", "days_to_visit": "visited", "days_to_support": "supported"}  # fmt: skip
NOBODY = literal(ALL)


def count_half(session: Session, identity: Identity, half: ReportPeriod) -> dict[str, Places]:
    """Return the firms and agents of a half-year, by kind then by place. ``identity``: the system's, with every département."""
    found = {code: _firms(session, first, half) for code, first in _firsts().items()}
    region_of = _region_of(session)
    for row in _departments(session, identity, half):
        place = _place(region_of[row.group or ""])
        for code in PROMPT:
            found.setdefault(code, Counter())[place] += getattr(row, code)
    return {
        **{code: +places for code, places in found.items()},
        **count_agents(session, half),
    }


def count_agents(session: Session, period: ReportPeriod) -> dict[str, Places]:
    """Return the agents of a period, by kind then by administration."""
    held = select(Habilitation.agent_id).where(
        Habilitation.starts_on <= period.until,
        Habilitation.ends_on > period.until,
        func.coalesce(day_of(Habilitation.withdrawn_at), date.max) > period.until,
    )
    return {
        "agents": _by_administration(session, held),
        "agents_active": _by_administration(session, _active(period)),
    }


def delays(
    session: Session, identity: Identity, period: ReportPeriod
) -> dict[str, dict[str, float]]:
    """Return the median delays of the firms detected in a period, by region and in all, where enough firms make one."""
    regions: dict[str, list[str]] = {}
    region_of = _region_of(session)
    for row in _departments(session, identity, period):
        code = row.group or ""
        regions.setdefault(region_of[code], []).append(code)
    found = {ALL: _medians(session, identity, period, ())}
    for region, codes in sorted(regions.items()):
        found[region] = _medians(session, identity, period, tuple(codes))
    return {region: medians for region, medians in found.items() if medians}


def everywhere(session: Session, identity: Identity) -> Identity:
    """The identity of the system with every département, where it holds the score: what the funnel counts is said by a zone."""
    codes = tuple(sorted(_region_of(session)))
    return replace(identity, departments=codes, zones={Nature.SCORE: codes})


def _firsts() -> Mapping[str, Select[Any]]:
    """For each kind, the first day of each firm, and the administration of who acted."""
    ended = select(Case.siren, func.min(Case.closed_on).label("day"), NOBODY.label("partner"))
    return {
        "detected": _detected(),
        "first_contacted": _met(),
        "first_visited": _met().where(REACHED["visited_on"]),
        "first_supported": select(
            Case.siren, Case.opened_on.label("day"), Agent.administration.label("partner")
        )
        .join(Agent, Agent.id == Case.opened_by)
        .where(Case.deleted_at.is_(None))
        .ext(distinct_on(Case.siren))
        .order_by(Case.siren, Case.opened_on, Case.id),
        "first_concluded": ended.where(
            Case.deleted_at.is_(None), Case.closed_on.is_not(None)
        ).group_by(Case.siren),
    }


def _detected() -> Select[Any]:
    alerts = select(DetectionEntry.siren, DetectionList.as_of.label("day")).join(
        DetectionEntry.list
    )
    signals = select(HumanSignal.siren, FLAGGED_ON.label("day"))
    every = union_all(alerts.where(DetectionEntry.level != Level.NONE), signals).subquery()
    return select(
        every.c.siren, func.min(every.c.day).label("day"), NOBODY.label("partner")
    ).group_by(every.c.siren)


def _met() -> Any:
    met: Any = (
        select(Visit.siren, Visit.visited_on.label("day"), Agent.administration.label("partner"))
        .join(Agent, Agent.id == Visit.author_id)
        .ext(distinct_on(Visit.siren))
        .order_by(Visit.siren, Visit.visited_on, Visit.id)
    )
    return met


def _firms(session: Session, firsts: Select[Any], half: ReportPeriod) -> Places:
    first = firsts.subquery()
    size = case(
        *[(Company.workforce >= least, code) for code, (_, least) in reversed(list(SIZES.items()))],
        else_=UNKNOWN,
    )
    columns = (
        Department.region_code,
        func.left(Company.naf, 2),
        size,
        cast(first.c.partner, Text),
    )
    counted = (
        select(*columns, func.count())
        .select_from(first)
        .join(Company, Company.siren == first.c.siren)
        .join(Department, Department.code == Company.department)
        .where(first.c.day.between(half.since, half.until))
        .group_by(*columns)
    )
    places: Places = Counter()
    for region, division, size_code, partner, count in session.execute(counted):
        places[_place(region, SECTOR_OF.get(division or "", UNKNOWN), size_code, partner)] += count
    return places


def _place(region: str = ALL, sector: str = ALL, size: str = ALL, partner: str = ALL) -> str:
    return f"{region}|{sector}|{size}|{partner}"


def _region_of(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Department.code, Department.region_code)).all())


def _departments(session: Session, identity: Identity, period: ReportPeriod) -> Iterator[FunnelRow]:
    rows = funnel(session, identity, _as_seen(period))
    return (row for row in rows if row.group is not None)


def _medians(
    session: Session, identity: Identity, period: ReportPeriod, codes: tuple[str, ...]
) -> dict[str, float]:
    rows = funnel(session, identity, replace(_as_seen(period), departments=codes))
    if not rows:
        return {}
    total = rows[-1]
    return {
        name: getattr(total, name)
        for name in DELAYS
        if rate(getattr(total, STAGE_OF[name]), total.detected) is not None
    }


def _as_seen(period: ReportPeriod) -> Period:
    return Period(since=period.since, until=period.until, seen_until=period.seen_until)


def _active(period: ReportPeriod) -> Select[Any]:
    visited = Visit.visited_on.between(period.since, period.until)
    every = union(
        select(Visit.author_id).where(visited),
        select(VisitCompanion.agent_id)
        .join(Visit, Visit.id == VisitCompanion.visit_id)
        .where(visited),
        select(Case.opened_by).where(Case.opened_on.between(period.since, period.until)),
        select(Comment.author_id).where(
            day_of(Comment.created_at).between(period.since, period.until)
        ),
    ).subquery()
    return select(every.c[0])


def _by_administration(session: Session, agents: Select[Any]) -> Places:
    counted = (
        select(cast(Agent.administration, Text), func.count())
        .where(Agent.id.in_(agents))
        .group_by(Agent.administration)
    )
    return Counter({_place(partner=code): count for code, count in session.execute(counted)})
