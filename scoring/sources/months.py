"""Files with one column a month (`effAAAATM`): which columns they are and how a line is judged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from scoring.sources.base import Check, Source
from scoring.sources.errors import SourceError
from scoring.sources.parse import TODAY, number

NAME = re.compile(r"([0-9]{4})([1-4])([1-3])")


@dataclass(frozen=True)
class Months:
    """The month columns of one file: header and position (from 1) of each, and its month."""

    headers: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    months: tuple[date, ...] = ()

    @property
    def cells(self) -> str:
        """SQL: the texts of the month columns, as one list (empty for another kind of file)."""
        if not self.headers:
            return ""
        return ", [" + ", ".join(f"trim(fields[{p}])" for p in self.positions) + "] AS month_cells"

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of the lists and positions that `months_values` adds."""
        return ("month", "workforce", "unreadable_at", "future_at") if self.headers else ()


def months_of(source: Source, header: list[str]) -> Months:
    """Find the month columns; SourceError when there is none or when a name is not a month."""
    prefix = source.months_prefix
    if prefix is None:
        return Months()
    found = [
        (name, position, _month(name, prefix))
        for position, name in enumerate(header, start=1)
        if re.fullmatch(prefix + "[0-9]+", name.lower())
    ]
    if not found:
        raise SourceError(
            f"Aucune colonne de mois : des colonnes « {prefix}AAAATM » sont attendues"
            f" (par exemple « {prefix}202431 » pour juillet 2024)."
        )
    names, positions, months = zip(*found, strict=True)
    if len(set(months)) < len(months):
        raise SourceError("Une colonne de mois figure deux fois dans l’en-tête.")
    return Months(names, positions, months)


def months_values(months: Months) -> str:
    """SQL: the lists turned into rows (`month`, `workforce`) and the positions of bad cells."""
    if not months.headers:
        return ""
    days = "[" + ", ".join(f"DATE '{month.isoformat()}'" for month in months.months) + "]"
    amounts = f"list_transform(month_cells, lambda x: {number('x')})"
    unreadable = f"lambda x: x <> '' AND ({number('x')}) IS NULL"
    future = f"lambda x, i: x <> '' AND {days}[i] > {TODAY}"
    return (
        f", {days} AS month, {amounts} AS workforce,"
        f" list_position(list_transform(month_cells, {unreadable}), TRUE) AS unreadable_at,"
        f" list_position(list_transform(month_cells, {future}), TRUE) AS future_at"
    )


def months_checks(months: Months) -> tuple[Check, ...]:
    """Reject the line when a cell is not a number or is later than the day of import."""
    if not months.headers:
        return ()
    return (
        Check("unreadable_at > 0", "", "effectif illisible"),
        Check("future_at > 0", "", "mois dans le futur"),
    )


def _month(name: str, prefix: str) -> date:
    parts = NAME.fullmatch(name[len(prefix) :])
    if parts is None or parts[1] < "1900":
        raise SourceError(
            f"Colonne « {name} » : le mois est illisible, « {prefix}AAAATM » est attendu"
            " (trimestre de 1 à 4, mois du trimestre de 1 à 3)."
        )
    year, quarter, month = (int(part) for part in parts.groups())
    return date(year, quarter * 3 - 3 + month, 1)
