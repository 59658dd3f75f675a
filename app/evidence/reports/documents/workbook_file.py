"""A report as a workbook: what it says, then a sheet for each table, its figures as numbers."""

from io import BytesIO

import xlsxwriter

from app.core.text.exports.spreadsheets import SHEET_NAME
from app.evidence.reports.content import Cell, ReportContent, ReportTable, Share

WIDE, NARROW = 44, 16
#: the code of the paper
A4 = 9
#: characters in the name of a sheet
LONGEST = 31
#: text is text, whatever it begins with
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False
}  # fmt: skip


def workbook_of(content: ReportContent) -> bytes:
    """The bytes of the workbook."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, OPTIONS)
    book.set_properties({"title": content.title, "author": "Vigie"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    percent = book.add_format({"num_format": "0 %"})
    _cover(book, content, bold)
    tables = [table for section in content.sections for table in section.tables]
    for number, table in enumerate(tables, 1):
        name = f"{number} {table.title}".translate(SHEET_NAME)[:LONGEST]
        _write(book.add_worksheet(name), table, bold, percent)
    book.close()
    return output.getvalue()


def _cover(book: xlsxwriter.Workbook, content: ReportContent, bold: object) -> None:
    sheet = book.add_worksheet("À lire d’abord")
    sheet.set_column(0, 0, 120, book.add_format({"text_wrap": True}))
    sheet.write_string(0, 0, content.title, bold)
    sheet.write_string(1, 0, content.lead)
    lines = [line for section in content.sections for line in section.paragraphs]
    for row, line in enumerate(lines, 3):
        sheet.write_string(row, 0, line)


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, table: ReportTable, bold: object, percent: object
) -> None:
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, len(table.columns) - 1, NARROW)
    sheet.write_string(0, 0, table.title, bold)
    for column, label in enumerate(table.columns):
        sheet.write_string(2, column, label, bold)
    for line, row in enumerate(table.rows, 3):
        for column, cell in enumerate(row):
            _put(sheet, line, column, cell, percent)
    sheet.freeze_panes(3, 1)
    _print_on_one_width(sheet)


def _print_on_one_width(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    """On A4 in landscape, all columns on a page, the heads of columns on each."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)


def _put(
    sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, cell: Cell, percent: object
) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, column, cell)
    else:
        sheet.write_number(line, column, cell, percent if isinstance(cell, Share) else None)
