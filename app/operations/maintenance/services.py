"""Close and open an instance, as the owner of its database; each is journaled."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg

from app.core import journal
from app.core.access.identity import system_identity
from app.core.database import locks
from app.core.database.endpoints import Endpoints
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.maintenance import gate, notice
from app.core.maintenance.notice import MaintenanceNotice, TeamWork, UpgradeStep
from app.core.now import utcnow
from app.core.work.jobs import conninfo

KEEPER = system_identity("Maintenance")
#: steps of an upgrade after which the tables are no longer those of before
CHANGED = {UpgradeStep.TRYING, UpgradeStep.BACKING_OUT}
BUSY = "Une mise à jour est en cours : attendez qu’elle finisse."
HALF_WAY = (
    "La mise à jour commencée a changé les tables : relancez flask --app wsgi instance upgrade, qui ira au bout ou reviendra"
    " en arrière."
)


def found(urls: Endpoints) -> MaintenanceNotice:
    """What the database says now."""
    with psycopg.connect(conninfo(urls.require_owner_url())) as connection:
        return notice.found(connection)


def post(urls: Endpoints, told: MaintenanceNotice) -> None:
    """Have the database say it, from now on."""
    with closing(psycopg.connect(conninfo(urls.require_owner_url()), autocommit=True)) as owner:
        notice.post(owner, told)


@contextmanager
def in_turn() -> Iterator[None]:
    """One at a time closes, opens or upgrades; raise `DomainError`."""
    try:
        with locks.exclusive(gate.LOCK, gate.TURN):
            yield
    except locks.BusyError:
        raise DomainError(BUSY) from None


def close(urls: Endpoints, *, reason: str) -> None:
    """Close the instance: pages say why, no task is taken; commands and tasks in progress go on."""
    with in_turn(), gate.maintaining():
        told = found(urls)
        with unit_of_work(KEEPER) as session:
            journal.record(session, KEEPER, journal.Event.INSTANCE_CLOSED, reason=reason)
        post(urls, replace(told, work=TeamWork(since=utcnow(), reason=reason)))


def open_again(urls: Endpoints) -> bool:
    """Open the instance; return whether it was closed. Raise `DomainError` while an upgrade is half-way."""
    with in_turn(), gate.maintaining():
        told = found(urls)
        if told.upgrade is not None and told.upgrade.step in CHANGED:
            raise DomainError(HALF_WAY)
        if told.is_open:
            return False
        with unit_of_work(KEEPER) as session:
            journal.record(session, KEEPER, journal.Event.INSTANCE_OPENED)
        post(urls, replace(told, work=None, upgrade=None))
    return True
