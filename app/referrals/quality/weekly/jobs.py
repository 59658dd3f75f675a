"""The e-mail of Monday. Thin: one unit of work a manager, so that one killed in between is taken up where it was."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.referrals.quality.weekly import queries, services

SYSTEM = system_identity("Courriel des antennes")


@does(Task.REFERRALS_WEEK)
def tell_managers() -> None:
    """Write to each manager what waits: asked for several times on Monday, each receives one e-mail a week."""
    week = services.monday()
    with unit_of_work(SYSTEM) as session:
        managers = queries.list_managers(session)
    for agent_id in managers:
        with unit_of_work(SYSTEM) as session:
            services.tell(session, agent_id, week)
