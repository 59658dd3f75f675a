"""CSV files that French spreadsheets open, where text never becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: prefix that makes text of a cell that a spreadsheet would evaluate
MARK = "'"


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A header and its rows, in UTF-8 with a BOM, semicolon-separated; `None` leaves a cell empty."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=";")
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return output.getvalue().encode("utf-8-sig")


def harmless(value: object) -> object:
    """``value``, with `MARK` in front if it is a string that a spreadsheet would evaluate as a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"{MARK}{value}"
    return value


def unmarked(text: str) -> str:
    """``text`` as it was before `harmless` marked it."""
    if text.startswith(MARK) and text[1:].startswith(FORMULA_STARTS):
        return text[1:]
    return text
