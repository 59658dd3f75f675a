"""Each night, the searches that were kept long enough are forgotten."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.search import services

SYSTEM = system_identity("Oubli des recherches")


@does(Task.SEARCH_FORGET)
def forget() -> None:
    """Delete them."""
    with unit_of_work(SYSTEM) as session:
        services.forget(session)
