"""Letters to askers, once nobody can undo what they follow from. Thin: one unit of work a letter."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.referrals.quality.checks import queries, services

SYSTEM = system_identity("Contrôle des demandes")


@does(Task.REFERRALS_LETTERS)
def write_letters() -> None:
    """Write the letters that are due: killed anywhere, each leaves once."""
    with unit_of_work(SYSTEM) as session:
        due = queries.list_letters_due(session)
    for decision_id in due:
        with unit_of_work(SYSTEM) as session:
            services.write_letter(session, decision_id)
