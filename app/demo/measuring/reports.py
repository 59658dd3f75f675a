"""The report of the last whole year, published with its open data; that of the last half-year, asked for by the head of the house."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import find_agent_by_email
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import today
from app.demo.gestures.last_list import ACTOR, MANAGER, identity_of_person
from app.demo.people import PEOPLE
from app.evidence.publications.models import PublishedPeriod
from app.evidence.publications.periods import ReportPeriod, offered
from app.evidence.reports import building, services
from app.evidence.reports.models import ConventionReport
from app.evidence.reports.queries import find_same
from app.habilitations.models import Habilitation

ADMINISTRATOR = "fabien@demo.invalid"
REGION = "27"
#: how long before and after the last day of a period the rights of that time were in force
AROUND = timedelta(days=80)


def are_done() -> bool:
    """Whether the figures of the year are published."""
    with unit_of_work(ACTOR) as session:
        shown = select(func.count()).where(PublishedPeriod.published_at.is_not(None))
        return bool(session.scalar(shown))


def perform() -> str:
    """Make both reports, unless that was done before a stop, and publish the first; return a summary sentence."""
    ripe = [period for period in offered(today()) if period.is_ripe(today())]
    year = next(period for period in ripe if period.half is None)
    half = next(period for period in ripe if period.half is not None)
    with unit_of_work(ACTOR) as session:
        for period in (year, half, *year.halves, *half.previous.parts, *year.previous.parts):
            _had_rights(session, period.until)
    of_country = _make(ADMINISTRATOR, year, None)
    _make(MANAGER, half, REGION)
    who = identity_of_person(ADMINISTRATOR)
    with unit_of_work(who) as session:
        services.publish(session, who, session.get_one(ConventionReport, of_country))
    with unit_of_work(ACTOR) as session:
        told = session.get_one(PublishedPeriod, year.code)
        return f"{year.label} : {told.cells} cases, {told.masked} masquées, {told.recoverable} recalculable ; {half.label}"


def _make(email: str, period: ReportPeriod, region: str | None) -> int:
    """Ask for a report as somebody does, and finish it at once; return its number."""
    who = identity_of_person(email)
    with unit_of_work(who) as session:
        known = find_same(session, period.code, region)
        report_id = (
            known.id if known else services.ask(session, who, period=period, region=region).id
        )
    building.run(report_id)
    return report_id


def _had_rights(session: Session, day: date) -> None:
    """Give people the rights that they had then: those of today began with the demonstration."""
    validator = _agent(session, ADMINISTRATOR)
    for person in PEOPLE:
        agent = _agent(session, person.email)
        began = day - AROUND
        known = select(Habilitation.id).where(
            Habilitation.agent_id == agent.id, Habilitation.starts_on == began
        )
        if person.zone is None or session.scalar(known) is not None:
            continue
        session.add(
            Habilitation(
                agent_id=agent.id, zone_code=person.zone, natures=list(person.natures), function=person.job_title,
                starts_on=began, ends_on=day + AROUND, requested_by=agent.id, validated_by=validator.id,
            )
        )  # fmt: skip


def _agent(session: Session, email: str) -> Agent:
    agent = find_agent_by_email(session, email)
    if agent is None:
        raise DomainError(f"{email} n’a pas de compte : reconstruisez la démonstration.")
    return agent
