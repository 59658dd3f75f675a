"""The third ring: each transaction tells PostgreSQL on whose behalf it runs, and row-level security decides.

PostgreSQL tells in return what time it is: every process of an instance has its clock.

No identity in scope means empty settings, and empty settings read no row.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import psycopg
from flask import current_app, has_app_context
from sqlalchemy import Connection, Row, TextClause, event, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, SessionTransaction

from app.core import now
from app.core.access.identity import Identity, system_identity
from app.core.logging import get_logger
from app.core.maintenance import gate

logger = get_logger(__name__)

#: an option of the connections to a server whose clock is not the instance's: a replica
OTHER_CLOCK = "vigie_other_clock"

_current: ContextVar[Identity | None] = ContextVar("vigie_identity", default=None)

_SETTINGS = ", ".join(
    f"set_config('vigie.{name}', :{name}, true)" for name in system_identity("").settings
)
#: whether pages are served -> what a transaction asks as it begins: the hour, whether it may enter; then what it says of who asks
_ENTER = {
    serves: f"select clock_timestamp() as moment, {gate.ENTERING}, {gate.STANDING if serves else 'null'} as standing"
    for serves in (False, True)
}
_NOBODY = text(_ENTER[True])
_SET_CONTEXT = {serves: text(f"{asked}, {_SETTINGS}") for serves, asked in _ENTER.items()}


def current_identity() -> Identity | None:
    """The identity in scope, if any."""
    return _current.get()


@contextlib.contextmanager
def acting_as(identity: Identity) -> Iterator[Identity]:
    """Run a block on behalf of ``identity``: transactions started inside carry it."""
    token = _current.set(identity)
    try:
        yield identity
    finally:
        _current.reset(token)


def set_identity(identity: Identity | None) -> None:
    """Set the identity of the current request; each request runs in its own context."""
    _current.set(identity)


def carry(connection: Connection, identity: Identity | None) -> None:
    """Give the current transaction of ``connection`` the rights of ``identity``. The settings are local to it, so pooling is safe.

    Raise `gate.MaintenanceError` while Vigie is maintained.
    """
    # A thread that works beside the application serves no page.
    serves = has_app_context() and bool(current_app.config.get("SERVES_PAGES"))
    if identity is None and not serves:
        return
    asked_at = now.machine_time()
    if identity is None:
        told = _asked(connection, _NOBODY, {})
    else:
        told = _asked(connection, _SET_CONTEXT[serves], dict(identity.settings))
    gate.require_open(entered=told.entered, comment=told.comment, standing=told.standing)
    if OTHER_CLOCK in connection.get_execution_options():
        return
    if now.heed(told.moment, asked_at=asked_at):
        ahead = (told.moment - now.machine_time()).total_seconds()
        logger.warning("the clock of the database is not the machine's", ahead_seconds=round(ahead))


def _asked(connection: Connection, statement: TextClause, settings: dict[str, str]) -> Row[Any]:
    try:
        return connection.execute(statement, settings).one()
    except ProgrammingError as error:
        if isinstance(error.orig, psycopg.errors.UndefinedTable):
            # The tables are being put back: nothing else removes them.
            raise gate.MaintenanceError(gate.UPGRADING) from error
        raise


@event.listens_for(Session, "after_begin")
def _carry_scope(
    _session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    carry(connection, _current.get())
