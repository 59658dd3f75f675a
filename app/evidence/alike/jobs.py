"""Firms alike, each night. Thin: a unit of work and a call."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.evidence.alike import services

SYSTEM = system_identity("Entreprises semblables")


@does(Task.EVIDENCE_ALIKE)
def build() -> None:
    """Tell what was done for the firms of the last half-year that is settled, if it was not told yet."""
    with unit_of_work(SYSTEM) as session:
        services.build(session, SYSTEM, until=services.last_half_year(today()))
