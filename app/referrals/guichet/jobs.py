"""Each night, what is old is erased, and what kept robots out is forgotten."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.referrals.guichet.door import paces
from app.referrals.guichet.following import erasing

SYSTEM = system_identity("Guichet, la nuit")


@does(Task.GUICHET_FORGET)
def forget() -> None:
    """Erase and forget."""
    with unit_of_work(SYSTEM) as session:
        erasing.erase_due(session)
        paces.forget(session)
