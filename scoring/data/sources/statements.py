"""The DuckDB statements that read one file of one source.

Layers, each a common table expression: physical lines → fields → cells → trimmed texts → values →
verdict, kept in one temporary table `judged`. Its `fault` is NULL for a valid line, 0 for a blank one, else
the number of the first check that failed. A physical line is a row: an unclosed quote costs its own
line and never swallows the rest of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scoring.data.sources.base import Check, Layout, Source, Warn, field
from scoring.data.sources.layouts import ACCOUNT_SIRET
from scoring.data.sources.lines import (
    fields,
    literal,
    may_hold_spaces,
    physical_lines,
    texts,
    trimmed,
)
from scoring.data.sources.periods import Repeated, repeated

VALID = "fault IS NULL AND NOT is_outside"


@dataclass(frozen=True)
class Statements:
    """The SQL that reads one file; `judge` must be run first."""

    source: Source
    layout: Layout
    repeated: Repeated | None
    lines: str
    judge: str
    checks: tuple[Check, ...]
    width: int

    def totals(self) -> str:
        """One row: rows, rejected, outside, then one count for each warning."""
        counts = [
            _count("fault IS DISTINCT FROM 0"),
            _count("fault > 0"),
            _count("fault IS NULL AND is_outside"),
            *(_warned(warn) for warn in self.source.warnings),
        ]
        return f"SELECT {', '.join(counts)} FROM judged"

    def valid_rows(self) -> str:
        """The typed rows, `known_at` last."""
        names = [name for name in self.source.schema if name != "known_at"]
        columns = ", ".join(f"CAST({n} AS {self.source.schema[n]}) AS {n}" for n in names)
        rows = f"SELECT * FROM judged WHERE {VALID}"
        if self.repeated:
            rows = self.repeated.rows(rows)
        return f"SELECT {columns}, CAST({self.source.known_at} AS DATE) AS known_at FROM ({rows})"

    def reject(self, file_name: str) -> str:
        """Table `rejects`, by line (the header is 1): source, file, line, column, reason, raw."""
        column = f"nullif({texts([check.header for check in self.checks])}[fault], '')"
        if self.repeated:
            cell = f"{texts(list(self.repeated.headers))}[coalesce(unreadable_at, future_at)]"
            column = f"CASE WHEN fault > 2 THEN coalesce({column}, {cell}) END"
        reason = f"{texts([check.reason for check in self.checks])}[fault]"
        return f"""
        CREATE OR REPLACE TEMP TABLE rejects AS
        SELECT {literal(self.source.name)} AS source, {literal(file_name)} AS file, line,
            {column} AS "column",
            {reason} || CASE WHEN fault = 2 THEN field_count || ' au lieu de {self.width}' ELSE ''
            END AS reason,
            raw
        FROM (SELECT *, rowid + 2 AS line FROM judged WHERE fault > 0)
        JOIN (SELECT row_number() OVER () + 1 AS line, raw FROM {self.lines}) USING (line)
        ORDER BY line
        """


def statements(
    source: Source, layout: Layout, header: list[str], *, text_file: Path, has_perimeter: bool
) -> Statements:
    """Build the statements of a clean text written in this layout, under this header.

    Raises SourceError when its columns by period are not what the source declares. A layout with
    accounts reads the table `accounts` (account, sirets).
    """
    found = repeated(source.periods, header) if source.periods else None
    checks = (
        Check("len(fields) = 0", "", "guillemet non fermé"),
        Check(f"len(fields) <> {len(header)}", "", "nombre de champs : "),
        *layout.checks,
        *source.checks,
        *(found.checks if found else ()),
    )
    outside = "FALSE"
    if has_perimeter and not source.bypasses_perimeter:
        outside = f"{source.siren} NOT IN (SELECT siren FROM perimeter)"
    lines = physical_lines(text_file)
    judge = _judge(layout, header, found, checks, lines=lines, outside=outside)
    return Statements(source, layout, found, lines, judge, checks, len(header))


def _count(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _warned(warn: Warn) -> str:
    """SQL: how many valid lines a warning is for."""
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
    found: Repeated | None,
    checks: tuple[Check, ...],
    *,
    lines: str,
    outside: str,
) -> str:
    values = "".join(f", {column.value} AS {column.name}" for column in layout.columns)
    verdict = " ".join(
        f"WHEN {check.condition} THEN {number}" for number, check in enumerate(checks, start=1)
    )
    kept = ", ".join([*(c.name for c in layout.columns), *(found.kept if found else ())])
    # A join may lose the order of the lines, and a line is found again by its rank.
    number, order = (
        (", row_number() OVER () AS line", "ORDER BY line") if layout.account else ("", "")
    )
    return f"""
    CREATE OR REPLACE TEMP TABLE judged AS
    WITH split AS (SELECT raw, NOT {may_hold_spaces("raw")} AS is_plain,
        {fields(layout.separator)} AS fields{number} FROM {lines}),
    cells AS (SELECT *{_cells(layout, header)} FROM split),
    texts AS (SELECT *{_texts(layout)}{found.cells if found else ""} FROM cells),
    known AS ({_shared(layout)}),
    placed AS ({_placed(layout)}),
    parsed AS (SELECT *{values}{found.values if found else ""} FROM placed),
    seen AS (SELECT *{found.faults if found else ""} FROM parsed)
    SELECT {kept}, CASE WHEN len(fields) = 1 AND trim(raw) = '' THEN 0 {verdict} END AS fault,
        len(fields) AS field_count, {outside} AS is_outside
    FROM seen {order}
    """


def _cells(layout: Layout, header: list[str]) -> str:
    """SQL: the text under each header read, empty for an optional one the file lacks."""
    positions: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        positions.setdefault(name.lower(), position)
    return "".join(
        f", fields[{positions[name.lower()]}] AS {_cell(name)}"
        if name.lower() in positions
        else f", '' AS {_cell(name)}"
        for name in layout.headers
    )


def _cell(header: str) -> str:
    return f'"c_{header.lower()}"'


def _texts(layout: Layout) -> str:
    """SQL: the trimmed text of each header read."""
    return "".join(
        f", CASE WHEN is_plain THEN {_cell(name)} ELSE {trimmed(_cell(name))} END AS {field(name)}"
        for name in layout.headers
    )


def _shared(layout: Layout) -> str:
    """SQL: the lines with what several of their columns are made from."""
    lines = "SELECT * FROM texts"
    for name, value in layout.shared.items():
        lines = f"SELECT *, {value} AS {name} FROM ({lines})"
    return lines


def _placed(layout: Layout) -> str:
    """SQL: the lines with the siret their account had on their day, where the layout asks it."""
    if layout.account is None:
        return "SELECT * FROM known"
    is_open = f"list_filter(sirets, lambda x: ({layout.account.day}) < x.ends_on)"
    return (
        f"SELECT known.*, {is_open}[1].siret AS {ACCOUNT_SIRET} FROM known"
        f" LEFT JOIN accounts ON account_number = {field(layout.account.header)}"
    )
