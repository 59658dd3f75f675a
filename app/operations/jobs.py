"""Jobs: a backup each night, a drill each week, a look at the service each quarter of an hour."""

from pathlib import Path

from flask import current_app

from app.core.access.identity import system_identity
from app.core.database.endpoints import Endpoints
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError, told
from app.core.logging import get_logger
from app.core.now import utcnow
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.operations import queries, services
from app.operations.backups import making
from app.operations.drills import rehearsal
from app.operations.services import Made
from app.operations.sets.manifest import Manifest
from app.operations.sets.store import provider_at
from app.operations.watch import services as watching
from config import Config

logger = get_logger(__name__)

KEEPER = system_identity("Sauvegardes")


@does(Task.OPERATIONS_BACKUP)
def backup() -> None:
    """Back up, where the worker was told a place and a role that reads everything; elsewhere, an operator's timer does."""
    config = _config()
    if config.backup_to is None or not (config.is_embedded or config.database_backup_url):
        return
    try:
        back_up(config.backup_to)
    except DomainError as error:
        # It is recorded, and administrators are told.
        logger.warning("backup failed", why=error.message)


@does(Task.OPERATIONS_DRILL)
def drill(*, drill_id: int | None = None) -> None:
    """Restore the last backup beside the instance, try it, write what was found."""
    number = drill_id or _ask()
    if number is None:
        return
    with unit_of_work(KEEPER) as session:
        if not services.begin_drill(session, number):
            return
    found, trouble = {}, None
    try:
        found = rehearsal.rehearse(_config())
    except Exception as error:
        # Whatever it is, it is what the drill is there to find; left unsaid, the drill would be in progress for ever.
        trouble = told(error)
        logger.warning("drill failed", drill=number, exc_info=error)
    with unit_of_work(KEEPER) as session:
        services.end_drill(session, KEEPER, number, found=found, trouble=trouble)
    watch()


@does(Task.OPERATIONS_WATCH)
def watch() -> None:
    """Look at the service; tell administrators what is late, and what no longer is."""
    with unit_of_work(KEEPER) as session:
        watching.look(session, KEEPER, _config())


def back_up(place: Path) -> tuple[Manifest, list[str]]:
    """Make a backup in ``place`` and write it down; raise `DomainError`, written down too."""
    started_at = utcnow()
    try:
        outcome = making.back_up(_config(), _urls(), provider_at(place))
    except Exception as error:
        if not isinstance(error, making.BusyBackupError):
            with unit_of_work(KEEPER) as session:
                services.record_failed_backup(
                    session, KEEPER, place=str(place), started_at=started_at, trouble=told(error)
                )  # fmt: skip
            watch()
        raise
    manifest = outcome.manifest
    made = Made(
        name=manifest.name, made_at=manifest.made_at, size=manifest.size,
        rows=sum(manifest.tables.values()), files=manifest.files, removed=outcome.removed,
    )  # fmt: skip
    with unit_of_work(KEEPER) as session:
        services.record_backup(session, KEEPER, made, place=str(place), started_at=started_at)
    return manifest, outcome.removed


def _ask() -> int | None:
    """The drill of the calendar, or the one that its worker left; none where no place of backups is known.

    The lock of the task lets no other worker be at it meanwhile.
    """
    with unit_of_work(KEEPER) as session:
        if _config().backup_to is None:
            return None
        left = queries.find_drill_in_progress(session)
        return left.id if left else services.ask_drill(session, KEEPER).id


def _config() -> Config:
    config: Config = current_app.config["VIGIE"]
    return config


def _urls() -> Endpoints:
    urls: Endpoints = current_app.config["VIGIE_ENDPOINTS"]
    return urls
