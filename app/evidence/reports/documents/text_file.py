"""A report as a DOCX, to be taken up in another text."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from app.evidence.reports.content import ReportContent, ReportTable, written

#: narrow enough for the heads of eleven columns
MARGIN = Cm(1.2)


def text_of(content: ReportContent) -> bytes:
    """The bytes of the document: landscape, its tables with their heads repeated on each page."""
    document = Document()
    document.core_properties.title = content.title
    document.core_properties.author = "Vigie"
    document.core_properties.language = "fr-FR"
    _turn(document.sections[0])
    document.add_heading(content.title, level=0)
    document.add_paragraph(content.lead)
    for section in content.sections:
        document.add_heading(section.title, level=1)
        for paragraph in section.paragraphs:
            document.add_paragraph(paragraph)
        for table in section.tables:
            if table.title != section.title:
                document.add_heading(table.title, level=2)
            _add(document, table)
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def _turn(section: Any) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = MARGIN


def _add(document: Any, table: ReportTable) -> None:
    lines = document.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")
    _fill(lines.rows[0], table.columns)
    _repeat(lines.rows[0])
    for row in table.rows:
        _fill(lines.add_row(), [written(cell) for cell in row])
    _widen_first(lines, document.sections[0])


def _widen_first(lines: Any, section: Any) -> None:
    """Give names of lines twice the room of a figure: words are not cut."""
    room = section.page_width - section.left_margin - section.right_margin
    share = room // (len(lines.columns) + 1)
    lines.autofit = False
    # Word reads the width of cells, LibreOffice that of the column.
    for rank, column in enumerate(lines.columns):
        column.width = 2 * share if rank == 0 else share
        for cell in column.cells:
            cell.width = column.width


def _fill(line: Any, texts: Any) -> None:
    for cell, text in zip(line.cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.font.size = Pt(8)


def _repeat(line: Any) -> None:
    """Repeat a head at the top of each page, which also tells screen readers that it is one."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    line._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx offers no other way
