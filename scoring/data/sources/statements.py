"""The DuckDB statements that read one file of one source.

Layers, each a common table expression: physical lines → fields → cells → trimmed texts → values →
verdict, stored in one temporary table `judged`. Its `fault` is NULL for a valid line, 0 for a blank
one, else the number of the first check that failed. A physical line is a row: an unclosed quote
spoils its own line and never swallows the rest of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scoring.data.sources.base import Check, Layout, Source, SourceColumn, Warn, field
from scoring.data.sources.layouts import ACCOUNT_SIRET
from scoring.data.sources.lines import (
    fields,
    literal,
    may_hold_spaces,
    physical_lines,
    texts,
    trimmed,
)
from scoring.data.sources.periods import Repeated, find_repeated
from scoring.data.sources.returned import is_returned, unmarked

VALID = "fault IS NULL AND NOT is_outside"
# The column of the lake that holds the line of a row, in the sources where a line gives several rows.
LINE = "line"


@dataclass(frozen=True)
class Statements:
    """The SQL that reads one file; `judge` must be run first."""

    source: Source
    layout: Layout
    repeated: Repeated | None
    lines: str
    judge: str
    checks: tuple[Check, ...]
    header: list[str]

    def totals(self) -> str:
        """Return SQL: one row with rows, rejected, outside, then one count a warning."""
        counts = [
            _count("fault IS DISTINCT FROM 0"),
            _count("fault > 0"),
            _count("fault IS NULL AND is_outside"),
            *(_warned(warn) for warn in self.source.warnings),
        ]
        return f"SELECT {', '.join(counts)} FROM judged"

    def valid_rows(self) -> str:
        """Return SQL: the typed rows, `known_at` last; when a line gives several, then its number."""
        names = [name for name in self.source.schema if name != "known_at"]
        columns = ", ".join(f"CAST({n} AS {self.source.schema[n]}) AS {n}" for n in names)
        rows = f"SELECT *, rowid + 2 AS file_line FROM judged WHERE {VALID}"
        line = ""
        if self.repeated:
            rows = self.repeated.rows(rows)
        for column in self.layout.columns:
            if column.is_list:
                rows = f"SELECT * REPLACE (unnest({_list(column)}) AS {column.name}) FROM ({rows})"
        if self.source.unfolds:
            line = f", CAST(file_line AS INTEGER) AS {LINE}"
        known_at = f"CAST({self.source.known_at} AS DATE) AS known_at"
        return f"SELECT {columns}, {known_at}{line} FROM ({rows})"

    def reject(self, file_name: str) -> str:
        """Return SQL: the table `rejects` by line (the header is 1): source, file, line, column, reason, raw."""
        column = f"nullif({texts([check.header for check in self.checks])}[fault], '')"
        if self.repeated:
            cell = f"{texts(list(self.repeated.headers))}[coalesce(unreadable_at, future_at)]"
            column = f"CASE WHEN fault > 2 THEN coalesce({column}, {cell}) END"
        reason = f"{texts([check.reason for check in self.checks])}[fault]"
        return f"""
        CREATE OR REPLACE TEMP TABLE rejects AS
        SELECT {literal(self.source.name)} AS source, {literal(file_name)} AS file, line,
            {column} AS "column",
            {reason} || CASE WHEN fault = 2 THEN field_count || ' au lieu de {len(self.header)}' ELSE ''
            END AS reason,
            raw
        FROM (SELECT *, rowid + 2 AS line FROM judged WHERE fault > 0)
        JOIN (SELECT row_number() OVER () + 1 AS line, raw FROM {self.lines}) USING (line)
        ORDER BY line
        """


def statements(
    source: Source, layout: Layout, header: list[str], *, text_file: Path, has_perimeter: bool
) -> Statements:
    """Build the statements of a clean text with this layout and header.

    Raises SourceError when the columns repeated by period are not those the source declares. A
    layout with accounts reads the table `accounts` (account, sirets).
    """
    columns = find_repeated(source.periods, header) if source.periods else None
    checks = (
        Check("len(fields) = 0", "", "guillemet non fermé"),
        Check(f"len(fields) <> {len(header)}", "", "nombre de champs : "),
        *layout.checks,
        *source.checks,
        *(columns.checks if columns else ()),
    )
    outside = f"({layout.outside.condition})" if layout.outside else "FALSE"
    if has_perimeter and not source.bypasses_perimeter:
        outside += f" OR {source.siren} NOT IN (SELECT siren FROM perimeter)"
    lines = physical_lines(text_file)
    judge = _judge(layout, header, columns, checks, lines=lines, outside=outside)
    return Statements(source, layout, columns, lines, judge, checks, header)


def _count(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _warned(warn: Warn) -> str:
    """Return SQL: how many valid lines a warning applies to."""
    if warn.about is None:
        return _count(f"{VALID} AND ({warn.condition})")
    values = (
        f"SELECT TRY_CAST({warn.about} AS BIGINT) AS number, count(*) AS lines"
        f" FROM judged WHERE {VALID} GROUP BY number"
    )
    return f"(SELECT coalesce(sum(lines), 0) FROM ({values}) WHERE {warn.condition})"


def _judge(
    layout: Layout,
    header: list[str],
    periods: Repeated | None,
    checks: tuple[Check, ...],
    *,
    lines: str,
    outside: str,
) -> str:
    values = "".join(_value(column) for column in layout.columns)
    listed = [_list(column) for column in layout.columns if column.is_list]
    elsewhere = f"WHEN {layout.outside.condition} THEN NULL" if layout.outside else ""
    verdict = " ".join(
        f"WHEN {check.condition} THEN {number}" for number, check in enumerate(checks, start=1)
    )
    added = periods.added if periods else ()
    names = ", ".join([*(c.name for c in layout.columns), *listed, *added])
    # A join may lose the order of the lines, and lines are identified by their rank.
    number, order = (
        (", row_number() OVER () AS line", "ORDER BY line") if layout.account else ("", "")
    )
    return f"""
    CREATE OR REPLACE TEMP TABLE judged AS
    WITH split AS (SELECT raw, NOT {may_hold_spaces("raw")} AS is_plain,
        {fields(layout.separator)} AS fields{number} FROM {lines}),
    cells AS (SELECT *{_cells(layout, header)} FROM split),
    texts AS (SELECT *{_texts(layout)}{periods.cells if periods else ""} FROM cells),
    shared AS ({_shared(layout)}),
    placed AS ({_placed(layout)}),
    parsed AS (SELECT *{values}{periods.values if periods else ""} FROM placed),
    seen AS (SELECT *{periods.faults if periods else ""} FROM parsed)
    SELECT {names}, CASE WHEN len(fields) = 1 AND trim(raw) = '' THEN 0 {elsewhere} {verdict} END AS fault,
        len(fields) AS field_count, {outside} AS is_outside
    FROM seen {order}
    """


def _value(column: SourceColumn) -> str:
    """Return SQL: the value of a column; of a list, its first value beside the list."""
    if not column.is_list:
        return f", {column.value} AS {column.name}"
    return f", {column.value} AS {_list(column)}, {_list(column)}[1] AS {column.name}"


def _list(column: SourceColumn) -> str:
    return f"every_{column.name}"


def _cells(layout: Layout, header: list[str]) -> str:
    """Return SQL: the text under each header, empty for an optional one the file lacks."""
    positions = {name.lower(): position for position, name in enumerate(header, start=1)}
    read = unmarked if is_returned(header) else str
    return "".join(
        f", {read(f'fields[{positions[name.lower()]}]')} AS {_cell(name)}"
        if name.lower() in positions
        else f", '' AS {_cell(name)}"
        for name in layout.headers
    )


def _cell(header: str) -> str:
    return f'"c_{header.lower()}"'


def _texts(layout: Layout) -> str:
    """Return SQL: the trimmed text under each header."""
    return "".join(
        f", CASE WHEN is_plain THEN {_cell(name)} ELSE {trimmed(_cell(name))} END AS {field(name)}"
        for name in layout.headers
    )


def _shared(layout: Layout) -> str:
    """Return SQL: the lines with the values that several columns are computed from."""
    lines = "SELECT * FROM texts"
    for name, value in layout.shared.items():
        lines = f"SELECT *, {value} AS {name} FROM ({lines})"
    return lines


def _placed(layout: Layout) -> str:
    """Return SQL: the lines with the siret of their account on their day, if the layout needs it."""
    if layout.account is None:
        return "SELECT * FROM shared"
    is_open = f"list_filter(sirets, lambda x: ({layout.account.day}) < x.ends_on)"
    return (
        f"SELECT shared.*, {is_open}[1].siret AS {ACCOUNT_SIRET} FROM shared"
        f" LEFT JOIN accounts ON account_number = {field(layout.account.header)}"
    )
