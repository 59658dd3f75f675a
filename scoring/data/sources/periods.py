"""Columns repeated by period: finding them in a file, judging their cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from scoring.data.sources.base import Check, Measure, Periods
from scoring.data.sources.bounds import FIRST_YEAR
from scoring.data.sources.errors import SourceError
from scoring.data.sources.lines import trimmed
from scoring.data.sources.parse import TODAY

QUARTER_MONTH = re.compile(r"([0-9]{4})([1-4])([1-3])")


def quarter_month(text: str) -> date | None:
    """Read `AAAATM`, quarter and month of the quarter: `202431` is July 2024."""
    parts = QUARTER_MONTH.fullmatch(text)
    if parts is None or int(parts[1]) < FIRST_YEAR:
        return None
    year, quarter, month = (int(part) for part in parts.groups())
    return date(year, quarter * 3 - 3 + month, 1)


def year(text: str) -> date | None:
    """Read a year of four digits as its first day."""
    return date(int(text), 1, 1) if re.fullmatch("(19|20)[0-9]{2}", text) else None


@dataclass(frozen=True)
class Repeated:
    """The repeated columns of one file.

    `headers` are those of the cells, measure by measure and day by day; `positions` are their ranks
    in the line, from 1 (None where the file lacks the column).
    """

    periods: Periods
    days: tuple[date, ...]
    headers: tuple[str, ...]
    positions: tuple[int | None, ...]

    @property
    def cells(self) -> str:
        """SQL: for each measure, the list of the texts of its cells."""
        return "".join(
            f", list_transform([{', '.join(self._cells(n))}], lambda x: {trimmed('x')})"
            f" AS cells_{measure.name}"
            for n, measure in enumerate(self.periods.measures)
        )

    @property
    def values(self) -> str:
        """SQL: the lists that become rows, over `cells`."""
        lists = "".join(
            f", list_transform(list_transform(cells_{m.name}, lambda x: {m.value('x')}),"
            f" lambda x: CASE WHEN x BETWEEN {m.between[0]} AND {m.between[1]} THEN x END) AS {m.name}"
            for m in self.periods.measures
        )
        return f", {self._days} AS {self.periods.name}{lists}"

    @property
    def faults(self) -> str:
        """SQL: the rank of the first bad cell of each kind, over `cells` and `values`."""
        unreadable = self._first(lambda m: f"{m.name}[i] IS NULL")
        future = self._first(lambda _: f"{self._days}[i] > {TODAY}")
        last = f"DATE '{self.days[-1].isoformat()}'"
        return (
            f", {unreadable} AS unreadable_at,"
            f" CASE WHEN {last} > {TODAY} THEN {future} END AS future_at,"
            f" CASE WHEN unreadable_at > 0 THEN {self._has_value('unreadable_at')} END AS is_beyond"
        )

    @property
    def added(self) -> tuple[str, ...]:
        """The names of the columns that `values` and `faults` add."""
        return (*self.columns, "unreadable_at", "future_at", "is_beyond")

    @property
    def columns(self) -> tuple[str, ...]:
        """The output columns: the period, then the measures."""
        return (self.periods.name, *(measure.name for measure in self.periods.measures))

    @property
    def checks(self) -> tuple[Check, ...]:
        """Reject the line when a cell is unreadable, beyond its bounds or later than the day of import."""
        return (
            Check("is_beyond", "", self.periods.beyond),
            Check("unreadable_at > 0", "", self.periods.unreadable),
            Check("future_at > 0", "", self.periods.future),
        )

    def rows(self, lines: str) -> str:
        """Return SQL: one row a line and period, except those without any value."""
        names = ", ".join(self.columns)
        unnested = ", ".join(f"unnest({name}) AS {name}" for name in self.columns)
        is_empty = " AND ".join(f"{m.name} IS NULL" for m in self.periods.measures)
        return (
            f"SELECT * FROM (SELECT * EXCLUDE ({names}), {unnested} FROM ({lines}))"
            f" WHERE NOT ({is_empty})"
        )

    @property
    def _days(self) -> str:
        return "[" + ", ".join(f"DATE '{day.isoformat()}'" for day in self.days) + "]"

    def _cells(self, measure: int) -> list[str]:
        first = measure * len(self.days)
        positions = self.positions[first : first + len(self.days)]
        return [f"fields[{p}]" if p else "''" for p in positions]

    def _has_value(self, rank: str) -> str:
        """Return SQL: whether the cell of this rank can be read, be its value possible or not."""
        cells = ", ".join(f"cells_{measure.name}" for measure in self.periods.measures)
        cell = f"flatten([{cells}])[{rank}]"
        values = dict.fromkeys(measure.value for measure in self.periods.measures)
        return "(" + " OR ".join(f"({value(cell)}) IS NOT NULL" for value in values) + ")"

    def _first(self, is_bad: Callable[[Measure], str]) -> str:
        """Return SQL: the rank, measure by measure, of the first bad cell that is not empty."""
        bad = ", ".join(
            f"list_transform(cells_{m.name}, lambda x, i: x <> '' AND {is_bad(m)})"
            for m in self.periods.measures
        )
        return f"list_position(flatten([{bad}]), TRUE)"


def find_repeated(periods: Periods, header: list[str]) -> Repeated:
    """Find the repeated columns; raise SourceError when there is none or a name is not a period."""
    stems = {measure.stem.lower() for measure in periods.measures}
    positions: dict[tuple[str, date], int] = {}
    for position, name in enumerate(header, start=1):
        parts = re.fullmatch(periods.pattern, name.lower())
        if parts is None or parts["stem"] not in stems:
            continue
        day = periods.parse(parts["period"])
        if day is None:
            raise SourceError(f"Colonne « {name} » illisible : {periods.expected}.")
        if (parts["stem"], day) in positions:
            raise SourceError(
                f"La colonne « {name} » figure deux fois dans l’en-tête : gardez celle qui fait foi."
            )
        positions[parts["stem"], day] = position
    if not positions:
        raise SourceError(f"Colonnes introuvables : {periods.expected}.")
    days = tuple(sorted({day for _, day in positions}))
    cells = [positions.get((m.stem.lower(), day)) for m in periods.measures for day in days]
    headers = tuple(header[position - 1] if position else "" for position in cells)
    return Repeated(periods, days, headers, tuple(cells))
