"""The sheet of the week. Thin: units of work and calls."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.openlab.sheets import services

SYSTEM = system_identity("OpenLab")


@does(Task.OPENLAB_WEEK)
def build_week() -> None:
    """Build the sheets of the weeks that are over and have none: after an outage, those of all the weeks that it lasted."""
    with unit_of_work(SYSTEM) as session:
        for week in services.weeks_due(session):
            services.build(session, SYSTEM, week)
