"""The physical lines of a clean text, and the fields of a line, as DuckDB reads them."""

from __future__ import annotations

import re
from pathlib import Path

from scoring.data.sources.reading import LONGEST_LINE


def literal(value: str) -> str:
    """SQL literal of a text."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: list[str]) -> str:
    """SQL list of texts."""
    return "[" + ", ".join(literal(value) for value in values) + "]"


def physical_lines(text_file: Path) -> str:
    """SQL: the physical lines after the header, blank ones included, in order."""
    return f"""read_csv({literal(str(text_file))}, columns = {{'raw': 'VARCHAR'}},
        delim = '\x01', quote = '', escape = '', comment = '', header = false, skip = 1,
        auto_detect = false, new_line = '\\n', force_not_null = ['raw'],
        max_line_size = {LONGEST_LINE})"""


def fields(separator: str) -> str:
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


def may_hold_spaces(text: str) -> str:
    """SQL: whether a text holds a space, or a letter that may be one in another alphabet."""
    return f"(contains({text}, ' ') OR length({text}) <> strlen({text}))"


def trimmed(text: str) -> str:
    """SQL: a text without the spaces around it, of any alphabet; most have none, seen at a glance."""
    return f"CASE WHEN {may_hold_spaces(text)} THEN trim({text}) ELSE {text} END"
