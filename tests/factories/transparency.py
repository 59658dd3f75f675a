"""A demand in the register, and somebody who finished the lesson."""

from datetime import date, timedelta

from app.core.now import today, utcnow
from app.transparency.demands.models import Demand, DemandKind
from app.transparency.learning.content import VERSION
from app.transparency.learning.models import LessonRecord
from tests.factories.network import system


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


def plant_transparency(agent_id: int, admin_id: int, siren: str) -> dict[str, object]:
    """A lesson that somebody finished, a demand of a firm of Côte-d'Or; what completes the addresses of both."""
    finish_lesson(agent_id)
    demand_id = plant_demand(admin_id, siren, "21", body="Confidence-de-demande")
    return {"demand_id": demand_id, "lesson_page": 1}
