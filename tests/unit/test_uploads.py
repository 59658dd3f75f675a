"""What people send: a file that lies, runs, calls elsewhere, swells or escapes is refused with a sentence."""

import io
import zipfile

import pytest
import xlsxwriter

from app.core.errors import DomainError
from app.core.web.files import office_documents, uploads
from app.core.web.files.uploads import check, shown_name

LIMIT = 10 * uploads.MEGABYTE
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
CSV = "Nom;Prénom\nÉtranger;Alice\n".encode()
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(*, link: str = "") -> bytes:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "Nom")
    if link:
        sheet.write_url(1, 0, link)
    book.close()
    return output.getvalue()


def changed(added: dict[str, bytes], *, without: str = "") -> bytes:
    """A workbook with other parts, or parts that say something else."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:  # fmt: skip
        for name in source.namelist():
            if name not in added and name != without:
                made.writestr(name, source.read(name))
        for name, content in added.items():
            made.writestr(name, content)
    return output.getvalue()


def related(kind: str, target: str) -> bytes:
    """A workbook that points outside."""
    line = f'<Relationship Id="r9" Type="{RELATIONSHIPS}/{kind}" Target="{target}" TargetMode="External"/>'
    root = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{line}</Relationships>'
    return changed({"xl/worksheets/_rels/sheet1.xml.rels": root.encode()})


def refusal(content: bytes, name: str = "agents.xlsx", *, limit: int = LIMIT) -> str:
    with pytest.raises(DomainError) as refused:
        check(content, name=name, limit=limit)
    return refused.value.message


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", CSV), ("A.XLSX", workbook()), ("a.csv", "é\tè\r\n".encode("cp1252"))],
)  # fmt: skip
def test_a_sound_file_is_what_its_name_says(name: str, content: bytes) -> None:
    assert check(content, name=name, limit=len(content)) == name.rsplit(".", 1)[1].lower()


@pytest.mark.parametrize(
    "name", ["a.exe", "a.xlsm", "a.xls", "a.svg", "a.html", "a", "", ".csv.exe", "a.csv ", "a.zip", "a.docm", "a.docx", "a.pdf", "a.png"]
)  # fmt: skip
def test_a_kind_that_is_not_on_the_list_is_refused(name: str) -> None:
    assert "un de ces formats" in refusal(CSV, name)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", PNG), ("a.xlsx", b"<html><script>"), ("a.csv", PNG), ("a.csv", b"MZ\x90\x00\x03"),
     ("a.csv", b"a;b\x00c"), ("a.xlsx", b"#!/bin/sh"), ("a.xlsx", b"PK\x03\x04"), ("a.xlsx", PDF)],
)  # fmt: skip
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    message = refusal(content, name)
    assert "contient autre chose" in message or message == office_documents.CORRUPT


def test_a_file_too_heavy_or_empty_is_refused() -> None:
    assert "dépasse 1 Mo" in refusal(b"a" * (uploads.MEGABYTE + 1), "a.csv", limit=uploads.MEGABYTE)
    assert refusal(b"", "a.csv") == "Ce fichier est vide."


@pytest.mark.parametrize(
    "part",
    ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml", "xl/activeX/activeX1.bin",
     "xl/embeddings/oleObject1.bin", "customUI/customUI.xml"],
)  # fmt: skip
def test_a_document_that_runs_something_is_refused(part: str) -> None:
    assert refusal(changed({part: b"x"})) == office_documents.RUNS


def test_a_macro_under_another_name_is_known_by_its_type() -> None:
    types = b'<Types><Override PartName="/xl/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    assert (
        refusal(changed({"[Content_Types].xml": types, "xl/x.bin": b"x"})) == office_documents.RUNS
    )


@pytest.mark.parametrize(
    ("kind", "target"),
    [("externalLinkPath", "file:///etc/passwd"), ("attachedTemplate", "https://ailleurs.invalid/t.dotm"),
     ("image", "https://ailleurs.invalid/x.png"), ("oleObject", "http://ailleurs.invalid"), ("frame", "//ailleurs.invalid/a"),
     ("hyperlink", "file:///etc/passwd"), ("hyperlink", "javascript:alert(1)"), ("hyperlink", "\\\\ailleurs\\partage")],
)  # fmt: skip
def test_a_document_that_calls_elsewhere_is_refused(kind: str, target: str) -> None:
    assert refusal(related(kind, target)) == office_documents.CALLS


@pytest.mark.parametrize("link", ["mailto:alice@exemple.invalid", "https://exemple.invalid/"])
def test_an_address_that_one_clicks_is_not_a_call(link: str) -> None:
    """Spreadsheets turn every address typed into a link."""
    assert check(workbook(link=link), name="a.xlsx", limit=LIMIT) == "xlsx"


def test_entities_are_refused_unread() -> None:
    bomb = (
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Relationships>&b;</Relationships>'
    )
    assert refusal(changed({"xl/worksheets/_rels/sheet1.xml.rels": bomb})) == office_documents.RUNS


def test_a_bomb_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    swollen = changed({"xl/media/x.xml": b"0" * (office_documents.RATIO_FROM * 2)})
    assert len(swollen) < 50_000
    assert refusal(swollen) == office_documents.SWELLS
    monkeypatch.setattr(office_documents, "MAX_UNFOLDED", 10_000)
    assert refusal(changed({"xl/media/y.bin": b"0123456789" * 2000})) == office_documents.SWELLS


def test_a_crowd_of_parts_is_refused() -> None:
    crowd = {f"xl/media/{number}.bin": b"" for number in range(office_documents.MAX_ENTRIES)}
    assert refusal(changed(crowd)) == office_documents.SWELLS


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "xl\\..\\x", "C:/x", "xl/../../x", "a\x07b"]
)
def test_a_part_that_would_be_written_elsewhere_is_refused(name: str) -> None:
    assert refusal(changed({name: b"x"})) == office_documents.CORRUPT


def test_two_parts_of_one_name_are_refused() -> None:
    """What one reader checks is not what another reads."""
    twice = {"XL/workbook.xml": b"<x/>", "xl/Workbook.XML": b"<y/>"}
    assert refusal(changed(twice, without="xl/workbook.xml")) == office_documents.CORRUPT


def test_a_locked_or_damaged_document_is_refused_with_what_to_do() -> None:
    assert "mot de passe" in refusal(uploads.COMPOUND + bytes(600))
    whole = bytearray(workbook())
    assert refusal(bytes(whole[: len(whole) // 2])) == office_documents.CORRUPT
    start = whole.index(b"xl/worksheets/sheet1.xml") + 40
    whole[start : start + 20] = bytes(20)
    assert refusal(bytes(whole)) == office_documents.CORRUPT
    locked = bytearray(workbook())
    central = locked.index(b"PK\x01\x02")
    locked[central + 8] |= 1
    assert refusal(bytes(locked)) == office_documents.LOCKED


@pytest.mark.parametrize(
    ("given", "shown"),
    [("../../a.csv", "a.csv"), ("C:\\x\\a.csv", "a.csv"), ("a\r\nSet-Cookie: x.csv", "aSet-Cookie x.csv"),
     ("é" * 300 + ".csv", "é" * 116 + ".csv"), ("", "fichier"),
     ("a." + "x" * 300, "a.xxxxxxxxx"), ('"><x>.csv', "x.csv"), ("\u202egnp.csv", "gnp.csv")],
)  # fmt: skip
def test_a_name_is_a_name_and_not_a_place(given: str, shown: str) -> None:
    assert shown_name(given) == shown
