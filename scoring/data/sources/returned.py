"""Rejected lines given back to be corrected: the columns of the file, after the line and the reason.

The file is sent again beside the original, as `<name>_rejets.csv`: a batch replaces a source as a whole, so
the lines that were right must come with those that were put right.

A spreadsheet would compute a cell that begins like a formula: such a cell is marked by an apostrophe, and
the mark is taken away when the file comes back. Only files with the two columns are read so: elsewhere an
apostrophe is a letter. A plain number is no formula and is left as it is, to be corrected at ease.
"""

from __future__ import annotations

import re
from pathlib import Path

from scoring.data.sources.archives import plain_name
from scoring.data.sources.bounds import NUMBER

COLUMNS = ("vigie_ligne", "vigie_motif")
SUFFIX = "_rejets"
MARK = "'"
# What a spreadsheet computes, full-width signs included, even after spaces.
FORMULA = r"'*\s*[=+\-@＝＋－＠]"
FORMULA_START = re.compile(FORMULA)
PLAIN_NUMBER = re.compile(f"'*(?:{NUMBER})")


def is_returned(header: list[str]) -> bool:
    """Say whether a file with these columns is one that Vigie gave back."""
    return tuple(header[: len(COLUMNS)]) == COLUMNS


def returned_name(file_name: str) -> str:
    """Return the name under which the rejected lines of a file are given back."""
    return f"{Path(plain_name(Path(file_name))).stem}{SUFFIX}.csv"


def original_name(file_name: str) -> str:
    """Return the name of the file whose rejected lines come back under this name; else the same name."""
    return re.sub(rf"{SUFFIX}(?=\.\w+$)", "", file_name)


def marked(cell: str) -> str:
    """Return a cell that no spreadsheet computes."""
    return f"{MARK}{cell}" if _is_computed(cell) else cell


def remarked(cell: str) -> str:
    """Return a cell of a file that may have been given back before: one mark is enough."""
    is_marked = cell.startswith(MARK) and _is_computed(cell.removeprefix(MARK))
    return cell if is_marked else marked(cell)


def unmarked(text: str) -> str:
    """Return SQL: the text of a cell, without its mark if it has one."""
    rest = f"{text}[2:]"
    number = f"regexp_full_match({rest}, '{_quoted(PLAIN_NUMBER.pattern)}')"
    computed = f"regexp_matches({rest}, '^{_quoted(FORMULA)}') AND NOT {number}"
    return f"CASE WHEN {text}[1] = '{_quoted(MARK)}' AND {computed} THEN {rest} ELSE {text} END"


def _is_computed(cell: str) -> bool:
    return bool(FORMULA_START.match(cell)) and not PLAIN_NUMBER.fullmatch(cell)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
