"""A list of firms filled from a file: looked at before anything is added, refused in clear words, the same as by hand."""

import io
import zipfile

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.journal import Event
from app.core.web.files.lines import MAX_BYTES, MAX_LINES
from app.watching.lists.models import CompanyListMember
from tests.factories.network import network_id, system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_company_lists import FIRM, QUIET, fill, make

OPEN, KIND = (
    "http://schemas.openxmlformats.org",
    "application/vnd.openxmlformats-officedocument.spreadsheetml",
)
RELATIONS = f"{OPEN}/officeDocument/2006/relationships"
XLSX_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{OPEN}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{OPEN}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{OPEN}/spreadsheetml/2006/main" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OPEN}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(*rows: str, **parts: str) -> bytes:
    """A workbook of these rows, each as XML cells, with other parts if asked."""
    lines = "".join(f'<row r="{place}">{row}</row>' for place, row in enumerate(rows, start=1))
    sheet = f'<worksheet xmlns="{OPEN}/spreadsheetml/2006/main"><sheetData>{lines}</sheetData></worksheet>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in {**XLSX_PARTS, "xl/worksheets/sheet1.xml": sheet, **parts}.items():
            book.writestr(name, part)
    return made.getvalue()


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.fixture
def number(world: World, client: InspectingClient) -> int:
    """A list of alice, who is signed in."""
    sign_in_as(client, world.alice)
    return make(client)


def send(
    client: InspectingClient, number: int, content: bytes, name: str = "f.csv"
) -> TestResponse:
    file = {"file": (io.BytesIO(content), name)}
    return client.submit(f"/listes/{number}/fichier", file, content_type="multipart/form-data")


def on(number: int) -> list[str]:
    with system() as session:
        there = select(CompanyListMember.siren).where(CompanyListMember.list_id == number)
        return list(session.scalars(there.order_by(CompanyListMember.siren)))


def said(answer: TestResponse) -> str:
    return " ".join(parsed(answer.get_data(as_text=True)).get_text(" ").split())


def test_each_line_is_told_before_anything_is_added_then_it_is_added_as_by_hand(
    world: World, client: InspectingClient, number: int
) -> None:
    fill(client, number, world.siren_21_quiet)
    lines = [
        "Nom;N° SIRET du siège", f"Forges;{world.siret_21}", f"Encore;{world.siren_21}",
        f"Tissages;{world.siren_21_quiet}", f"Ateliers;{world.siren_75}", "Fantôme;999999999",
        "Court;12345678", "Formule;=1+1", "Rien;", '"cassée;1',
    ]  # fmt: skip
    answer = send(client, number, "\r\n".join(lines).encode("cp1252"))
    assert answer.status_code == 200
    page = parsed(answer.get_data(as_text=True))
    counts = " ".join(page.select_one("#examen").get_text(" ").split())  # type: ignore[union-attr]
    for count in (
        "À ajouter 1", "Déjà sur la liste 1", "Hors de votre zone 1", "Inconnues de Vigie 1",
        "Lignes mal formées 4", "Lignes en double 1",
    ):  # fmt: skip
        assert count in counts, counts
    assert FIRM in counts
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.select("#ecartees tbody tr")
    ]
    assert [row[0] for row in rows] == ["4", "5", "6", "7", "8", "9", "10"]
    assert rows[0][1:] == [world.siren_21_quiet, "Déjà sur la liste."]
    assert "Hors de votre zone" in rows[1][2]
    assert rows[2][2] == "Inconnue de Vigie."
    assert rows[3][2].startswith("8 chiffres : un siren en a 9")
    assert "Ateliers imaginaires" not in page.get_text(), "a firm out of reach is not named"
    assert on(number) == [world.siren_21_quiet], "nothing is added yet"
    form = page.select_one("#examen form")
    assert form is not None
    sirens = str(form.select_one("[name=sirens]")["value"])  # type: ignore[index]
    sent = client.submit(str(form["action"]), {"sirens": sirens}, page=f"/listes/{number}")
    assert sent.status_code == 303
    assert on(number) == [world.siren_21, world.siren_21_quiet]
    changes = [line.details["change"] for line in journaled(Event.COMPANY_LIST_FILLED)]
    assert changes == ["ajoutées", "fichier examiné", "ajoutées"]


