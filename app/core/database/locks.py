"""Locks that keep two processes from doing the same work, and two people from undoing each other’s."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from app.core.database.tables import Base
from app.core.errors import DomainError
from app.extensions import db

MEANWHILE = "Ce que vous modifiez vient de changer : rouvrez la page avant de recommencer."


class BusyError(RuntimeError):
    """Another process is already doing this work."""


@contextlib.contextmanager
def in_turn(space: int, name: str) -> Iterator[None]:
    """Wait until nobody else does (``space``, ``name``), then do it; a dedicated connection holds the place in the queue."""
    with db.engine.connect() as connection, connection.begin():
        place = {"space": space, "name": name}
        connection.execute(text("select pg_advisory_xact_lock(:space, hashtext(:name))"), place)
        yield


def take_turn(session: Session, space: int, number: int = 0) -> None:
    """Wait until nobody else does (``space``, ``number``), and hold the place until the end of the transaction.

    What is read afterwards tells what the former one wrote.
    """
    session.execute(select(func.pg_advisory_xact_lock(space, number)))


@contextlib.contextmanager
def exclusive(space: int, number: int, *, waits: bool = False) -> Iterator[None]:
    """Hold the advisory lock (``space``, ``number``) on a dedicated connection: PostgreSQL releases it if this process dies.

    Raise `BusyError` when another process holds it, unless this one ``waits`` for it.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        place = {"space": space, "number": number}
        if waits:
            connection.execute(text("select pg_advisory_lock(:space, :number)"), place)
        elif not connection.scalar(text("select pg_try_advisory_lock(:space, :number)"), place):
            raise BusyError(f"lock {space}/{number} is held by another process")
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:space, :number)"), place)


def hold(session: Session, row: Base) -> None:
    """Lock ``row`` until the end of the transaction, and read it again: what follows is decided on what it is now.

    Raise `DomainError` when it is gone, or no longer one that whoever asks may rewrite.
    """
    columns = [column.key for column in inspect(type(row)).column_attrs]
    try:
        session.refresh(row, columns, with_for_update=True)
    except InvalidRequestError:
        raise DomainError(MEANWHILE) from None
