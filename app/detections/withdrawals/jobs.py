"""The figures that lists sort firms by, made again once a list was withdrawn or put back. Thin: a unit of work and a call."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.detections.withdrawals import services

SYSTEM = system_identity("Retrait d’une liste")


@does(Task.DETECTIONS_FIGURES)
def store_figures() -> None:
    """Make the figures again: killed anywhere, those of before are still there."""
    with unit_of_work(SYSTEM) as session:
        services.store_figures(session)
