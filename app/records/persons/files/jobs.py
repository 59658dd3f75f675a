"""The making of access files, and what each night forgets of them and tells of the register."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.records.persons.files import services, writing
from app.records.persons.services import tell_late

SYSTEM = system_identity("Demandes de personnes")


@does(Task.PERSONS_FILE)
def make(file_id: int) -> None:
    """Make a file."""
    writing.run(file_id)


@does(Task.PERSONS_NIGHT)
def night() -> None:
    """Forget old files; tell of requests that are late, or will be."""
    with unit_of_work(SYSTEM) as session:
        services.forget(session)
        tell_late(session)
