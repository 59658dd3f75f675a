"""The tasks of the register of models."""

from flask import current_app

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.models_registry.queries import find_champion
from app.trainings import pipeline, queries, services, trials

CALENDAR = system_identity("Calendrier des entraînements")
QUARTER = 3  # months


@does(Task.MODELS_JUDGE)
def judge(version_id: int, psi_reason: str = "") -> None:
    """Measure a version beside the champion."""
    trials.measure(current_app.config["VIGIE"].home, version_id, psi_reason=psi_reason)


@does(Task.MODELS_TRAIN)
def train(run_id: int) -> None:
    """Carry a training to its end, from wherever it was left."""
    pipeline.run(run_id, home=current_app.config["VIGIE"].home)


@does(Task.MODELS_QUARTER)
def train_quarter() -> None:
    """Ask for the training of the quarter, once; what failed waits for somebody, as does the very first model."""
    now = today()
    as_of = now.replace(month=now.month - (now.month - 1) % QUARTER, day=1)
    with unit_of_work(CALENDAR) as session:
        # The first model enters service by being trained: a person asks for it.
        if find_champion(session) is None:
            return
        if queries.find_last_training(session, as_of=as_of) is None:
            services.ask_training(session, CALENDAR, as_of=as_of, trigger="calendrier")
