"""Each morning, firms are asked whether it helped."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.referrals.guichet.following import services

SYSTEM = system_identity("Guichet, le matin")


@does(Task.GUICHET_ASK)
def ask() -> None:
    """Write to the firms whose needs ended two weeks ago."""
    with unit_of_work(SYSTEM) as session:
        services.ask_due(session)
