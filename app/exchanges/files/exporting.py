"""Accompagnements in a file: what must be known of it first, then its rows, written as they are read."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import IO, Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.now import utcnow
from app.core.text.exports import csv_files
from app.core.text.exports.extracts import Counted, extracted
from app.core.text.exports.spreadsheets import write_workbook
from app.core.text.french import datetime_fr, number_fr
from app.detections.lists.exporting import Spreadsheet
from app.exchanges.files.columns import COLUMNS, FIELDS
from app.exchanges.files.standing import read

#: accompagnements of a file
MOST = 5_000


class Format(StrEnum):
    """How the file is written."""

    XLSX = "xlsx"
    CSV = "csv"


def exported(
    session: Session, identity: Identity, numbers: Sequence[int], *, format_: Format, filters: Sequence[tuple[str, str]]
) -> Spreadsheet:  # fmt: skip
    """Return a file of some accompagnements. Whoever sends it closes it."""
    sirens: set[str] = set()
    rows = Counted(_rows(session, identity, numbers[:MOST], sirens))
    head = _head(identity, numbers, filters)
    write = _write_workbook if format_ is Format.XLSX else _write_table
    made = extracted(lambda file: write(file, identity, head, rows))
    trace: dict[str, Any] = {
        "count": rows.count,
        "sirens": sorted(sirens),
        "sha256": made.sha256,
    }
    return Spreadsheet(content=made.file, name=f"accompagnements.{format_}", trace=trace)


def _rows(
    session: Session, identity: Identity, numbers: Sequence[int], sirens: set[str]
) -> Iterator[list[object]]:
    """Yield the cells of each accompagnement, and add to ``sirens`` the firm of each."""
    for standing in read(session, identity, numbers):
        sirens.add(standing.case.siren)
        yield [said(standing) for _, said in COLUMNS]


def _head(
    identity: Identity, numbers: Sequence[int], filters: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """What must be known of the file: what it keeps, of where, up to when, for whom."""
    cut = f"les {number_fr(MOST)} premiers : resserrez les filtres pour les autres"
    return [
        ("Filtres", " ; ".join(f"{name} : {value}" for name, value in filters) or "aucun"),
        ("Périmètre", ", ".join(identity.departments) or "vos accompagnements seulement"),
        ("Données", f"de Vigie, telles que lues le {datetime_fr(utcnow())}"),
        ("Lignes", cut if len(numbers) > MOST else number_fr(len(numbers))),
        ("Peuvent revenir par un import", ", ".join(FIELDS)),
    ]


def _watermark(identity: Identity) -> str:
    return (
        f"Document confidentiel, extrait de Vigie par {identity.signature} le {datetime_fr(utcnow())}. "
        "Ne pas diffuser hors des agents habilités."
    )


def _write_workbook(
    file: IO[bytes], identity: Identity, head: list[tuple[str, str]], rows: Counted[list[object]]
) -> None:
    write_workbook(
        file,
        title="Accompagnements",
        columns=[column for column, _ in COLUMNS],
        rows=rows,
        filters=head,
        watermark=_watermark(identity),
    )


def _write_table(
    file: IO[bytes], identity: Identity, head: list[tuple[str, str]], rows: Counted[list[object]]
) -> None:
    """Who made it, then what must be known of it on one line, then the names of its columns."""
    known = [[f"{name} : {said}" for name, said in head]]
    names = [[column.label for column, _ in COLUMNS]]
    csv_files.write_into(file, [_watermark(identity)], chain(known, names, rows))
