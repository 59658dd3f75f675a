"""Passing over a drift in the red."""

from sqlalchemy.orm import Session

from app.core import jobs, journal
from app.core.errors import DomainError
from app.core.identity import Identity
from app.core.now import utcnow
from app.detections import queries, services
from app.detections.control_models import DriftReport
from app.detections.models import RunState


def allow(
    session: Session,
    identity: Identity,
    report: DriftReport,
    *,
    reason: str,
    task: jobs.Task | None,
) -> None:
    """Let the list of a run be published in spite of its drift and, with ``task``, resume the run.

    Raise `DomainError` when nothing is blocked, or while the run goes on.
    """
    run = queries.get_run(session, identity, report.run_id)
    if not report.is_blocking:
        raise DomainError("Cette détection n’est pas bloquée par une dérive.")
    if run.state is not RunState.FAILED:
        raise DomainError("Cette détection est en cours : attendez qu’elle s’arrête.")
    report.allowed_by = identity.agent_id
    report.allowed_at = utcnow()
    report.allowed_reason = reason
    session.flush()
    journal.record(session, identity, journal.Event.DRIFT_ALLOWED, run=report.run_id, reason=reason)
    if task is not None:
        services.resume_run(session, identity, run, task=task)
