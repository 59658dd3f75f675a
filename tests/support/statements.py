"""What really goes to PostgreSQL while a block runs, as libpq writes it: BEGIN, ROLLBACK and the pool's own checks included."""

import contextlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from psycopg.pq import Trace
from sqlalchemy import event

from app.extensions import db

#: what the application sends that counts: a statement as it is, the text that a name stands for, the use of a name
SENT = re.compile(
    r'^F\t\d+\t(?P<kind>Query|Parse|Bind)\t (?P<names>(?:"\w*" )*)(?:"(?P<text>.*))?', re.S
)
MESSAGE = re.compile(r"^(?=[FB]\t\d+\t)", re.M)


class Wire:
    """The statements sent since the last `take`, over every connection of the application."""

    def __init__(self, trace: IO[bytes]) -> None:
        """Read them in ``trace``, where libpq writes."""
        self._trace = trace
        self._read = 0
        self._texts: dict[str, str] = {}

    def watch(self, connection: Any, _record: object) -> None:
        """Have libpq write what goes through a new connection."""
        connection.pgconn.trace(self._trace.fileno())
        connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)

    def take(self) -> list[str]:
        """The beginning of each statement sent since the last time, in order."""
        written = Path(self._trace.name).read_bytes()
        new, self._read = written[self._read :], len(written)
        statements = []
        for message in MESSAGE.split(new.decode(errors="replace")):
            sent = SENT.match(message)
            if sent is None:
                continue
            *_, name = ["", *sent["names"].split()]
            if sent["kind"] != "Bind":
                self._texts[name] = (sent["text"] or "").rstrip().rstrip('"')[:60]
            if sent["kind"] != "Parse":
                statements.append(self._texts.get(name, name))
        return statements


@contextlib.contextmanager
def wire() -> Iterator[Wire]:
    """Watch every connection opened in the block: those opened before are closed first."""
    with tempfile.NamedTemporaryFile() as trace:
        watched = Wire(trace)
        db.session.remove()
        db.engine.dispose()
        event.listen(db.engine, "connect", watched.watch)
        try:
            yield watched
        finally:
            event.remove(db.engine, "connect", watched.watch)
            db.session.remove()
            db.engine.dispose()


def transactions(statements: list[str]) -> int:
    """How many transactions ``statements`` begin."""
    return sum(statement.startswith("BEGIN") for statement in statements)
