"""A report as a PDF that a screen reader follows: tagged, PDF/UA-1, its fonts inside."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from app.evidence.reports.content import ReportContent, written

LAYOUT = Path(__file__).with_name("report.typ")


def pdf_of(content: ReportContent) -> bytes:
    """The bytes of the document. Its layout reads the report as data: nothing of it is markup."""
    found = asdict(content)
    for section in found["sections"]:
        for table in section["tables"]:
            table["rows"] = [[written(cell) for cell in row] for row in table["rows"]]
    made: bytes = typst.compile(
        LAYOUT.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(found)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
