"""Rights beyond those in scope, for a block: the few facts that rights are made of, and what follows from an act."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.core.access.identity import Identity, system_identity
from app.core.access.rows import carry


@contextlib.contextmanager
def reading_as_system(session: Session, *, reason: str) -> Iterator[Connection]:
    """The connection of ``session`` with the system's rights, for the block only.

    The savepoint is rolled back at the end, and the settings with it: nothing written inside would remain.
    """
    # What waits to be written is, with the rights of whoever wrote it, and not inside the savepoint.
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
    """The connection of ``session`` with the system's rights, for the block; then it is ``identity``'s again.

    What is written stands or falls with the transaction of the act it follows from.
    """
    session.flush()
    connection = session.connection()
    # An error rolls the savepoint back, and the settings with it.
    with connection.begin_nested():
        carry(connection, system_identity(reason))
        yield connection
        carry(connection, identity)
