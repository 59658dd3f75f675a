"""Every file that can be taken out: what agents and firms are called is never run by a spreadsheet, and is never kept by a browser."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask
from app.imports.intake import pipeline
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.factories.partner_files import CONTRIBUTIONS, write_files
from tests.support.client import QuietClient
from tests.support.readers import sign_in_as
from tests.web.crawling import addresses

FORMULAS = (
    '=HYPERLINK("https://ailleurs.invalid")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
)
STARTS = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"-?[\d\s\u202f\xa0]+([.,]\d+)?")
PEOPLE = ("alice", "manager", "scientist", "admin", "controller")


def test_no_cell_of_any_file_is_run(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, tmp_path: Path
) -> None:
    name_everything()
    lines = "".join(f'"{formula.replace(chr(34), chr(34) * 2)}";21;1;1;1;0;1;1\n' for formula in FORMULAS)  # fmt: skip
    files = write_files(tmp_path / "files", contributions=CONTRIBUTIONS + lines)
    batch = pipeline.load(system_identity("tests"), directory=files, home=app.config["VIGIE"].home)
    told: dict[str, set[str]] = {}
    for person in PEOPLE:
        sign_in_as(browser, getattr(confidences.world, person))
        for address in every_address(app, confidences, batch.batch_id):
            answer = browser.get(address)
            if "attachment" in answer.headers.get("Content-Disposition", ""):
                assert answer.headers["Cache-Control"] == "no-store", address
                assert_inert(answer, address)
                found = {formula for formula in FORMULAS if formula.strip() in contents(answer)}
                told.setdefault(address, set()).update(found)
    assert len(told) >= 3
    nameless = {address for address, found in told.items() if not found}
    # None of these people holds Urssaf in the whole country: the refused lines are shown as shapes.
    masked = {f"/donnees/lots/{batch.batch_id}/rejets.csv"}
    assert sorted(nameless ^ (of_nobody(confidences) | masked)) == [], (
        "a file without a formula proves nothing"
    )
    assert set(FORMULAS) == set().union(*told.values())


def of_nobody(confidences: Confidences) -> set[str]:
    """The files that name no firm and no person: an empty form, what a model is worth, figures of many, a file as
    somebody joined it, or sent it back; and what is given to a person, that no spreadsheet opens.
    """
    joined = f"/fichiers/{confidences.arguments['attachment_id']}"
    model = f"/modele/versions/{confidences.arguments['model_id']}"
    asked = f"/demandes-personnes/{confidences.arguments['person_request_id']}"
    return {
        "/habilitations/agents/modele.csv",
        f"{model}/fiche.md",
        f"{model}/mesures.json",
        joined,
        f"{asked}/dossier/{confidences.arguments['person_file_id']}",
        f"/accompagnements/fichiers/{confidences.arguments['import_id']}/original",
        f"/annuaire/fichiers/{confidences.arguments['directory_file_id']}/original",
        "/annuaire/couverture.csv",
        f"/bilans/{confidences.arguments['convention_report_id']}/fichiers/pdf",
        "/stats/2025/donnees.csv",
    }


def every_address(
    app: TransactionalFlask, confidences: Confidences, batch_id: str
) -> Iterator[str]:
    """Each address once, and for each kind of file when it has several."""
    for kind in ("csv", "xlsx"):
        arguments = {**confidences.arguments, "batch_id": batch_id, "kind": kind}
        for line, address in addresses(app, arguments, "GET"):
            if kind == "csv" or "kind" in line.route:
                yield address


def name_everything() -> None:
    """Firms and people are called by formulas; the batch that only the database knows makes room for a real one."""
    with system() as session:
        session.execute(text("delete from batch"))
        for table, columns in (
            ("company", "name commune"),
            ("agent", "first_name last_name job_title"),
        ):
            key = "siren" if table == "company" else "id"
            for place, row in enumerate(session.scalars(text(f"select {key} from {table} order by {key}")).all()):  # fmt: skip
                given = ", ".join(f"{column} = :name" for column in columns.split())
                values = {"name": FORMULAS[place % len(FORMULAS)], "row": row}
                session.execute(text(f"update {table} set {given} where {key} = :row"), values)


def assert_inert(answer: TestResponse, address: str) -> None:
    """No formula in a workbook, no cell that begins one in a CSV."""
    body = answer.get_data()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            for name in book.namelist():
                part = book.read(name).decode(errors="replace")
                assert "<f>" not in part, address
                assert "<f " not in part, address
                assert 'TargetMode="External"' not in part, address
        return
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";")
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(STARTS) or NUMBER.fullmatch(cell), f"{address}: {cell!r}"


def contents(answer: TestResponse) -> str:
    """The text of the file."""
    body = answer.get_data()
    if not body.startswith(b"PK"):
        return body.decode("utf-8-sig").replace('""', '"')
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        parts = "\n".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return parts.replace("&quot;", '"').replace("_x000D_", "\r")
