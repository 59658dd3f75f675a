"""Accompagnements of the world."""

from app.cases import services
from app.cases.endings import Ending
from app.cases.handover import services as handovers
from app.cases.handover.models import Handover, HandoverLine
from app.cases.handover.queries import get_handover
from app.cases.measures import services as measures
from app.cases.measures.services import Mobilised
from app.cases.members import services as membership
from app.cases.models import MemberRole, Outcome
from app.cases.qualification import services as qualification
from app.cases.queries import get_case
from app.companies.queries import get_establishment
from app.core.now import today
from tests.factories.network import system, working_as
from tests.factories.unlocks import because
from tests.factories.values import value_id


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


def qualify(
    agent_id: int, case_id: int, *, chosen: set[int], shown: set[int] | None = None
) -> None:
    """A member ticks values, of which ``shown`` were ticked."""
    with working_as(agent_id) as (session, who):
        case = get_case(session, who, case_id)
        qualification.qualify(session, who, case, shown=shown or set(), chosen=chosen)


def mobilise(agent_id: int, case_id: int, *, code: str = "delai_urssaf", note: str = "") -> int:
    """A member says that a measure was mobilised today; its number."""
    said = Mobilised(
        value_id=value_id("dispositif", code), starts_on=today(), amount=4_300, note=note
    )
    with working_as(agent_id) as (session, who):
        return measures.add(session, who, get_case(session, who, case_id), said).id


def hand_over(former: int, taker: int, *case_ids: int, note: str = "") -> int:
    """A référent proposes accompagnements to a colleague; the number of the handover."""
    with system() as session:
        handover = Handover(former_id=former, taker_id=taker, asked_by=former, note=note)
        session.add(handover)
        session.flush()
        session.add_all(HandoverLine(handover_id=handover.id, case_id=each) for each in case_ids)
        return handover.id


def take(taker: int, handover_id: int) -> int:
    """Whoever is asked takes them; how many."""
    with working_as(taker) as (session, who):
        return handovers.accept(session, who, get_handover(session, who, handover_id))
