"""The matrix in a file: a line a subject and territory."""

from collections.abc import Iterator, Sequence
from typing import IO

from app.core.access.identity import Identity
from app.core.now import utcnow
from app.core.text.exports import csv_files
from app.core.text.exports.extracts import Counted, Extract, extracted
from app.core.text.exports.spreadsheets import CellKind, Column, write_workbook
from app.core.text.french import datetime_fr
from app.referrals.coverage.grid import CoverageCell
from app.referrals.directory.models import ReferralSubject

COLUMNS = (
    Column("Thème", width=30),
    Column("Sujet", width=40),
    Column("Code du territoire"),
    Column("Territoire", width=30),
    Column("Couverture", width=20),
    Column("Antennes", CellKind.NUMBER),
    Column("Communes couvertes", CellKind.NUMBER),
    Column("Communes", CellKind.NUMBER),
    Column("Institutions en double", width=40),
)


def exported(
    identity: Identity, rows: Sequence[tuple[ReferralSubject, Sequence[CoverageCell]]], *, place: str, is_table: bool
) -> tuple[Extract, int]:  # fmt: skip
    """Return the file, a CSV when ``is_table``, and how many lines it has. Whoever sends it closes it."""
    lines = Counted(_lines(rows))
    said = f"Extrait de Vigie par {identity.signature} le {datetime_fr(utcnow())}."

    def write(file: IO[bytes]) -> None:
        if is_table:
            csv_files.write_into(file, [column.label for column in COLUMNS], lines)
            return
        write_workbook(
            file, title="Couverture", columns=COLUMNS, rows=lines, filters=[("Territoire", place)], watermark=said
        )  # fmt: skip

    return extracted(write), lines.count


def _lines(
    rows: Sequence[tuple[ReferralSubject, Sequence[CoverageCell]]],
) -> Iterator[list[object]]:  # fmt: skip
    for subject, cells in rows:
        for cell in cells:
            yield [
                subject.theme.label, subject.label, cell.area.code, cell.area.label, cell.state.label, cell.antennes,
                cell.covered, cell.communes, ", ".join(cell.doubled),
            ]  # fmt: skip
