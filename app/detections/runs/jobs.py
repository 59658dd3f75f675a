"""Detection jobs."""

from flask import current_app
from sqlalchemy.orm import Session

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.detections.drift import queries as control_queries
from app.detections.models import RunState
from app.detections.runs import pipeline, queries, services

CALENDAR = system_identity("Calendrier des détections")


@does(Task.DETECTIONS_RUN)
def run_detection(run_id: int) -> None:
    """Finish a run, from wherever it stopped."""
    pipeline.run(run_id, home=current_app.config["VIGIE"].home)


@does(Task.DETECTIONS_MONTH)
def run_month() -> None:
    """Start the monthly run, or resume it if it failed; do nothing when the month already has its list."""
    as_of = today().replace(day=1)
    with unit_of_work(CALENDAR) as session:
        last = queries.find_last_run(session, as_of=as_of)
        if last is None:
            services.start_run(
                session, CALENDAR, as_of=as_of, trigger="calendrier", is_deferred=True
            )
        elif last.state is RunState.FAILED and not _waits_for_override(session, last.id):
            services.resume_run(session, CALENDAR, last)


def _waits_for_override(session: Session, run_id: int) -> bool:
    """Return whether a drift holds the list back: a retry would stop at the same place."""
    report = control_queries.find_report(session, run_id)
    return report is not None and report.is_blocking
