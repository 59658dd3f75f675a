"""Scheduled jobs of the journal: partitions, seals, purges, unusual readings. Thin: units of work and calls."""

from datetime import timedelta

from flask import current_app

from app.audit.keeping import services
from app.audit.reading import watching
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.logging import get_logger
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task

logger = get_logger(__name__)

KEEPER = system_identity("Tenue du journal")
WATCH = system_identity("Veille des consultations")


@does(Task.AUDIT_PREPARE)
def prepare() -> None:
    """Create the partitions of the coming months, well ahead."""
    with unit_of_work(KEEPER) as session:
        services.prepare_months(session)


@does(Task.AUDIT_SEAL)
def seal() -> None:
    """Seal the days that are over."""
    seal_days()


@does(Task.AUDIT_PURGE)
def purge() -> None:
    """Purge the months past their retention period."""
    purge_months()


@does(Task.AUDIT_WATCH)
def watch() -> None:
    """Notify controllers of unusual readings, today's and those of the last minutes of yesterday."""
    config = current_app.config["VIGIE"]
    limits = ((watching.OPENED, config.daily_readings), (watching.LISTED, config.daily_listed))
    for day in (today() - timedelta(days=1), today()):
        with unit_of_work(WATCH) as session:
            for measure, above in limits:
                watching.alert(session, WATCH, measure, day=day, above=above)


def seal_days() -> int:
    """Seal, in one transaction; return how many days."""
    config = current_app.config["VIGIE"]
    key = config.require_journal_key()
    with unit_of_work(KEEPER) as session:
        return len(services.seal(session, KEEPER, home=config.home, key=key))


def purge_months() -> int:
    """Purge, one transaction per month; return how many lines."""
    with unit_of_work(KEEPER) as session:
        months = services.list_purgeable(session)
    purged = 0
    for month in months:
        with unit_of_work(KEEPER) as session:
            purged += services.purge(session, month)
        logger.info("journal purged", month=month.isoformat())
    return purged
