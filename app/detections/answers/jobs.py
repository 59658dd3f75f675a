"""What happens to answers as time passes. Thin: units of work and calls."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.detections.answers import services

SYSTEM = system_identity("Réponses aux alertes")


@does(Task.DETECTIONS_RETURN)
def end_due() -> None:
    """Have the alerts reappear whose day has come, each once."""
    with unit_of_work(SYSTEM) as session:
        services.end_due(session, SYSTEM)
