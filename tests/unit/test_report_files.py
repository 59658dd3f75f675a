"""The files of a report: what they say is text, whatever it looks like; a masked figure stays one."""

import io
import re
import zlib

import docx
from python_calamine import CalamineWorkbook

from app.evidence.reports.content import (
    MASKED,
    ReportContent,
    ReportSection,
    ReportTable,
    Share,
    written,
)
from app.evidence.reports.documents import pdf_file, text_file, workbook_file

HOSTILE = '#panic("x") $ *a* =1+1 <script>'
TABLE = ReportTable(
    title="=Tableau/1",
    columns=("Secteur", "2025", "2024"),
    rows=((HOSTILE, 1234, MASKED), ("=2+2", Share(0.256), 7.5)),
)
CONTENT = ReportContent(
    title="Bilan d’essai",
    lead=HOSTILE,
    sections=(ReportSection(title="Essai", paragraphs=(HOSTILE,), tables=(TABLE,)),),
)


def test_a_pdf_is_tagged_and_its_text_is_no_markup() -> None:
    made = pdf_file.pdf_of(CONTENT)
    streams = [_inflated(part) for part in re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)]  # fmt: skip
    said = made + b"".join(streams)
    assert b"/Lang (fr-FR)" in said or b"/Lang(fr-FR)" in said
    assert b"/StructTreeRoot" in said
    assert b"pdfuaid" in said


def test_a_workbook_holds_figures_as_numbers_and_nothing_that_is_evaluated() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_file.workbook_of(CONTENT)))
    assert book.sheet_names == ["À lire d’abord", "1 =Tableau-1"]
    rows = book.get_sheet_by_name("1 =Tableau-1").to_python()
    assert rows[3:] == [[HOSTILE, 1234, MASKED], ["=2+2", 0.256, 7.5]]
    assert book.get_sheet_by_name("À lire d’abord").to_python()[1] == [HOSTILE]


def test_a_text_has_the_figures_as_people_read_them_under_heads_that_repeat() -> None:
    document = docx.Document(io.BytesIO(text_file.text_of(CONTENT)))
    (table,) = document.tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells[1] == [HOSTILE, written(1234), "s"]
    assert cells[2] == ["=2+2", "26\u00a0%", "7,5"]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert HOSTILE in [paragraph.text for paragraph in document.paragraphs]


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
