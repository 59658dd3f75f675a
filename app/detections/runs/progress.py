"""The states of a run and of its steps, each written in the transaction of the work it reports."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.now import machine_time
from app.detections.models import DetectionRun, RunState, RunStep, StepName
from app.detections.rules import queries as rule_queries
from app.detections.runs import queries
from app.models_registry.queries import get_version

ERROR_LENGTH = 2_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The parameters of a run, read once: none of them changes during the run."""

    run_id: int
    as_of: date
    home: Path
    model_directory: Path
    model_sha256: str
    #: the YAML of the expert rules and its version; empty when there are none
    rules_text: str
    rules_version: int | None
    todo: tuple[StepName, ...]
    #: the digest of the product of each finished step, as the database keeps it
    kept: dict[StepName, str]

    def product(self, step: StepName) -> Path:
        """Return the file in which a step leaves its product."""
        return self.home / "runs" / str(self.run_id) / f"{step.value}.parquet"


def begin(session: Session, identity: Identity, *, run_id: int, home: Path) -> Plan:
    """Mark the run as in progress; return its plan, with the unfinished steps."""
    run = queries.get_run(session, identity, run_id)
    if run.model_id is None:
        raise RuntimeError(f"run {run_id} has no model")
    model = get_version(session, run.model_id)
    rules = rule_queries.find_version(session, run.rule_set_id)
    todo = tuple(step.name for step in run.steps if step.state is not RunState.DONE)
    if todo:
        run.state, run.error, run.finished_at = RunState.RUNNING, None, None
    return Plan(
        run_id=run.id,
        as_of=run.as_of,
        home=home,
        model_directory=home / model.directory,
        model_sha256=model.sha256,
        rules_text=rules.text if rules else "",
        rules_version=rules.id if rules else None,
        todo=todo,
        kept={step.name: step.counts["sha256"] for step in run.steps if "sha256" in step.counts},
    )


def start_step(session: Session, run_id: int, name: StepName) -> None:
    """Record that a step starts, or restarts."""
    step = _step(session, run_id, name)
    step.state, step.started_at = RunState.RUNNING, machine_time()
    step.finished_at, step.error, step.counts = None, None, {}


def finish_step(session: Session, run_id: int, name: StepName, counts: dict[str, Any]) -> None:
    """Record that a step is done, with its counts; the last step ends the run."""
    step = _step(session, run_id, name)
    step.state, step.finished_at, step.counts = RunState.DONE, machine_time(), counts
    if name is list(StepName)[-1]:
        run = session.get_one(DetectionRun, run_id)
        run.state, run.finished_at = RunState.DONE, machine_time()


def fail_step(session: Session, run_id: int, name: StepName, message: str) -> None:
    """Record that a step failed, and the run with it; both may be resumed."""
    step = _step(session, run_id, name)
    step.state, step.finished_at, step.error = (
        RunState.FAILED,
        machine_time(),
        message[:ERROR_LENGTH],
    )
    run = session.get_one(DetectionRun, run_id)
    run.state, run.finished_at, run.error = RunState.FAILED, machine_time(), message[:ERROR_LENGTH]


def _step(session: Session, run_id: int, name: StepName) -> RunStep:
    return session.scalars(
        select(RunStep).where(RunStep.run_id == run_id, RunStep.name == name)
    ).one()
