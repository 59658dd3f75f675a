"""The shape every source has: columns, checks, warnings, key, day it could be known.

A source is a declaration; `scoring.sources.statements` turns it into DuckDB statements. SQL
fragments written here see two families of names: `field("Siret")`, the trimmed text of a column of
the file, and the output columns by their name. They must never raise: use TRY_CAST and friends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def field(header: str) -> str:
    """Return the SQL name of the trimmed text found under `header` in the file."""
    return f'"t_{header.lower()}"'


@dataclass(frozen=True)
class Check:
    """A reason to reject a line: `condition` is SQL, true when the line is bad.

    `header` is the column of the file shown to the administrator, `reason` the French sentence.
    """

    condition: str
    header: str
    reason: str


@dataclass(frozen=True)
class Warn:
    """A French remark counted on valid lines for which the SQL `condition` is true.

    It may use the output columns, and `siren_number`, `siret_number` (BIGINT).
    """

    condition: str
    label: str


@dataclass(frozen=True)
class Column:
    """An output column: its DuckDB type, the headers it reads, its SQL value and its checks."""

    name: str
    type: str
    headers: tuple[str, ...]
    value: str
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Source:
    """A partner file.

    `patterns` are regular expressions on the lower-case file name without compression suffix.
    `months_prefix` says that the file has one column a month (`effAAAATM`), turned into rows
    (month, workforce). `known_at` is SQL over the output columns; `covers` is the date
    column whose latest month is the last one the file covers.
    """

    name: str
    title: str
    patterns: tuple[str, ...]
    separator: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    known_at: str
    covers: str
    checks: tuple[Check, ...] = ()
    warnings: tuple[Warn, ...] = ()
    months_prefix: str | None = None
    bypasses_perimeter: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers the file must have, in order of first use."""
        return tuple(dict.fromkeys(h for column in self.columns for h in column.headers))

    @property
    def schema(self) -> dict[str, str]:
        """Output columns and DuckDB types, `known_at` last."""
        columns = {column.name: column.type for column in self.columns}
        if self.months_prefix:
            columns |= {"month": "DATE", "workforce": "DOUBLE"}
        return columns | {"known_at": "DATE"}

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Checks of the columns in order, then those of the line."""
        return (*(check for column in self.columns for check in column.checks), *self.checks)

    @property
    def siren(self) -> str:
        """SQL giving the siren of a line."""
        names = {column.name for column in self.columns}
        return "siren" if "siren" in names else "left(siret, 9)"

    def owns(self, file_name: str) -> bool:
        """Say whether a file of this name (compression suffix removed) belongs to this source."""
        return any(re.fullmatch(pattern, file_name.lower()) for pattern in self.patterns)
