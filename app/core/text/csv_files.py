"""CSV files that French spreadsheets open, where a text never becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: what marks as a text a cell that a spreadsheet would run
MARK = "'"


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A header and its rows, in UTF-8 with a BOM, separated by semicolons; `None` leaves a cell empty."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=";")
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return output.getvalue().encode("utf-8-sig")


def harmless(value: object) -> object:
    """A text that a spreadsheet would run as a formula is marked as a text."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"{MARK}{value}"
    return value


def unmarked(text: str) -> str:
    """The text that `harmless` marked, as it was."""
    if text.startswith(MARK) and text[1:].startswith(FORMULA_STARTS):
        return text[1:]
    return text
