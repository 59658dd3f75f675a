"""The physical lines of a clean text, and the fields of a line, as DuckDB reads them."""

from __future__ import annotations

import re
from pathlib import Path

from scoring.data.sources.reading import LONGEST_LINE


def literal(value: str) -> str:
    """Return the SQL literal of a text."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: list[str]) -> str:
    """Return the SQL list of texts."""
    return "[" + ", ".join(literal(value) for value in values) + "]"


def physical_lines(text_file: Path) -> str:
    """Return SQL: the physical lines after the header, blank ones included, in order."""
    return f"""read_csv({literal(str(text_file))}, columns = {{'raw': 'VARCHAR'}},
        delim = '\x01', quote = '', escape = '', comment = '', header = false, skip = 1,
        auto_detect = false, new_line = '\\n', force_not_null = ['raw'],
        max_line_size = {LONGEST_LINE})"""


def fields(separator: str) -> str:
    """Return SQL: the list of the fields of `raw`, empty when a quote is not closed.

    A quote opens a field only as its first character (names may contain quotes). Most quoted lines
    have neither separator nor quote inside the quotes: removing the quotes is enough to read them.
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


def may_hold_spaces(text: str) -> str:
    """Return SQL: whether a text holds a space, or a non-ASCII character that may be one."""
    return f"(contains({text}, ' ') OR length({text}) <> strlen({text}))"


def trimmed(text: str) -> str:
    """Return SQL: a text stripped of Unicode spaces; a cheap test spares the many without any."""
    return f"CASE WHEN {may_hold_spaces(text)} THEN trim({text}) ELSE {text} END"
