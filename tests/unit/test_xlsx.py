"""Spreadsheets: text stays text, whatever it begins with."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from app.core.text.exports import csv_files
from app.core.text.exports.spreadsheets import (
    CELL_LIMIT,
    CellKind,
    Column,
    Cover,
    Section,
    workbook,
)

EVALUATED = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  @x", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u202e=1", "＝1+1",
    "＋1", "－1", "＠SUM(A1)", " ＝1", "﹦1", "﹣1", "\n\n ＋1", "\tx", "\x0b=1", "\u2007-1",
]  # fmt: skip
HARMLESS = ["1-1", "a=b", " a", "Forges & fils", "", "0012", "é=1", "(1)", "l’@", "'", "'abc"]


@pytest.mark.parametrize("text", EVALUATED)
def test_a_csv_marks_what_a_spreadsheet_could_evaluate_and_reads_it_back(text: str) -> None:
    assert csv_files.harmless(text) == f"'{text}"
    assert csv_files.unmarked(f"'{text}") == text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_csv_leaves_other_texts_as_they_are(text: str) -> None:
    assert csv_files.harmless(text) == text
    assert csv_files.unmarked(text) == text


COLUMNS = [
    Column("Nom"),
    Column("Effectif", CellKind.NUMBER),
    Column("Dette", CellKind.EUROS),
    Column("Jour", CellKind.DATE),
]
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "{=1}",
    "http://x.invalid",
    "mailto:x@y",
    "0012",
    "\t=1",
]


def made(rows: list[list[object]], **changes: str) -> bytes:
    asked = {"title": "Liste", "watermark": "Extrait par Alice & Bob", **changes}
    return workbook(columns=COLUMNS, rows=rows, filters=[("Niveau", "=1+1")], **asked)


def sheets(content: bytes) -> list[list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    content = made([[text, text, text, text]])
    assert sheets(content)[0][2] == [text.strip("\x0b")] * 4
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            inside = archive.read(name)
            assert not re.search(rb"<f>|<hyperlink", inside), name


def test_numbers_and_days_are_typed_and_the_unknown_is_empty() -> None:
    rows = sheets(made([["A", 12, 1234.5, date(2026, 11, 1)], ["B", None, None, None]]))[0]
    assert rows[2] == ["A", 12.0, 1234.5, date(2026, 11, 1)]
    assert rows[3] == ["B", "", "", ""]


def test_an_amount_ends_at_its_centimes_and_other_numbers_where_they_end() -> None:
    rows = sheets(made([["A", 0.125, 39071.37999999999, None]]))[0]
    assert rows[2] == ["A", 0.125, 39071.38, ""]


def test_every_sheet_says_who_extracted_it_and_the_last_one_what_was_asked() -> None:
    listed, asked = sheets(made([["A", 1, 1, None]]))
    assert listed[0][0] == asked[0][0] == "Extrait par Alice & Bob"
    assert asked[1] == ["Niveau", "=1+1"]


def test_control_characters_long_texts_and_odd_titles_do_not_break_the_file() -> None:
    content = made(
        [["a\x00b\x0bc" + "é" * CELL_LIMIT, 1, 1, None]], title="a/b [c]: d?*\\" + "x" * 40
    )
    cell = str(sheets(content)[0][2][0])
    assert cell.startswith("abc")
    assert len(cell) <= CELL_LIMIT


def test_what_must_be_known_first_comes_first_and_no_part_of_it_is_run() -> None:
    cover = Cover(
        [
            Section("Filtres", [("Niveau", "=1+1")]),
            Section("Rien", []),
            Section("Colonnes", [("a", "b", "c")]),
        ]
    )
    content = workbook(
        title="Liste", columns=COLUMNS, rows=[["A", 1, 1, None]], filters=cover, watermark="x"
    )
    first, listed = sheets(content)
    texts = [[cell for cell in line if cell] for line in first]
    assert [line for line in texts if line] == [["x"], ["Filtres"], ["Niveau", "=1+1"], ["Colonnes"], ["a", "b", "c"]]  # fmt: skip
    assert listed[1][0] == "Nom"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
