"""Rights beyond those in scope, for one block: to read the facts that rights derive from, to write what an act entails."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.core.access.identity import Identity, system_identity
from app.core.access.rows import acting_as, carry


@contextlib.contextmanager
def reading_as_system(session: Session, *, reason: str) -> Iterator[Connection]:
    """Yield the connection of ``session`` with the system's rights, for the block only.

    The savepoint is rolled back at the end along with the settings: nothing written inside the block would survive.
    """
    # Pending writes are flushed first: with the rights of their author, and outside the savepoint.
    session.flush()
    connection = session.connection()
    savepoint = connection.begin_nested()
    try:
        carry(connection, system_identity(reason))
        yield connection
    finally:
        savepoint.rollback()


@contextlib.contextmanager
def writing_as_system(session: Session, identity: Identity, *, reason: str) -> Iterator[Connection]:
    """Yield the connection of ``session`` with the system's rights for the block, then give it back those of ``identity``.

    What is written is committed or rolled back with the transaction of the act that entails it.
    """
    session.flush()
    connection = session.connection()
    system = system_identity(reason)
    # An error rolls the savepoint back, and the settings with it.
    with connection.begin_nested():
        carry(connection, system)
        # A savepoint of the session carries whoever is in scope: queuing a task begins one.
        with acting_as(system):
            yield connection
            session.flush()
        carry(connection, identity)
