"""A lake opened for many queries: its files are chosen once, and nothing is asked of it twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from ibis.expr.types import Table

from scoring.data.engine import Backend, forget, keep
from scoring.data.lake import DerivedTable, Tables


class _Kept(NamedTuple):
    """Rows computed for a date, and the name under which the engine keeps them."""

    name: str
    as_of: date | None
    rows: Table


class Opened(Tables):
    """The tables of `lake` on one engine. Features ask for the same ones dozens of times at a date, and
    again at the next: each is opened the first time, and a later publication changes none of them.
    """

    def __init__(self, lake: Tables, con: Backend) -> None:
        self.lake = lake
        self.con = con
        self._paths: dict[str, list[Path]] = {}
        self._rows: dict[str, Table] = {}
        self._derived: dict[str, _Kept] = {}
        self._months: dict[tuple[str, date | None], date | None] = {}

    def published(self, source: str) -> list[Path]:
        if source not in self._paths:
            self._paths[source] = self.lake.published(source)
        return self._paths[source]

    def rows(self, con: Backend, source: str) -> Table:
        """Return all the rows of a source. Raises ValueError on another engine than the one of this
        object.
        """
        self._check(con)
        if source not in self._rows:
            self._rows[source] = super().rows(con, source)
        return self._rows[source]

    def derived(self, con: Backend, view: DerivedTable, *, as_of: date | None) -> Table:
        """Return a table that several others are computed from, computed once.

        One date at a time is kept, for a country has many: once another is asked for, what was not yet
        read of the former one cannot be read any more. Raises ValueError on another engine.
        """
        self._check(con)
        known = self._derived.get(view.__name__)
        if known is not None and known.as_of == as_of:
            return known.rows
        if known is not None:
            forget(con, known.name)
        day = f"{as_of:%Y%m%d}" if as_of else "latest"
        name = f"{view.__name__}_{day}"
        rows = keep(con, view(self, con, as_of), name=name)
        self._derived[view.__name__] = _Kept(name, as_of, rows)
        return rows

    def covered(self, con: Backend, source: str, *, as_of: date | None = None) -> date | None:
        if (source, as_of) not in self._months:
            self._months[source, as_of] = super().covered(con, source, as_of=as_of)
        return self._months[source, as_of]

    def _check(self, con: Backend) -> None:
        if con is not self.con:
            message = "these tables are open on another engine"
            raise ValueError(message)
