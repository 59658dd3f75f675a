"""A training, from its first unfinished step to its end: killed anywhere and restarted, it finishes exactly once.

A trained model waits, complete, next to the others: a training killed afterwards does not train again.
"""

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.database import locks
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import told
from app.core.front.addresses import path_to
from app.core.logging import get_logger
from app.core.now import machine_time
from app.core.text.french import date_fr
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.models_registry import alarms, decisions
from app.models_registry.presenters import announced
from app.models_registry.queries import get_version
from app.trainings import queries
from app.trainings.models import TrainingState, TrainingStep
from app.trainings.steps import judging, learning
from app.trainings.steps.learning import ACTOR

logger = get_logger(__name__)

#: the namespace of the locks that keep two workers off one training
LOCK = 7_146_007
ERROR_LENGTH = 2_000
#: several trainings in a row ask for it once
LABELS_LOCK = "trainings:labels"


def run(run_id: int, *, home: Path) -> None:
    """Finish a training; do nothing for a finished one.

    Raise `BusyError` when another process is running it, `DomainError` when a person must fix
    something, and any error that stopped it; the training records it and the data scientists are notified.
    """
    with locks.exclusive(LOCK, run_id):
        for step in TrainingStep:
            with unit_of_work(ACTOR) as session:
                is_due = _begin(session, run_id, step)
            if is_due:
                _execute(run_id, step, home=home)
    logger.info("training done", run=run_id)


def _execute(run_id: int, step: TrainingStep, *, home: Path) -> None:
    try:
        ACTS[step](run_id, home)
    except Exception as error:
        with unit_of_work(ACTOR) as session:
            _fail(session, run_id, told(error)[:ERROR_LENGTH])
        raise


def _begin(session: Session, run_id: int, step: TrainingStep) -> bool:
    """Return whether the training is at ``step``, and mark it as in progress if so."""
    training = queries.get_training(session, run_id)
    if training.state is TrainingState.DONE or training.step is not step:
        return False
    training.state, training.error, training.finished_at = TrainingState.RUNNING, None, None
    training.started_at = training.started_at or machine_time()
    return True


def _fail(session: Session, run_id: int, message: str) -> None:
    training = queries.get_training(session, run_id)
    training.state, training.error, training.finished_at = (
        TrainingState.FAILED,
        message,
        machine_time(),
    )
    alarms.notify_scientists(
        session,
        key=f"training-failed:{run_id}",
        subject="L’entraînement d’un modèle a échoué",
        told=f"Données au {date_fr(training.as_of)}, étape « {training.step.label} » : {message} "
        "Le modèle en service et la dernière liste restent en place.",
        path=path_to("trainings.progress", training_id=run_id),
    )


def _learn(run_id: int, home: Path) -> None:
    with unit_of_work(ACTOR) as session:
        as_of = queries.get_training(session, run_id).as_of
    learning.learn(home, _attempt(home, run_id), as_of=as_of)
    _end_step(run_id, TrainingStep.REGISTER)


def _register(run_id: int, home: Path) -> None:
    with unit_of_work(ACTOR) as session:
        as_of = queries.get_training(session, run_id).as_of
    attempt = _attempt(home, run_id)
    version = learning.register(home, attempt, as_of=as_of)
    _end_step(run_id, TrainingStep.JUDGE, model_id=version.id)
    shutil.rmtree(attempt)


def _judge(run_id: int, home: Path) -> None:
    with unit_of_work(ACTOR) as session:
        model_id = queries.get_training(session, run_id).model_id
    if model_id is None:
        raise RuntimeError(f"training {run_id} has no model")
    judging.measure(home, model_id)
    with unit_of_work(ACTOR) as session:
        version = get_version(session, model_id)
        is_tried = decisions.try_automatically(session, ACTOR, version)
        training = queries.get_training(session, run_id)
        training.state, training.finished_at = TrainingState.DONE, machine_time()
        alarms.notify_scientists(
            session,
            key=f"training-done:{run_id}",
            subject=f"Le modèle n° {model_id} est entraîné",
            told=f"Données au {date_fr(training.as_of)}. {announced(version, is_tried=is_tried)}",
            path=path_to("model.show", model_id=model_id),
        )
        # What it learnt is shown firm by firm by a domain above, which may not exist.
        defer(session, Task.LABELS_DUE, queueing_lock=LABELS_LOCK)


ACTS = {
    TrainingStep.LEARN: _learn,
    TrainingStep.REGISTER: _register,
    TrainingStep.JUDGE: _judge,
}


def _end_step(run_id: int, following: TrainingStep, *, model_id: int | None = None) -> None:
    with unit_of_work(ACTOR) as session:
        training = queries.get_training(session, run_id)
        training.step, training.model_id = following, model_id


def _attempt(home: Path, run_id: int) -> Path:
    """Return where the model of a training waits until it is registered."""
    return home / "models" / f".training-{run_id}"
