"""The making of reports."""

from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.evidence.reports import building


@does(Task.EVIDENCE_REPORT)
def build(report_id: int) -> None:
    """Finish a report, from wherever it stopped."""
    building.run(report_id)
