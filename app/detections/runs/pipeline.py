"""A run from its first unfinished step to its end: killed anywhere and restarted, it finishes exactly once."""

from pathlib import Path

from app.core.database import locks
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError, told
from app.core.logging import get_logger
from app.detections.models import StepName
from app.detections.runs import progress
from app.detections.runs.progress import Plan
from app.detections.runs.steps import files, publication
from app.detections.runs.steps.files import ACTOR
from scoring.errors import ScoringError

logger = get_logger(__name__)

#: the namespace of the locks that keep two workers off one run
RUN_LOCK = 7_146_003


def run(run_id: int, *, home: Path) -> None:
    """Execute the unfinished steps, in order; do nothing for a finished run.

    Raise `BusyError` when another process is running it, `DomainError` when a person must fix
    something, and any error that stopped a step; the step and the run record it.
    """
    with locks.exclusive(RUN_LOCK, run_id):
        with unit_of_work(ACTOR) as session:
            plan = progress.begin(session, ACTOR, run_id=run_id, home=home)
        for name in plan.todo:
            _execute(plan, name)


def _execute(plan: Plan, name: StepName) -> None:
    with unit_of_work(ACTOR) as session:
        progress.start_step(session, plan.run_id, name)
    try:
        if name in files.FILES:
            counts = files.FILES[name](plan)
            plan.kept[name] = counts["sha256"] = files.digest(plan.product(name))
            with unit_of_work(ACTOR) as session:
                progress.finish_step(session, plan.run_id, name, counts)
        else:
            # The step's writes and its completion are committed together, or not at all.
            with unit_of_work(ACTOR) as session:
                counts = publication.ACTS[name](session, plan)
                progress.finish_step(session, plan.run_id, name, counts)
    except ScoringError as error:
        failure = DomainError(str(error))
        _fail(plan, name, failure)
        raise failure from error
    except Exception as error:
        _fail(plan, name, error)
        raise
    logger.info("step done", run=plan.run_id, step=name.value, **counts)


def _fail(plan: Plan, name: StepName, error: Exception) -> None:
    with unit_of_work(ACTOR) as session:
        progress.fail_step(session, plan.run_id, name, told(error))
