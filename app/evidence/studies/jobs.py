"""Reading studies on their day."""

from flask import current_app

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.evidence.studies import computing, queries, services

CALENDAR = system_identity("Calendrier des études")


@does(Task.STUDIES_DUE)
def read_due() -> None:
    """Ask the question of the half-year once, and have every study read whose day has come: after an outage too."""
    with unit_of_work(CALENDAR) as session:
        services.register_half_year(session, CALENDAR)
        for study_id in queries.list_due(session):
            services.defer_reading(session, study_id)


@does(Task.STUDY_READ)
def read(study_id: int) -> None:
    """Read a study; nothing when it was read."""
    computing.run(study_id, home=current_app.config["VIGIE"].home)
