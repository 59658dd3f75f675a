"""The DuckDB statements that read one file of one source.

Layers, each a common table expression: physical lines → fields → trimmed texts → values → verdict,
kept in one temporary table `judged`. Its `fault` is NULL for a valid line, 0 for a blank one, else
the number of the first check that failed. A physical line is a row: an unclosed quote costs its own
line and never swallows the rest of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scoring.sources.base import Check, Source, field
from scoring.sources.errors import SourceError
from scoring.sources.months import Months, months_checks, months_of, months_values

LONGEST_LINE = 4_000_000
VALID = "fault IS NULL AND NOT is_outside"


@dataclass(frozen=True)
class Statements:
    """The SQL that reads one file; `judge` must be run first."""

    source: Source
    months: Months
    lines: str
    judge: str
    checks: tuple[Check, ...]
    width: int

    def totals(self) -> str:
        """One row: rows, rejected, outside, then one count for each warning."""
        conditions = [
            "fault IS DISTINCT FROM 0",
            "fault > 0",
            "fault IS NULL AND is_outside",
            *(f"{VALID} AND ({warn.condition})" for warn in self.source.warnings),
        ]
        counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
        numbers = "".join(
            f", TRY_CAST({column.name} AS BIGINT) AS {column.name}_number"
            for column in self.source.columns
            if column.name in {"siren", "siret"}
        )
        return f"SELECT {counts} FROM (SELECT *{numbers} FROM judged)"

    def valid_rows(self) -> str:
        """The typed rows, `known_at` last."""
        names = [name for name in self.source.schema if name != "known_at"]
        columns = ", ".join(f"CAST({n} AS {self.source.schema[n]}) AS {n}" for n in names)
        rows = f"SELECT * FROM judged WHERE {VALID}"
        if self.months.headers:
            rows = (
                "SELECT * FROM (SELECT * EXCLUDE (month, workforce), unnest(month) AS month,"
                f" unnest(workforce) AS workforce FROM ({rows})) WHERE workforce IS NOT NULL"
            )
        return f"SELECT {columns}, CAST({self.source.known_at} AS DATE) AS known_at FROM ({rows})"

    def reject(self, file_name: str) -> str:
        """Table `rejects`, by line (the header is 1): source, file, line, column, reason, raw."""
        column = f"nullif({texts([check.header for check in self.checks])}[fault], '')"
        if self.months.headers:
            month = f"{texts(list(self.months.headers))}[coalesce(unreadable_at, future_at)]"
            column = f"CASE WHEN fault > 2 THEN coalesce({column}, {month}) END"
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


def literal(value: str) -> str:
    """SQL literal of a text."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: list[str]) -> str:
    """SQL list of texts."""
    return "[" + ", ".join(literal(value) for value in values) + "]"


def statements(
    source: Source, header: list[str], *, text_file: Path, has_perimeter: bool
) -> Statements:
    """Build the statements of a clean text; SourceError when its header lacks a column."""
    positions = _positions(header)
    missing = [name for name in source.headers if name.lower() not in positions]
    if missing:
        raise SourceError(_missing_message(source, missing))
    months = months_of(source, header)
    checks = (
        Check("len(fields) = 0", "", "guillemet non fermé"),
        Check(f"len(fields) <> {len(header)}", "", "nombre de champs : "),
        *source.all_checks,
        *months_checks(months),
    )
    outside = "FALSE"
    if has_perimeter and not source.bypasses_perimeter:
        outside = f"{source.siren} NOT IN (SELECT siren FROM perimeter)"
    cells = ", ".join(
        f"trim(fields[{positions[name.lower()]}]) AS {field(name)}" for name in source.headers
    )
    values = ", ".join(f"{column.value} AS {column.name}" for column in source.columns)
    verdict = " ".join(
        f"WHEN {check.condition} THEN {number}" for number, check in enumerate(checks, start=1)
    )
    kept = ", ".join([*(column.name for column in source.columns), *months.kept])
    lines = _lines(text_file)
    judge = f"""
    CREATE OR REPLACE TEMP TABLE judged AS
    WITH split AS (SELECT raw, {_fields(source.separator)} AS fields FROM {lines}),
    cells AS (SELECT raw, fields, {cells}{months.cells} FROM split),
    parsed AS (SELECT *, {values}{months_values(months)} FROM cells)
    SELECT {kept}, CASE WHEN len(fields) = 1 AND trim(raw) = '' THEN 0 {verdict} END AS fault,
        len(fields) AS field_count, {outside} AS is_outside
    FROM parsed
    """
    return Statements(source, months, lines, judge, checks, len(header))


def _lines(text_file: Path) -> str:
    """SQL: the physical lines after the header, blank ones included, in order."""
    return f"""read_csv({literal(str(text_file))}, columns = {{'raw': 'VARCHAR'}},
        delim = '\x01', quote = '', escape = '', comment = '', header = false, skip = 1,
        auto_detect = false, new_line = '\\n', force_not_null = ['raw'],
        max_line_size = {LONGEST_LINE})"""


def _positions(header: list[str]) -> dict[str, int]:
    """First position of each header, from 1, lower case."""
    positions: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        positions.setdefault(name.lower(), position)
    return positions


def _missing_message(source: Source, missing: list[str]) -> str:
    names = ", ".join(f"« {name} »" for name in missing)
    plural = "Colonnes manquantes" if len(missing) > 1 else "Colonne manquante"
    return (
        f"{plural} : {names}. Vérifiez que le fichier est bien « {source.title} » et que ses"
        f" colonnes sont séparées par « {source.separator} »."
    )


def _fields(separator: str) -> str:
    """SQL list of the fields of `raw`; an empty list when a quote is not closed.

    A quote opens a field only when it is its first character (names hold quotes of their own). Most
    quoted lines have no separator and no quote inside quotes: those are read by removing them.
    """
    mark = re.escape(separator)
    simple = f'("[^"{mark}]*"|[^"{mark}]*)'
    is_simple = f"regexp_full_match(raw, '{simple}({mark}{simple})*')"
    shape = f'(?:"(?:[^"]|"")*"|[^"{mark}][^{mark}]*|){mark}'
    pieces = f"regexp_extract_all(raw || '{separator}', '{shape}')"
    unquoted = "CASE WHEN x[1] = '\"' THEN replace(x[2:-3], '\"\"', '\"') ELSE x[:-2] END"
    return (
        f"CASE WHEN NOT contains(raw, '\"') THEN string_split(raw, '{separator}')"
        f" WHEN {is_simple} THEN string_split(replace(raw, '\"', ''), '{separator}')"
        f" WHEN list_sum(list_transform({pieces}, lambda x: length(x))) = length(raw) + 1"
        f" THEN list_transform({pieces}, lambda x: {unquoted}) ELSE [] END"
    )
