"""Remind of échéances whose day has come. Thin: units of work and calls."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.deadlines import queries, services

SYSTEM = system_identity("Échéances")


@does(Task.DEADLINES_REMIND)
def remind() -> None:
    """Remind of each échéance in a transaction of its own, so that what was told stays told."""
    with unit_of_work(SYSTEM) as session:
        to_tell = queries.list_to_tell(session)
    for deadline_id in to_tell:
        with unit_of_work(SYSTEM) as session:
            services.remind(session, SYSTEM, deadline_id)
