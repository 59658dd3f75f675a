"""The sheet of the week. Thin: units of work and calls."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.openlab.sheets import services

SYSTEM = system_identity("OpenLab")


@does(Task.OPENLAB_WEEK)
def build_week() -> None:
    """Build the sheet of the last week that is over, unless it is there."""
    with unit_of_work(SYSTEM) as session:
        services.build(session, SYSTEM, services.last_week())
