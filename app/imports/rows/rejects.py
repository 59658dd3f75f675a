"""The refused lines of a batch, for a spreadsheet: text stays text, never a formula.

Those of one file are given back with its columns, to be corrected and sent again: see
``scoring.data.sources.returned``.
"""

import json
import subprocess
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from app.core.errors import DomainError
from app.core.text.exports import csv_files
from app.core.text.exports.extracts import extracted
from app.core.text.exports.spreadsheets import CellKind, Column, write_workbook
from app.core.work import apart
from app.imports.rows.masking import shape
from scoring.data.sources.registry import NOT_KEPT

COLUMNS = {
    "source": Column("Source"),
    "file": Column("Fichier", width=30),
    "line": Column("Ligne", CellKind.NUMBER, width=10),
    "column": Column("Colonne"),
    "reason": Column("Motif", width=40),
    "raw": Column("Texte de la ligne", width=80),
}
#: beyond this, a workbook is too heavy to open; the CSV holds every line
LONGEST_SHEET = 100_000

UNKNOWN_COLUMNS = "Les colonnes de ce fichier n’ont pas été conservées avec ses rejets : rejouez le lot, puis réessayez."

Row = list[object]


def rows(home: Path, batch_id: str, *, raw: Collection[str]) -> Iterator[Row]:
    """Yield the refused lines of a batch, in the order of `COLUMNS`; those of sources that are not in ``raw`` are masked."""
    with apart.ask("rows", str(home / "lake"), batch_id, "refused") as answer:
        for line in answer:
            source, *place, text = json.loads(line)
            yield [source, *place, text if source in raw else shape(str(text))]


def as_csv(lines: Iterable[Row]) -> IO[bytes]:
    """Return a CSV as French spreadsheets read it; the caller closes the file, which then disappears."""
    columns = [column.label for column in COLUMNS.values()]
    return extracted(lambda file: csv_files.write_into(file, columns, lines)).file


def as_xlsx(lines: Iterable[Row], *, batch_id: str, watermark: str) -> IO[bytes]:
    """Return a workbook of the first `LONGEST_SHEET` lines; the caller closes it, as the CSV."""
    limit = f"les {LONGEST_SHEET} premières au plus ; toutes sont dans le fichier CSV"
    return extracted(
        lambda file: write_workbook(
            file,
            title="Lignes rejetées",
            columns=list(COLUMNS.values()),
            rows=islice(lines, LONGEST_SHEET),
            filters=[("Lot", batch_id), ("Lignes", limit)],
            watermark=watermark,
        )
    ).file


def given_back(home: Path, batch_id: str, *, source: str, sha256: str) -> IO[bytes]:
    """Return the refused lines of a file with its columns, as CSV; the caller closes the file, which then disappears.

    Raises `DomainError` when a former version read the batch, and did not keep the columns.
    """
    try:
        return apart.ask("returned", str(home / "lake"), batch_id, source, sha256)
    except subprocess.CalledProcessError as error:
        if error.returncode != NOT_KEPT:
            raise
        raise DomainError(UNKNOWN_COLUMNS) from error
