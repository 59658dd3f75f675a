"""Spreadsheets exported for agents: text stays text, every sheet says who extracted it and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from typing import IO

import xlsxwriter

#: maximum number of characters in a cell
CELL_LIMIT = 32_767
ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
#: characters that the name of a sheet may not contain
SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


class CellKind(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    NUMBER = "number"
    EUROS = "euros"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """A column of the sheet; ``width`` in characters."""

    label: str
    kind: CellKind = CellKind.TEXT
    width: int = 18


@dataclass(frozen=True)
class Section:
    """A part of the sheet that is read first: a title, then lines of cells, of which the first one names the others."""

    title: str
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Cover:
    """What must be known of a file before its rows are read."""

    sections: Sequence[Section]


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook that has several; ``rows`` follow ``columns``, and are written as they come."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


FORMATS = {
    CellKind.TEXT: {"num_format": "@"},
    CellKind.NUMBER: {"num_format": "#,##0"},
    CellKind.EUROS: {"num_format": '#,##0 "€"'},
    CellKind.DATE: {"num_format": "dd/mm/yyyy"},
}


def workbook(
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    filters: Sequence[tuple[str, str]] | Cover,
    watermark: str,
) -> bytes:
    """The bytes of a workbook, see `write_workbook`."""
    output = BytesIO()
    write_workbook(
        output, title=title, columns=columns, rows=rows, filters=filters, watermark=watermark
    )
    return output.getvalue()


def write_workbook(
    output: IO[bytes],
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    filters: Sequence[tuple[str, str]] | Cover,
    watermark: str,
) -> None:
    """Write a workbook: a sheet of ``rows``, then a sheet « Filtres » that lists the filters applied; of a cover, which holds them
    with the rest, a sheet « À lire d’abord » that comes first.

    ``rows`` follow ``columns``, and are written as they come: neither they nor the workbook stand in memory. `None` leaves a
    cell empty. Text is never read as a formula, a link or a number, whatever it starts with.
    """
    sheets = [Sheet(title, columns, rows)]
    if isinstance(filters, Cover):
        write_sheets(output, sheets, cover=filters, watermark=watermark)
        return
    book = _book(output)
    bold, mark = _fill(book, sheets, watermark=watermark)
    _write_lines(_sheet(book, "Filtres", watermark=watermark, mark=mark), 1, filters, bold)
    book.close()


def write_sheets(
    output: IO[bytes], sheets: Sequence[Sheet], *, cover: Cover, watermark: str
) -> None:
    """Write a workbook of several sheets, « À lire d’abord » first; see `write_workbook`."""
    book = _book(output)
    bold, mark = book.add_format({"bold": True}), book.add_format({"italic": True})
    _write_cover(_sheet(book, "À lire d’abord", watermark=watermark, mark=mark), cover, bold)
    _fill(book, sheets, watermark=watermark)
    book.close()


def _book(output: IO[bytes]) -> xlsxwriter.Workbook:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(output, {**options, "constant_memory": True})


def _fill(
    book: xlsxwriter.Workbook, sheets: Sequence[Sheet], *, watermark: str
) -> tuple[object, object]:
    """Write each sheet; return the formats of a title and of the watermark."""
    formats = {kind: book.add_format(form) for kind, form in FORMATS.items()}
    bold, mark = book.add_format({"bold": True}), book.add_format({"italic": True})
    for each in sheets:
        sheet = _sheet(book, each.title, watermark=watermark, mark=mark)
        for position, column in enumerate(each.columns):
            sheet.set_column(position, position, column.width)
            sheet.write_string(1, position, column.label, bold)
        for line, row in enumerate(each.rows, start=2):
            for position, (column, value) in enumerate(zip(each.columns, row, strict=True)):
                _write(sheet, (line, position), value, kind=column.kind, form=formats[column.kind])
        sheet.freeze_panes(2, 1)
    return bold, mark


def _write_cover(sheet: xlsxwriter.worksheet.Worksheet, cover: Cover, bold: object) -> None:
    """Write sections one under the other, those that have lines."""
    line = 2
    for section in cover.sections:
        if section.lines:
            sheet.write_string(line, 0, section.title, bold)
            line = _write_lines(sheet, line + 1, section.lines) + 1


def _write_lines(
    sheet: xlsxwriter.worksheet.Worksheet,
    first: int,
    lines: Sequence[Sequence[str]],
    named: object = None,
) -> int:
    """Write lines of cells from a row on, the first cell in the format ``named``; return the row that follows."""
    sheet.set_column(0, 3, 40)
    for row, cells in enumerate(lines, start=first):
        for position, cell in enumerate(cells):
            sheet.write_string(row, position, _text(cell), None if position else named)
    return first + len(lines)


def _sheet(
    book: xlsxwriter.Workbook, name: str, *, watermark: str, mark: object
) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(name.translate(SHEET_NAME)[:31])
    sheet.write_string(0, 0, _text(watermark), mark)
    # Printed too; & introduces a code in a footer.
    sheet.set_footer("&L" + _text(watermark).replace("&", "&&")[:200])
    return sheet


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    value: object,
    *,
    kind: CellKind,
    form: object,
) -> None:
    if value is None:
        return
    if kind is CellKind.DATE and isinstance(value, date):
        sheet.write_datetime(*place, value, form)
    elif kind in (CellKind.NUMBER, CellKind.EUROS) and isinstance(value, (int, float)):
        # Amounts are added up in no fixed order: what they lose beyond the centime differs from one time to the next.
        sheet.write_number(*place, round(value, 2) if kind is CellKind.EUROS else value, form)
    else:
        sheet.write_string(*place, _text(value), form)


def _text(value: object) -> str:
    return str(value).translate(ILLEGAL)[:CELL_LIMIT]
