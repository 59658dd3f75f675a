"""Import jobs: the drop folder, uploads from a page, decisions on a batch."""

from pathlib import Path

from flask import current_app

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.logging import get_logger
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.imports import services
from app.imports.intake import decisions, reception, taking

logger = get_logger(__name__)

IMPORTS = system_identity("Imports")


@does(Task.IMPORTS_LOAD)
def load(*, agent_id: int | None = None) -> None:
    """Import the drop folder immediately on behalf of an agent; running twice changes nothing."""
    taking.take_now(IMPORTS, home=_home(), started_by=agent_id)


@does(Task.IMPORTS_WATCH)
def watch() -> None:
    """Check every minute for unfinished work and for dropped files: import those that nobody is still copying."""
    reception.forget(_home())
    with unit_of_work(IMPORTS) as session:
        services.close_lost_decisions(session)
    outcome = taking.watch(IMPORTS, home=_home())
    if outcome is not None:
        logger.info("imported", batch=outcome.batch_id, refused=outcome.error)


@does(Task.IMPORTS_READ)
def read(*, number: int, agent_id: int | None = None) -> None:
    """Read the files that an agent uploaded."""
    taking.take_sent(IMPORTS, number=number, home=_home(), started_by=agent_id)


@does(Task.IMPORTS_DECIDE)
def decide(*, decision_id: int) -> None:
    """Carry out a decision on a batch."""
    decisions.carry_out(IMPORTS, decision_id=decision_id, home=_home())


def _home() -> Path:
    home: Path = current_app.config["VIGIE"].home
    return home
