"""CSV files that French spreadsheets open, where text never becomes a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import IO

FORMULA_STARTS = ("=", "+", "-", "@")
#: white space and what is not seen: spreadsheets drop it in front of a formula, or move the rest to another cell
UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*")
#: these alone, in front, are enough: they may break the cell
BREAKS = ("\t", "\r", "\n")
#: prefix that makes text of a cell that a spreadsheet would evaluate
MARK = "'"


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The bytes of a CSV, see `write_into`."""
    output = io.BytesIO()
    write_into(output, columns, rows)
    return output.getvalue()


def write_into(output: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a header and its rows as they come, in UTF-8 with a BOM, semicolon-separated; `None` leaves a cell empty."""
    text = io.TextIOWrapper(output, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    text.flush()
    text.detach()


def harmless(value: object) -> object:
    """``value``, with `MARK` in front if it is a string that a spreadsheet would evaluate as a formula."""
    if isinstance(value, str) and _is_formula(value):
        return f"{MARK}{value}"
    return value


def unmarked(text: str) -> str:
    """``text`` as it was before `harmless` marked it."""
    if text.startswith(MARK) and _is_formula(text[1:]):
        return text[1:]
    return text


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet may evaluate ``text``: full-width signs are signs to some of them."""
    seen = UNSEEN.sub("", text, count=1)[:1]
    return text.startswith(BREAKS) or unicodedata.normalize("NFKC", seen) in FORMULA_STARTS
