"""What every source declares: columns, checks, warnings, key, day it could be known.

A source is a declaration; `scoring.data.sources.statements` turns it into DuckDB statements. SQL
fragments written here see two families of names: `field("Siret")`, the trimmed text of a column of
the file, and the output columns by their name. They must never raise: use TRY_CAST and friends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from scoring.vocabulary import Nature, Openness


def field(header: str) -> str:
    """Return the SQL name of the trimmed text found under `header` in the file."""
    return f'"t_{header.lower()}"'


@dataclass(frozen=True)
class Check:
    """A reason to reject a line: `condition` is SQL, true when the line is bad.

    `header` is the column of the file shown to the administrator, `reason` the sentence in French.
    """

    condition: str
    header: str
    reason: str


@dataclass(frozen=True)
class Warn:
    """A French remark counted on valid lines for which the SQL `condition` is true.

    The condition may use the output columns; when it is `about` one of them, it may only use `number`,
    the value as a BIGINT, and is evaluated once for all the lines with that value. A serious one is
    judged with the batch (`quality`): past a share of the lines, a person decides.
    """

    condition: str
    label: str
    about: str | None = None
    is_serious: bool = False


@dataclass(frozen=True)
class SourceColumn:
    """An output column: its DuckDB type, the headers it reads, its SQL value and its checks.

    A file may lack the headers of an optional column, whose texts are then empty. `shared` is SQL
    computed once a line, by name, for values to use; each may use those before it. The value of a list
    is an SQL list of `type`: the line is a row for each of its values, and its checks see the first.
    """

    name: str
    type: str
    headers: tuple[str, ...]
    value: str
    checks: tuple[Check, ...] = ()
    is_optional: bool = False
    shared: tuple[tuple[str, str], ...] = ()
    is_list: bool = False


@dataclass(frozen=True)
class Measure:
    """A quantity written in one column a period: output column, and header without the period.

    `value` turns the SQL of a cell’s text into the SQL of its value, NULL when unreadable; a value that
    is not `between` the two, SQL too, cannot be: its line is rejected.
    """

    name: str
    type: str
    stem: str
    value: Callable[[str], str]
    between: tuple[str, str]


@dataclass(frozen=True)
class Periods:
    """Columns repeated by period, turned into rows: one a period that has a value.

    `pattern` recognises such headers, with groups `stem` and `period`; `parse` returns the first day
    of a period from its text (None when it is not a period). `name` is the output column that holds
    this day; `expected` says in French which headers are expected, the others why a line is rejected.
    """

    name: str
    pattern: str
    parse: Callable[[str], date | None]
    measures: tuple[Measure, ...]
    expected: str
    unreadable: str
    beyond: str
    future: str


@dataclass(frozen=True)
class AccountLink:
    """How to find the siret of a line from its URSSAF account.

    `header` is the column of the file that holds the account; the siret is the one the account
    belonged to on the day given by the SQL `day`, over the texts of the line.
    """

    header: str
    day: str


@dataclass(frozen=True)
class Outside:
    """Lines of a file that are about something else: counted outside, whatever else they hold.

    `condition` is SQL over the texts of the line, `header` the column it reads.
    """

    header: str
    condition: str


@dataclass(frozen=True)
class Layout:
    """One way to write a file. All the layouts of a source give the same output columns."""

    separator: str
    columns: tuple[SourceColumn, ...]
    account: AccountLink | None = None
    outside: Outside | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """The headers a file must have to match this layout, in order of first use."""
        columns = [column for column in self.columns if not column.is_optional]
        others = [link.header for link in (self.account, self.outside) if link]
        return tuple(dict.fromkeys([*(h for c in columns for h in c.headers), *others]))

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers to read, including the optional ones."""
        headers = [header for column in self.columns for header in column.headers]
        return tuple(dict.fromkeys([*self.required, *headers]))

    @property
    def shared(self) -> dict[str, str]:
        """The SQL, by name, that several columns are computed from."""
        return dict(step for column in self.columns for step in column.shared)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the columns, in order."""
        return tuple(check for column in self.columns for check in column.checks)


@dataclass(frozen=True)
class Source:
    """A partner file.

    `nature` is the right that its lines are read with. `patterns` are regular expressions on the
    lower-case file name without compression suffix. `known_at` is SQL over the output columns;
    `covers` is the date column whose latest month is the last one the file covers. `companions` are
    the sources without which it says little. `others` are the other layouts of the file: the first one
    whose headers are all present is used.

    No two rows of the lake have the same `key`. Of the rows that do in what was sent, the one that
    comes first in the order `keeps` (SQL over the output columns) is kept; rows that this order does
    not tell apart are compared column by column, the largest value first: neither the order of the
    lines nor that of the files matters.
    """

    name: str
    title: str
    nature: Nature | Openness
    patterns: tuple[str, ...]
    separator: str
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    known_at: str
    covers: str
    checks: tuple[Check, ...] = ()
    warnings: tuple[Warn, ...] = ()
    periods: Periods | None = None
    others: tuple[Layout, ...] = ()
    bypasses_perimeter: bool = False
    companions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """Every layout of the file, the current one first."""
        return (Layout(self.separator, self.columns), *self.others)

    @property
    def unfolds(self) -> bool:
        """Whether a line may give several rows."""
        return self.periods is not None or any(column.is_list for column in self.columns)

    @property
    def optional_key(self) -> tuple[str, ...]:
        """The columns of the key that a file may lack."""
        optional = {column.name for column in self.columns if column.is_optional}
        return tuple(name for name in self.key if name in optional)

    @property
    def schema(self) -> dict[str, str]:
        """Output columns and DuckDB types, `known_at` last."""
        columns = {column.name: column.type for column in self.columns}
        if self.periods:
            columns[self.periods.name] = "DATE"
            columns |= {measure.name: measure.type for measure in self.periods.measures}
        return columns | {"known_at": "DATE"}

    @property
    def siren(self) -> str:
        """SQL giving the siren of a line."""
        names = {column.name for column in self.columns}
        return "siren" if "siren" in names else "left(siret, 9)"

    def owns(self, file_name: str) -> bool:
        """Say whether a file of this name (compression suffix removed) belongs to this source."""
        # Some systems write « è » as two characters in file names.
        name = unicodedata.normalize("NFC", file_name).lower()
        return any(re.fullmatch(pattern, name) for pattern in self.patterns)
