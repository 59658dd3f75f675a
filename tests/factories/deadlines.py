"""Échéances of the world, and the addresses of calendars."""

from datetime import date

from app.cases.queries import get_case
from app.companies.models import Company
from app.core.now import today
from app.deadlines import services
from app.deadlines.calendar import services as calendars
from app.deadlines.models import Deadline
from app.deadlines.queries import get_deadline
from app.deadlines.services import PlannedDeadline
from tests.factories.network import network_id, system, working_as


def plan(
    agent_id: int, siren: str, *, to: str, what: str = "Rappeler", due_on: date | None = None, by: int | None = None,
    case_id: int | None = None,
) -> int:  # fmt: skip
    """An échéance that somebody plans on a firm, or in an accompagnement, for today and themselves unless it is said; its number."""
    planned = PlannedDeadline(
        what=what,
        due_on=due_on or today(),
        network_id=network_id(to),
        assignee_id=by or agent_id,
    )
    with working_as(agent_id) as (session, who):
        if case_id is not None:
            case = get_case(session, who, case_id)
            return services.plan_on_case(session, who, case, planned).id
        company = session.get_one(Company, siren)
        return services.plan_on_firm(session, who, company, planned).id


def plant(agent_id: int, siren: str, department: str, *, to: str, what: str) -> int:
    """The same without the feed: a version of before échéances knows no event of this kind."""
    audience = network_id(to)
    with system() as session:
        deadline = Deadline(
            siren=siren, departments=[department], network_id=audience, author_id=agent_id, assignee_id=agent_id, what=what,
            due_on=today(),
        )  # fmt: skip
        session.add(deadline)
        session.flush()
        return deadline.id


def change(agent_id: int, deadline_id: int, **said: object) -> None:
    """Somebody puts an échéance off, or gives it to somebody else."""
    with working_as(agent_id) as (session, who):
        deadline = get_deadline(session, who, deadline_id)
        present = {"due_on": deadline.due_on, "assignee_id": deadline.assignee_id}
        services.change(session, who, deadline, **(present | said))  # type: ignore[arg-type]


def calendar_secret(agent_id: int) -> str:
    """The secret of a new address of somebody's calendar."""
    with working_as(agent_id) as (session, who):
        return calendars.renew(session, who)