def test_numbers_of_a_workbook_are_read_as_they_are_kept(
    world: World, client: InspectingClient, number: int
) -> None:
    book = workbook(
        text_cell("A1", "Export du 1er juin"),
        text_cell("A2", "Raison sociale") + text_cell("B2", "SIREN"),
        text_cell("A3", "Forges") + f'<c r="B3"><v>{world.siren_21}</v></c>',
        text_cell("A4", "Tissages")
        + f'<c r="B4"><f>200000000+8</f><v>{world.siren_21_quiet}</v></c>',
    )
    answer = send(client, number, book, "firmes.xlsx")
    assert "À ajouter 2" in said(answer)
    assert QUIET in said(answer)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "f.csv", "Ce fichier est vide"),
        (b"siren\n", "f.csv", "ne contient aucune ligne"),
        (b"nom;ville\nForges;Dijon\n", "f.csv", "Aucune colonne « siren » ou « siret »"),
        (b"siren;siren\n1;2\n", "f.csv", "nommée deux fois"),
        (b"siren\n1000\x0000009\n", "f.csv", "contient autre chose"),
        ("siren\n100000009\n".encode("utf-16"), "f.csv", "contient autre chose"),
        (b"siren\n" + b"100000009\n" * (MAX_LINES + 1), "f.csv", "2 000 au plus par fichier"),
        (b"siren\n" + b"1" * MAX_BYTES, "f.csv", "dépasse 2 Mo"),
        (b"siren\n100000009\n", "f.pdf", "un de ces formats"),
        (b"siren\n100000009\n", "f.xlsx", "contient autre chose"),
        (workbook(text_cell("A1", "siren"), **{"xl/vbaProject.bin": "x"}), "f.xlsx", "macros"),
        (workbook(text_cell("A1", "siren"), **{"x.xml": "0" * 130_000_000}), "f.xlsx", "trop volumineux"),
        (workbook(text_cell("A1", "siren"), text_cell("XFD1048576", "1")), "f.xlsx", "trop grand"),
        (workbook(text_cell("A1", "siren"))[:-30], "f.xlsx", "illisible ou abîmé"),
    ],
    ids=[
        "empty", "no line", "no column", "twice", "nul", "utf-16", "too many lines", "too large", "another kind",
        "not a workbook", "macros", "bomb", "sparse", "damaged",
    ],
)  # fmt: skip
def test_a_hostile_or_useless_file_is_refused_in_clear_words(
    client: InspectingClient, number: int, content: bytes, name: str, message: str
) -> None:
    answer = send(client, number, content, name)
    assert answer.status_code == 422
    assert message in said(answer)
    assert on(number) == []
    assert journaled(Event.COMPANY_LIST_FILLED) == []


def test_what_a_cell_holds_is_shown_as_text(client: InspectingClient, number: int) -> None:
    answer = send(client, number, b"siren\n<script>alert(1)</script>\n'=HYPERLINK(1)\n")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "<script>alert(1)</script>" in said(answer)


def test_no_file_says_so(client: InspectingClient, number: int) -> None:
    answer = client.submit(f"/listes/{number}/fichier", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Choisissez un fichier CSV ou XLSX." in said(answer)


def test_a_list_archived_meanwhile_takes_no_file(client: InspectingClient, number: int) -> None:
    page = f"/listes/{number}"
    client.submit(f"{page}/archivage", {}, page=page)
    answer = send(client, number, b"siren\n100000009\n")
    assert answer.status_code == 422
    assert "Cette liste ne se remplit plus" in said(answer)


def test_a_file_is_for_the_author_of_the_list(world: World, client: InspectingClient) -> None:
    sign_in_as(client, world.alice)
    shared = make(client, "Partagée", audience=str(network_id("crp")))
    path = f"/listes/{shared}/fichier"
    for person, status in (
        ("alice", 200), ("carol", 403), ("stranger", 403), ("bob", 404), ("admin", 403),
    ):  # fmt: skip
        sign_in_as(client, getattr(world, person))
        assert client.get(path).status_code == status, person
        if status != 200:
            assert client.submit(path, {}, page="/compte").status_code == status, person
    sign_out(client)
    assert client.get(path).status_code == 401
