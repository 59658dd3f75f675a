"""The page of the data: who sees it, what it says of a batch, what can be downloaded."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from flask import g
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.access.identity import Nature, Role, system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event, JournalEntry
from app.imports.intake import pipeline
from app.imports.intake.pipeline import LoadOutcome
from app.imports.models import Batch, BatchState
from app.imports.rows import masking
from tests.factories.batches import FORMULA, Imported
from tests.factories.partner_files import CONTRIBUTIONS, write_files
from tests.factories.people import World, newcomer
from tests.factories.stock import write_stock
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")
#: the refused line, as whoever may not read it sees it
SHAPE = masking.shape(FORMULA.strip())


@pytest.fixture(autouse=True)
def home(app: TransactionalFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance of its own: what other tests left there is not seen."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(home=home))
    return home


@pytest.fixture
def published(import_with_rejects: Imported, home: Path) -> LoadOutcome:
    """A batch with one refused line, which a spreadsheet would take for a formula."""
    import_with_rejects.copied(home)
    return import_with_rejects.outcome


@pytest.fixture
def refused(import_refused: Imported, home: Path) -> LoadOutcome:
    """A batch that lacks a column."""
    import_refused.copied(home)
    return import_refused.outcome


def test_an_instance_without_data_says_so(client: InspectingClient, world: World) -> None:
    text = client.sign_in(world.admin).page("/donnees").get_text(" ", strip=True)
    assert "Aucune donnée publiée" in text
    assert "Aucun lot reçu" in text


def test_the_page_shows_freshness_counts_and_refusals(
    client: InspectingClient, world: World, refused: LoadOutcome
) -> None:
    text = client.sign_in(world.alice).page("/donnees").get_text(" ", strip=True)
    assert "Débits Urssaf avr. 2026" in text
    assert "Publié" in text
    assert "Refusé" in text
    assert "« cotis_due »" in text
    assert "Hors périmètre" in text


def test_the_page_says_the_one_thing_to_do(
    client: InspectingClient, world: World, published: LoadOutcome, home: Path
) -> None:
    assert "Rien à faire" in client.sign_in(world.admin).page("/donnees").get_text()
    (home / "depot").mkdir(exist_ok=True)
    (home / "depot" / "reste.txt").write_text("x")
    page = client.page("/donnees")
    assert "Rien à faire" in page.get_text()
    assert "Laissé sur place : son nom n’est celui d’aucun fichier partenaire" in page.get_text()
    (home / "depot" / "sigfaible_pcoll.csv").write_text("x")
    page = client.page("/donnees")
    assert "Un fichier attend dans le dossier de dépôt" in page.get_text()
    for path in (home / "depot").iterdir():
        path.unlink()
    # Who does not handle the data reads where they come from, not what is to be done.
    agent = client.sign_in(world.alice).page("/donnees").get_text()
    assert "Rien à faire" not in agent
    assert "Dossier de dépôt" not in agent


def test_a_refused_batch_comes_first(
    client: InspectingClient, world: World, refused: LoadOutcome
) -> None:
    page = client.sign_in(world.scientist).page("/donnees")
    assert "Le dernier lot est refusé" in page.get_text()
    assert page.find("a", {"href": f"/donnees/lots/{refused.batch_id}"}) is not None


def test_coverage_counts_the_lines_of_each_month_and_nothing_after_the_freshness(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    page = client.sign_in(world.alice).page("/donnees")
    rows = page.select("#couverture-effectif tbody tr")
    assert len(rows) == 36
    said = [row.get_text(" ", strip=True) for row in rows[-4:]]
    # Two establishments declared in January and March, one in February, nobody knows for April.
    assert [line.split()[-1] for line in said[:3]] == ["2", "1", "2"]
    assert "non disponible" in said[3]


def test_an_import_that_goes_on_says_how_far_it_is(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    with unit_of_work(SYSTEM) as session:
        progress = {"step": "read", "done": 2, "total": 9, "file": "sigfaible_debits.csv"}
        session.add(Batch(id="en-cours", state=BatchState.LOADING, origin="x", progress=progress))
    page = client.sign_in(world.admin).page("/donnees")
    bar = page.select_one("#suite[data-poll] progress")
    assert bar is not None
    assert (bar["value"], bar["max"]) == ("2", "9")
    assert "Lecture de sigfaible_debits.csv" in page.get_text()
    part = client.get("/donnees", headers={"HX-Request": "true", "HX-Target": "suite"}).text
    assert "2 fichiers sur 9" in part
    assert 'id="lots"' not in part


def test_checks_that_differ_are_shown_with_their_bounds(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    page = client.sign_in(world.bob).page(f"/donnees/lots/{published.batch_id}")
    said = page.select_one("#controles")
    assert said is not None
    text = said.get_text(" ", strip=True).replace("\xa0", " ")
    # Half of the lines are refused, but there are two: a look is worth it, no more.
    assert "Lignes rejetées 50 % 2 %, puis 20 % À regarder" in text
    assert "9 contrôles conformes sur 10" in text


def test_a_batch_shows_each_file_and_the_reasons(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    page = client.sign_in(world.bob).page(f"/donnees/lots/{published.batch_id}")
    said = page.get_text(" ", strip=True)
    assert "sigfaible_cotisdues.csv" in said
    assert "siret : 14 chiffres attendus" in said
    assert page.select_one("a[download]") is None


def test_a_batch_says_which_lines_are_shown_nowhere_and_why(
    client: InspectingClient, world: World, home: Path, tmp_path: Path
) -> None:
    outcome = pipeline.load(SYSTEM, directory=write_stock(tmp_path / "stock"), home=home)
    page = client.sign_in(world.admin).page(f"/donnees/lots/{outcome.batch_id}")
    said = page.get_text(" ", strip=True)
    assert "Pourquoi des lignes sont hors périmètre" in said
    assert "entreprise fermée à laquelle rien ne se réfère sireneUL.csv 1" in said


def test_a_refused_batch_says_why(
    client: InspectingClient, world: World, refused: LoadOutcome
) -> None:
    said = client.sign_in(world.alice).page(f"/donnees/lots/{refused.batch_id}").get_text(" ")
    assert "les données précédentes restent en place" in said
    assert "« cotis_due »" in said


@pytest.mark.parametrize(
    ("path", "readers"),
    [
        ("/donnees", {"alice", "bob", "stranger", "manager", "admin", "scientist"}),
        ("/donnees/lots/{batch}", {"alice", "bob", "stranger", "manager", "admin", "scientist"}),
        ("/donnees/lots/{batch}/rejets.csv", {"admin", "scientist"}),
        ("/donnees/lots/{batch}/rejets.xlsx", {"admin", "scientist"}),
    ],
)
def test_who_sees_what(
    client: InspectingClient, world: World, published: LoadOutcome, path: str, readers: set[str]
) -> None:
    address = path.format(batch=published.batch_id)
    assert client.get(address).status_code == 401
    for name in ("alice", "bob", "stranger", "manager", "admin", "scientist", "controller"):
        g.pop("_login_user", None)  # the requests of a test share one application context
        answer = client.sign_in(getattr(world, name)).get(address, buffered=True)
        assert answer.status_code == (200 if name in readers else 403), name


def test_an_unknown_batch_is_not_found(client: InspectingClient, world: World) -> None:
    client.sign_in(world.admin)
    for path in ("/donnees/lots/inconnu", "/donnees/lots/inconnu/rejets.csv"):
        assert client.get(path).status_code == 404


def test_refused_lines_are_downloaded_as_csv_without_formula(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    address = f"/donnees/lots/{published.batch_id}/rejets.csv"
    response = client.sign_in(world.admin).get(address, buffered=True)
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    head, line = csv.reader(io.StringIO(response.get_data().decode("utf-8-sig")), delimiter=";")
    assert head == ["Source", "Fichier", "Ligne", "Colonne", "Motif", "Texte de la ligne"]
    assert line[:4] == ["cotisation", "sigfaible_cotisdues.csv", "3", "Siret"]
    assert line[4] == "siret : 14 chiffres attendus"
    assert line[5] == f"'{SHAPE}"


@pytest.mark.parametrize(
    ("zone", "natures", "is_raw"),
    [
        ("FR", [Nature.URSSAF], True),
        ("FR", [Nature.SCORE, Nature.ACTIVITE_PARTIELLE], False),
        ("R27", [Nature.URSSAF], False),
    ],
)
def test_a_refused_line_is_read_by_whoever_holds_its_nature_in_the_whole_country(
    client: InspectingClient,
    world: World,
    published: LoadOutcome,
    zone: str,
    natures: list[Nature],
    is_raw: bool,
) -> None:
    with unit_of_work(SYSTEM) as session:
        roles = [Role.DATA_SCIENTIST]
        someone = newcomer(session, "dora", natures={zone: natures}, roles=roles)
    sign_in_as(client, someone)
    answer = client.get(f"/donnees/lots/{published.batch_id}/rejets.csv", buffered=True)
    assert (FORMULA.strip() in answer.text) is is_raw
    assert (SHAPE in answer.text) is not is_raw
    with unit_of_work(SYSTEM) as session:
        lines = select(JournalEntry.details["natures"]).where(
            JournalEntry.event == Event.IMPORT_REJECTS_DOWNLOADED.value
        )
        assert session.scalars(lines).all() == [["urssaf"] if is_raw else []]


def test_the_refused_lines_of_a_file_are_given_back_to_be_corrected(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    path = f"/donnees/lots/{published.batch_id}"
    assert client.sign_in(world.scientist).page(path).select('a[href*="fichier="]') == []
    with unit_of_work(SYSTEM) as session:
        roles = [Role.DATA_SCIENTIST]
        reader = newcomer(session, "dora", natures={"FR": [Nature.URSSAF]}, roles=roles)
    (link,) = client.sign_in(reader).page(path).select('a[href*="fichier="]')
    assert client.sign_in(world.scientist).get(str(link["href"])).status_code == 404
    client.sign_in(reader)
    response = client.get(str(link["href"]), buffered=True)
    assert "sigfaible_cotisdues_rejets.csv" in response.headers["Content-Disposition"]
    assert response.get_data().startswith(b"\xef\xbb\xbf")
    head, line = csv.reader(io.StringIO(response.get_data().decode("utf-8-sig")), delimiter=";")
    assert head == ["vigie_ligne", "vigie_motif", *CONTRIBUTIONS.splitlines()[0].split(";")]
    assert line[:2] == ["3", "Siret : siret : 14 chiffres attendus"]
    assert line[2:] == [f"'{FORMULA.split(';', 1)[0]}", *FORMULA.strip().split(";")[1:]]
    address = f"/donnees/lots/{published.batch_id}/rejets"
    assert client.get(f"{address}.csv?fichier=0").status_code == 404
    assert client.get(str(link["href"]).replace(".csv", ".xlsx")).status_code == 404


def test_refused_lines_are_downloaded_as_a_workbook_of_texts(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    address = f"/donnees/lots/{published.batch_id}/rejets.xlsx"
    response = client.sign_in(world.scientist).get(address, buffered=True)
    content = io.BytesIO(response.get_data())
    mark, head, line = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert str(mark[0]).startswith("Extrait de Vigie par Science Fictif")
    assert (head[0], line[2]) == ("Source", 3.0)
    assert line[5] == SHAPE
    with zipfile.ZipFile(content) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_the_drop_folder_is_imported_on_demand(
    client: InspectingClient, world: World, home: Path, session: Session
) -> None:
    write_files(home / "depot")
    page = client.sign_in(world.admin).page("/donnees")
    assert "sigfaible_debits.csv" in page.get_text()

    response = client.submit("/donnees/lots", {}, page="/donnees")

    assert response.status_code == 303
    with acting_as(SYSTEM):
        jobs = session.execute(text("select task_name, args from procrastinate_jobs")).all()
    assert [(name, args) for name, args in jobs] == [("imports:load", {"agent_id": world.admin})]


def test_an_agent_cannot_ask_for_an_import(client: InspectingClient, world: World) -> None:
    page = client.sign_in(world.alice).page("/donnees")
    assert page.find("form", {"action": "/donnees/lots"}) is None
    token = page.find("input", {"name": "csrf_token"})
    response = client.post("/donnees/lots", data={"csrf_token": token["value"]})  # type: ignore[index]
    assert response.status_code == 403


def test_the_fragment_is_the_list_of_the_page(
    client: InspectingClient, world: World, published: LoadOutcome
) -> None:
    fragment = client.sign_in(world.alice).get("/donnees", headers={"HX-Request": "true"}).text
    assert 'id="lots"' in fragment
    assert "<h1" not in fragment


def test_the_menu_leads_to_the_data(client: InspectingClient, world: World) -> None:
    page = client.sign_in(world.scientist).page("/donnees")
    entry = page.select_one("#navigation a[aria-current=page]")
    assert entry is not None
    assert entry.get_text(strip=True) == "Données"
