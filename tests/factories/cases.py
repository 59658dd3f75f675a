"""Accompagnements of the world."""

from app.cases import services
from app.cases.endings import Ending
from app.cases.members import services as membership
from app.cases.models import MemberRole, Outcome
from app.cases.queries import get_case
from app.companies.queries import get_establishment
from app.core.now import today
from tests.factories.network import working_as
from tests.factories.unlocks import because


def open_case(agent_id: int, siret: str) -> int:
    """An accompagnement opened by an agent; its number."""
    with working_as(agent_id) as (session, who):
        establishment = get_establishment(session, who, siret)
        return services.open_case(session, who, establishment, motive=because()).id


def add_member(
    agent_id: int, case_id: int, new: int, role: MemberRole = MemberRole.PARTICIPANT
) -> None:
    """A référent makes somebody take part."""
    with working_as(agent_id) as (session, who):
        case = get_case(session, who, case_id)
        membership.add_member(session, who, case, agent_id=new, role=role)


def close_case(agent_id: int, case_id: int, outcome: Outcome = Outcome.STABILISEE) -> None:
    """A référent ends it today."""
    with working_as(agent_id) as (session, who):
        case = get_case(session, who, case_id)
        services.close_case(session, who, case, Ending(outcome=outcome, occurred_on=today()))
