"""Reading beyond the rights in scope, for the few facts that rights themselves are made of."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.core.identity import system_identity
from app.core.scope import carry


@contextlib.contextmanager
def reading_as_system(session: Session, *, reason: str) -> Iterator[Connection]:
    """The connection of ``session`` with the system's rights, for the block only.

    The savepoint is rolled back at the end, and the settings with it: nothing written inside would remain.
    """
    # What waits to be written belongs to the agent, and must outlive the savepoint.
    session.flush()
    connection = session.connection()
    savepoint = connection.begin_nested()
    try:
        carry(connection, system_identity(reason))
        yield connection
    finally:
        savepoint.rollback()
