"""Request a training, and resume a failed one."""

from datetime import date

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.trainings import queries
from app.trainings.models import TrainingRun, TrainingState, TrainingStep

#: the namespace of the lock that serialises requests for the same day
ASK_LOCK = 7_146_008


def request_training(
    session: Session, identity: Identity, *, as_of: date, trigger: str
) -> TrainingRun:
    """Write a training and defer it, in one transaction.

    Raise `DomainError` when ``as_of`` is in the future, or when a training is in progress for the same day.
    """
    if as_of > today():
        raise DomainError(
            "La date d’entraînement ne peut pas être dans le futur.", field="training_as_of"
        )
    take_turn(session, ASK_LOCK, as_of.toordinal())
    last = queries.find_last_training(session, as_of=as_of)
    if last is not None and not last.is_over:
        raise DomainError(
            f"Un entraînement au {as_of:%d/%m/%Y} est déjà en cours (n° {last.id}) : attendez qu’il se termine.",
            field="training_as_of",
        )
    run = TrainingRun(
        as_of=as_of,
        state=TrainingState.WAITING,
        step=TrainingStep.LEARN,
        trigger=trigger,
        started_by=identity.agent_id,
        created_at=utcnow(),
    )
    session.add(run)
    session.flush()
    _defer(session, identity, run)
    return run


def resume_training(session: Session, identity: Identity, run: TrainingRun) -> None:
    """Resume a failed training from its current step. Raise `DomainError` for any other."""
    if run.state is not TrainingState.FAILED:
        raise DomainError("Seul un entraînement en échec peut être repris.")
    run.state, run.error = TrainingState.WAITING, None
    _defer(session, identity, run)


def _defer(session: Session, identity: Identity, run: TrainingRun) -> None:
    journal.record(
        session,
        identity,
        journal.Event.TRAINING_ASKED,
        run=run.id,
        as_of=run.as_of,
        trigger=run.trigger,
    )
    lock = f"models:training:{run.id}"
    defer(session, Task.MODELS_TRAIN, queueing_lock=lock, run_id=run.id)
