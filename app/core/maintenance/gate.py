"""Who enters while Vigie is maintained: each transaction asks as it begins, each process compares its version.

A transaction that enters holds a shared lock until its end: whoever maintains takes it alone, hence once all writes in progress are
committed. A process of one version never serves the tables of another.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import datetime

from app.core.maintenance import notice
from app.core.maintenance.notice import COMMENT, MaintenanceNotice, UpgradeStep
from config import ROOT

#: its first half; the second says what is locked
LOCK = 7_146_203
#: one upgrade at a time
TURN = 0
#: held together by those who write, alone by whoever maintains
WRITERS = 1
ENTERING = f"pg_try_advisory_xact_lock_shared({LOCK}, {WRITERS}) as entered, {COMMENT} as comment"
STANDING = "(select version_num from alembic_version)"
#: the last migration that this process knows. Read once, as the process begins: new files on the disk do not make it new
VERSION = max(path.name for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))[:4]

UPGRADING = "Vigie est en cours de mise à jour : rien n’y est écrit avant la fin."
CLOSED = "Vigie est en maintenance."
OTHER_VERSION = (
    "La base est à la migration {}, et ce processus en attend une autre ({}). Si la mise à jour n’est pas faite : flask --app wsgi "
    "instance upgrade. Si elle est faite, relancez ce processus avec la version installée."
)
#: steps during which requests and tasks that had begun still end
PATIENT = {UpgradeStep.WAITING}

_maintains: ContextVar[bool] = ContextVar("vigie_maintains", default=False)


class MaintenanceError(Exception):
    """Vigie is not open to this transaction: nothing of it was written. The message is French; ``work`` says why, when people do."""

    def __init__(
        self, message: str, *, reason: str | None = None, since: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.since = since


@contextlib.contextmanager
def maintaining() -> Iterator[None]:
    """Whoever maintains enters during a block."""
    token = _maintains.set(True)
    try:
        yield
    finally:
        _maintains.reset(token)


def require_open(*, entered: bool, comment: str | None, standing: str | None) -> None:
    """Raise `MaintenanceError` unless a transaction may begin; ``standing``, the migration of the database, is given by who serves pages.

    Tasks and commands only give way to an upgrade: what the team does by commands, it does in a maintenance.
    """
    if _maintains.get():
        return
    told = notice.read(comment)
    if standing is not None:
        require_service(told, standing)
    if not entered or (told.upgrade is not None and told.upgrade.step not in PATIENT):
        raise MaintenanceError(UPGRADING, since=told.upgrade.since if told.upgrade else None)


def require_service(told: MaintenanceNotice, standing: str) -> None:
    """Raise `MaintenanceError` unless pages may be served and tasks taken: open, on the tables that this process knows."""
    if told.upgrade is not None:
        raise MaintenanceError(UPGRADING, since=told.upgrade.since)
    if told.work is not None:
        raise MaintenanceError(CLOSED, reason=told.work.reason, since=told.work.since)
    require_version(standing)


def require_version(standing: str) -> None:
    """Raise `MaintenanceError` in a process of another version than the database."""
    if standing != VERSION:
        raise MaintenanceError(OTHER_VERSION.format(standing, VERSION))
