"""A lake opened for many queries: its files are chosen once, and nothing is asked of it twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import Tables


class Opened(Tables):
    """The tables of `lake` on one engine. Features ask for the same ones dozens of times at a date, and
    again at the next: each is opened the first time, and a later publication changes none of them.
    """

    def __init__(self, lake: Tables, con: Backend) -> None:
        self.lake = lake
        self.con = con
        self._paths: dict[str, list[Path]] = {}
        self._rows: dict[str, Table] = {}
        self._months: dict[tuple[str, date | None], date | None] = {}

    def published(self, source: str) -> list[Path]:
        if source not in self._paths:
            self._paths[source] = self.lake.published(source)
        return self._paths[source]

    def rows(self, con: Backend, source: str) -> Table:
        """Return all the rows of a source. Raises ValueError on another engine than the one of this
        object.
        """
        if con is not self.con:
            message = "these tables are open on another engine"
            raise ValueError(message)
        if source not in self._rows:
            self._rows[source] = super().rows(con, source)
        return self._rows[source]

    def covered(self, con: Backend, source: str, *, as_of: date | None = None) -> date | None:
        if (source, as_of) not in self._months:
            self._months[source, as_of] = super().covered(con, source, as_of=as_of)
        return self._months[source, as_of]
