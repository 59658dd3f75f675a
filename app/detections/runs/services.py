"""Write runs: started, resumed, published after the override of a drift."""

from datetime import date

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.detections.drift.models import DriftReport
from app.detections.models import (
    DetectionRun,
    RunState,
    RunStep,
    StepName,
)
from app.detections.rules import queries as rule_queries
from app.detections.runs import queries
from app.models_registry import decisions
from app.models_registry.models import ExcuseKind
from app.models_registry.queries import require_champion

#: the namespace of the lock that serialises starts for the same day
START_LOCK = 7_146_002


def start_run(
    session: Session,
    identity: Identity,
    *,
    as_of: date,
    trigger: str,
    is_deferred: bool = False,
) -> DetectionRun:
    """Write a run and its steps and, when ``is_deferred``, queue it for a worker, in one transaction.

    Raise `DomainError` when no model is in service, when ``as_of`` is in the future, or when a run is
    in progress for the same day.
    """
    _require_startable(session, as_of)
    rules = rule_queries.find_in_force(session, as_of=as_of)
    run = DetectionRun(
        as_of=as_of,
        state=RunState.WAITING,
        trigger=trigger,
        started_by=identity.agent_id,
        model_id=require_champion(session).id,
        rule_set_id=rules.id if rules else None,
        created_at=utcnow(),
        steps=[
            RunStep(position=position, name=name, state=RunState.WAITING, counts={})
            for position, name in enumerate(StepName)
        ],
    )
    session.add(run)
    session.flush()
    journal.record(
        session,
        identity,
        journal.Event.DETECTION_RUN_STARTED,
        run=run.id,
        as_of=as_of,
        trigger=trigger,
    )
    if is_deferred:
        defer(session, Task.DETECTIONS_RUN, run_id=run.id)
    return run


def _require_startable(session: Session, as_of: date) -> None:
    """Refuse a future day, and a second run for a day; concurrent starts for the same day wait for each other."""
    if as_of > today():
        raise DomainError("La date de détection ne peut pas être dans le futur.", field="as_of")
    take_turn(session, START_LOCK, as_of.toordinal())
    running = queries.find_unfinished_run(session, as_of=as_of)
    if running is not None:
        raise DomainError(
            f"Une détection au {as_of:%d/%m/%Y} est déjà en cours (n° {running.id}) : "
            "attendez qu’elle se termine.",
            field="as_of",
        )


def resume_run(session: Session, identity: Identity, run: DetectionRun) -> None:
    """Queue a failed run again: it continues from its first unfinished step."""
    journal.record(
        session, identity, journal.Event.DETECTION_RUN_RESUMED, run=run.id, error=run.error
    )
    run.state = RunState.WAITING
    run.error = None
    lock = f"detections:run:{run.id}"
    defer(session, Task.DETECTIONS_RUN, queueing_lock=lock, run_id=run.id)


def override_drift(
    session: Session,
    identity: Identity,
    report: DriftReport,
    *,
    kind: ExcuseKind,
    motive: str,
    is_resumed: bool,
) -> None:
    """Override the drift of a run so that its list may be published; resume the run when ``is_resumed``.

    It is for this list alone. Raise `DomainError` when nothing is blocked, while the run is in progress,
    for a motive that tells nothing, or to the person who asked for the run.
    """
    run = queries.get_run(session, identity, report.run_id)
    hold(session, report)
    if not report.is_blocking:
        raise DomainError("Cette détection n’est pas bloquée par une dérive.")
    if run.state is not RunState.FAILED:
        raise DomainError("Cette détection est en cours : attendez qu’elle s’arrête.")
    if run.started_by is not None and run.started_by == identity.agent_id:
        raise DomainError(
            "Vous avez demandé cette détection : une autre personne doit autoriser sa liste."
        )
    excuse = decisions.excuse(identity, kind=kind, motive=motive)
    report.allowed_by = identity.agent_id
    report.allowed_at = utcnow()
    report.allowed_reason = decisions.excuse_sentence(excuse)
    session.flush()
    # The motive stays with the report: no text of an agent enters the journal.
    told = {"run": report.run_id, "excuse": excuse["kind"]}
    journal.record(session, identity, journal.Event.DRIFT_ALLOWED, **told)
    if is_resumed:
        resume_run(session, identity, run)
