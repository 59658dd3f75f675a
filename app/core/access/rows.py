"""The third ring: each transaction tells PostgreSQL on whose behalf it runs, and row-level security decides.

PostgreSQL tells in return what time it is: every process of an instance has its clock.

No identity in scope means empty settings, and empty settings read no row.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from app.core import now
from app.core.access.identity import Identity, system_identity
from app.core.logging import get_logger

logger = get_logger(__name__)

#: an option of the connections to a server whose clock is not the instance's: a replica
OTHER_CLOCK = "vigie_other_clock"

_current: ContextVar[Identity | None] = ContextVar("vigie_identity", default=None)

_SET_CONTEXT = text(
    "select clock_timestamp(), "
    + ", ".join(
        f"set_config('vigie.{name}', :{name}, true)" for name in system_identity("").settings
    )
)


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
    """Give the current transaction of ``connection`` the rights of ``identity``. The settings are local to it, so pooling is safe."""
    if identity is None:
        return
    asked_at = now.machine_time()
    moment = connection.scalar(_SET_CONTEXT, dict(identity.settings))
    if OTHER_CLOCK in connection.get_execution_options():
        return
    if moment is not None and now.heed(moment, asked_at=asked_at):
        ahead = (moment - now.machine_time()).total_seconds()
        logger.warning("the clock of the database is not the machine's", ahead_seconds=round(ahead))


@event.listens_for(Session, "after_begin")
def _carry_scope(
    _session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    carry(connection, _current.get())
