"""Visits of the world."""

from dataclasses import replace

from app.companies.queries import get_establishment
from app.core.now import today
from app.visits import services
from app.visits.models import Channel, ContactResult, Verdict, VisitCompanion, VisitPlace
from app.visits.services import Report
from tests.factories.network import network_id, system, working_as


def a_report(**said: object) -> Report:
    """A firm that answered, its difficulty confirmed; ``said`` replaces any part."""
    report = Report(
        visited_on=today(),
        channel=Channel.TELEPHONE,
        contact_result=ContactResult.REPONDU,
        verdict=Verdict.CONFIRMEE,
        body="Ce qui a été dit",
    )
    return replace(report, **said)  # type: ignore[arg-type]


def log_visit(agent_id: int, siret: str, *, to: str, **said: object) -> int:
    """Log a visit whose note is read by the network ``to``; return its id."""
    audience = network_id(to)
    with working_as(agent_id) as (session, who):
        establishment = get_establishment(session, who, siret)
        report = a_report(network_id=audience, **said)
        return services.log_visit(session, who, establishment, report).id


def share(visit_id: int, agent_id: int, siret: str) -> int:
    """Somebody took part in a visit, and it was of another establishment too; nobody is told. Return its number."""
    with system() as session:
        session.add(VisitCompanion(visit_id=visit_id, agent_id=agent_id))
        session.add(VisitPlace(visit_id=visit_id, siret=siret))
    return visit_id
