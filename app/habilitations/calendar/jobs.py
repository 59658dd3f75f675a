"""What happens to rights as time passes, every night and every morning. Only units of work and calls."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.habilitations.agents import services
from app.habilitations.calendar import reminders
from app.habilitations.reviews import services as reviews

SYSTEM = system_identity("Vie des habilitations")


@does(Task.HABILITATIONS_MIDNIGHT)
def midnight() -> None:
    """Suspend dormant accounts, and close the review whose deadline has passed."""
    with unit_of_work(SYSTEM) as session:
        services.suspend_dormant(session, SYSTEM)
    with unit_of_work(SYSTEM) as session:
        reviews.close_due(session, SYSTEM)


@does(Task.HABILITATIONS_REMINDERS)
def remind() -> None:
    """Write the morning's e-mails."""
    for notify in (reminders.remind_ends, reminders.warn_dormant, reminders.remind_reviews):
        with unit_of_work(SYSTEM) as session:
            notify(session)
