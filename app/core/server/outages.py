"""Whether an error is that of a database that cannot answer now: the page then says when to come back."""

from enum import Enum

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Outage(Enum):
    """Why the database does not answer."""

    AWAY = "away"
    #: the statement, or its wait for a lock, lasted longer than a page may
    TOO_SLOW = "too slow"


#: SQLSTATE classes: connection, resources (disk, memory, too many connections), operator's intervention, system
AWAY = ("08", "53", "57P", "58", "25P03")
#: a statement cancelled, a lock not obtained, a transaction that lost to another
TOO_SLOW = ("57014", "55P03", "40001", "40P01")


def kind_of(error: BaseException) -> Outage | None:
    """The outage that ``error`` tells of; ``None`` when it is a fault of Vigie."""
    if isinstance(error, PoolTimeoutError):
        return Outage.TOO_SLOW
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return None
    state = cause.sqlstate or ""
    if state.startswith(TOO_SLOW):
        return Outage.TOO_SLOW
    if state.startswith(AWAY):
        return Outage.AWAY
    # A connection that was never made, or was cut, has no state.
    is_about_connection = isinstance(
        error, (OperationalError, InterfaceError, psycopg.OperationalError)
    )
    return Outage.AWAY if is_about_connection and not state else None
