"""The tasks of the detection."""

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
    """Carry a run to its end, from wherever it was left."""
    pipeline.run(run_id, home=current_app.config["VIGIE"].home)


@does(Task.DETECTIONS_MONTH)
def run_month() -> None:
    """Start the run of the month, or resume it if it failed; a month that has its list is left alone."""
    as_of = today().replace(day=1)
    with unit_of_work(CALENDAR) as session:
        last = queries.find_last_run(session, as_of=as_of)
        if last is None:
            services.start_run(
                session, CALENDAR, as_of=as_of, trigger="calendrier", is_deferred=True
            )
        elif last.state is RunState.FAILED and not _waits_for_somebody(session, last.id):
            services.resume_run(session, CALENDAR, last)


def _waits_for_somebody(session: Session, run_id: int) -> bool:
    """Whether a drift holds the list back: asking again would find the same."""
    report = control_queries.find_report(session, run_id)
    return report is not None and report.is_blocking
