"""Training jobs."""

from typing import Any

from flask import current_app

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.models_registry.queries import find_champion
from app.trainings import pipeline, queries, services
from app.trainings.steps import judging

CALENDAR = system_identity("Calendrier des entraînements")
QUARTER = 3  # months


@does(Task.MODELS_JUDGE)
def judge(version_id: int, excuse: dict[str, Any] | None = None) -> None:
    """Measure a version against the champion."""
    judging.measure(current_app.config["VIGIE"].home, version_id, excuse=excuse)


@does(Task.MODELS_TRAIN)
def train(run_id: int) -> None:
    """Finish a training, from wherever it stopped."""
    pipeline.run(run_id, home=current_app.config["VIGIE"].home)


@does(Task.MODELS_QUARTER)
def train_quarter() -> None:
    """Request the quarterly training, once; a failed one waits for a person, as does the very first model."""
    now = today()
    as_of = now.replace(month=now.month - (now.month - 1) % QUARTER, day=1)
    with unit_of_work(CALENDAR) as session:
        # The first model enters service as soon as it is trained: a person must request it.
        if find_champion(session) is None:
            return
        if queries.find_last_training(session, as_of=as_of) is None:
            services.request_training(session, CALENDAR, as_of=as_of, trigger="calendrier")
