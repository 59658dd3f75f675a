"""A demand in the register, and somebody who finished the lesson."""

from datetime import date, timedelta

from app.core.now import today, utcnow
from app.detections.withdrawals import queries as withdrawal_queries
from app.detections.withdrawals import services as withdrawals
from app.transparency.demands.models import Demand, DemandKind
from app.transparency.learning.content import VERSION
from app.transparency.learning.models import LessonRecord
from tests.factories.network import system, working_as


def plant_demand(
    author_id: int, siren: str, department: str, *, due_on: date | None = None, body: str = "Pourquoi m’appelle-t-on ?"
) -> int:  # fmt: skip
    """A demand of a firm, due in ten days unless it is said; its number."""
    day = due_on or today() + timedelta(days=10)
    with system() as session:
        demand = Demand(
            kind=DemandKind.KNOW, number=siren, departments=[department], asked_as="gérante", body=body,
            received_on=day - timedelta(days=30), due_on=day, author_id=author_id,
        )  # fmt: skip
        session.add(demand)
        session.flush()
        return demand.id


def finish_lesson(agent_id: int) -> None:
    """An agent finished the lesson."""
    with system() as session:
        session.add(LessonRecord(agent_id=agent_id, version=VERSION, finished_at=utcnow()))


def ask_withdrawal(agent_id: int, list_id: int) -> int:
    """Somebody asks that a list be withdrawn, or put back; the number of the request."""
    with working_as(agent_id) as (session, who):
        of = withdrawal_queries.get_any_list(session, who, list_id)
        return withdrawals.ask(session, who, of, reason="Une source était vide ce mois-ci").id


def decide_withdrawal(agent_id: int, withdrawal_id: int, *, is_accepted: bool = True) -> None:
    """Somebody else decides on it."""
    with working_as(agent_id) as (session, who):
        asked = withdrawal_queries.get_withdrawal(session, who, withdrawal_id)
        withdrawals.decide(session, who, asked, is_accepted=is_accepted)


def plant_transparency(agent_id: int, admin_id: int, siren: str) -> dict[str, object]:
    """A lesson that somebody finished, a demand of a firm of Côte-d'Or; what completes the addresses of both."""
    finish_lesson(agent_id)
    demand_id = plant_demand(admin_id, siren, "21", body="Confidence-de-demande")
    return {"demand_id": demand_id, "lesson_page": 1}
