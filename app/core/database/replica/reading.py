"""The transaction of a request, moved to the replica: on behalf of the same identity, under the same row-level security."""

import contextlib
from collections.abc import Iterator
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.access.rows import OTHER_CLOCK
from app.core.database.replica.following import Follower
from app.core.database.replica.pages import is_readable_late
from app.core.server.outages import Outage, kind_of
from app.extensions import READ_FROM, db
from config import Config

BIND = "replica"
#: seconds that a connection is waited for, that an answer may stay unacknowledged, and between the proofs that somebody is there:
#: a machine that vanished must not hold a page
PATIENCE = {
    "connect_timeout": 2, "tcp_user_timeout": 3_000,
    "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2,
}  # fmt: skip
#: SQLSTATE of a reading that a replica ends to go on following its primary
PUT_OUT = "40001"
_EXTENSION = "vigie_replica"


def binds(read_url: str | None, options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The engines that Flask-SQLAlchemy makes besides that of the primary, which has ``options``."""
    if read_url is None:
        return {}
    arguments = {**options["connect_args"], **PATIENCE}
    # A replica refuses a transaction that may write. What its own clock says is not the time of the instance.
    elsewhere = {"postgresql_readonly": True, OTHER_CLOCK: True}
    return {BIND: {"url": read_url, **options, "connect_args": arguments, "execution_options": elsewhere}}  # fmt: skip


def init_app(app: Flask) -> None:
    """Follow the replica, if there is one. Call it once the engines exist."""
    config: Config = app.config["VIGIE"]
    if config.database_read_url is None:
        return
    with app.app_context():
        app.extensions[_EXTENSION] = Follower(
            db.engine, db.engines[BIND], latest=config.replica_seconds
        )


def follower() -> Follower | None:
    """What this process knows of the replica; `None` where there is none."""
    found: Follower | None = current_app.extensions.get(_EXTENSION)
    return found


def readable() -> Follower | None:
    """The replica, if this request may be read from it now."""
    found = follower()
    return found if found is not None and is_readable_late() and found.is_followed() else None


@contextlib.contextmanager
def moved(session: Session, found: Follower) -> Iterator[None]:
    """In the block, the transactions that ``session`` begins are the replica's."""
    session.info[READ_FROM] = found.replica
    try:
        yield
    finally:
        del session.info[READ_FROM]


def is_lost(found: Follower, error: DBAPIError) -> bool:
    """Whether ``error`` is the replica's alone, which is then read no more for a while.

    It went away, or put the reader out to follow the primary. A page that is too slow would be as slow there.
    """
    lost = kind_of(error) is Outage.AWAY or getattr(error.orig, "sqlstate", "") == PUT_OUT
    if lost:
        found.lose()
    return lost
