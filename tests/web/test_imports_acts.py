"""What an administrator does with files and batches: send, look, publish, abandon, replay, go back."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import g
from sqlalchemy import func, select, text, update

from app.companies.models import Company
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event, JournalEntry
from app.imports import jobs
from app.imports.models import Batch, BatchDecision, BatchFile, BatchState
from tests.factories.batches import NEW, OLD, Imported
from tests.factories.partner_files import CONTRIBUTIONS, FILES, SIREN
from tests.factories.people import World
from tests.support.client import InspectingClient

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")


@pytest.fixture
def home(app: TransactionalFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance of its own: what other tests left in the lake is not there."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(home=home))
    return home


@pytest.fixture
def published(import_published: Imported, home: Path) -> str:
    """A first batch, published."""
    import_published.copied(home)
    return import_published.batch_id


@pytest.fixture
def waiting(import_waiting: Imported, home: Path) -> str:
    """A second one that somebody sent: it waits."""
    import_waiting.copied(home)
    return import_waiting.batch_id


def test_files_are_sent_read_and_published_by_a_person(
    client: InspectingClient, world: World, home: Path
) -> None:
    client.sign_in(world.admin)
    form = {"files": [sent("sigfaible_cotisdues.csv"), sent("sireneUL.csv")]}
    answer = client.submit("/donnees/envoi", form, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert lines_of(Event.IMPORT_SENT) == 1
    (asked,) = asked_of("imports:read")
    assert set(asked) == {"number", "agent_id"}

    jobs.read(**asked)

    batch = only_batch()
    assert (batch.state, batch.started_by) == (BatchState.WAITING, world.admin)
    assert list((home / "envois").iterdir()) == []
    page = client.page("/donnees")
    assert "Un lot attend votre décision" in page.get_text()
    rows = client.page(f"/donnees/lots/{batch.id}/lignes").get_text(" ", strip=True)
    assert OLD in rows
    # The Sirene is everybody's; of whom the Urssaf speaks is not the administrateur's to know.
    assert "99999999999999" in rows
    assert "10000000900008" not in rows
    assert lines_of(Event.IMPORT_PREVIEWED) == 1

    decide(client, batch.id, "publier")

    assert only_batch().state is BatchState.PUBLISHED
    assert firm_name() == OLD


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "Choisissez au moins un fichier"),
        (
            ["inconnu.csv"],
            "« inconnu.csv » n’est pas reçu : son nom n’est celui d’aucun fichier partenaire",
        ),
        (
            ["neuf_cotisdues.csv", "neuf_cotisdues.csv"],
            "Deux fichiers s’appellent « neuf_cotisdues.csv »",
        ),
        (["sigfaible_debits.csv"], "est déjà importé"),
        (["vide_cotisdues.csv"], "est vide"),
    ],
)
def test_what_is_refused_at_once_is_named(
    client: InspectingClient, published: str, world: World, home: Path, files: list[str], said: str
) -> None:
    client.sign_in(world.admin)
    form = {"files": [sent(name) for name in files]}
    answer = client.submit("/donnees/envoi", form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert said in answer.text
    assert list((home / "envois").glob("*")) == []


def test_an_original_already_imported_comes_again_with_its_corrected_lines(
    client: InspectingClient, published: str, world: World, home: Path
) -> None:
    client.sign_in(world.admin)
    form = {"files": [sent("sigfaible_cotisdues.csv"), sent("sigfaible_cotisdues_rejets.csv")]}
    answer = client.submit("/donnees/envoi", form, content_type="multipart/form-data")
    assert answer.status_code == 303
    (asked,) = asked_of("imports:read")
    jobs.read(**asked)
    with unit_of_work(SYSTEM) as session:
        files = session.scalars(
            select(BatchFile).join(Batch).where(Batch.state == BatchState.WAITING)
        )
        counts = {file.name: (file.valid, file.rejected) for file in files}
    assert counts == {"sigfaible_cotisdues.csv": (1, 0), "sigfaible_cotisdues_rejets.csv": (1, 0)}


def test_an_administrator_may_send_more_than_others_and_no_more_than_the_limit(
    client: InspectingClient, world: World, app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 4096)
    big = (io.BytesIO(b"x" * 20_000), "sigfaible_debits.csv")
    client.sign_in(world.admin)
    assert client.submit("/donnees/envoi", {"files": [big]}).status_code == 303
    huge = (io.BytesIO(b"x" * 3_000_000), "sigfaible_debits.csv")
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(upload_megabytes=1))
    assert client.post("/donnees/envoi", data={"files": [huge]}).status_code == 413
    g.pop("_login_user", None)
    big = (io.BytesIO(b"x" * 20_000), "sigfaible_debits.csv")
    client.sign_in(world.alice)
    assert client.post("/donnees/envoi", data={"files": [big]}).status_code == 413


def test_a_batch_is_abandoned_and_the_former_data_stay(
    client: InspectingClient, world: World, waiting: str
) -> None:
    client.sign_in(world.admin)
    decide(client, waiting, "abandonner")
    assert batch_of(waiting).state is BatchState.ABANDONED
    assert firm_name() == OLD
    assert lines_of(Event.IMPORT_ABANDONED) == 1


def test_a_publication_tells_who_why_and_can_be_taken_back(
    client: InspectingClient, world: World, waiting: str
) -> None:
    client.sign_in(world.admin)
    decide(client, waiting, "publier", reason="Le partenaire confirme")
    assert firm_name() == NEW
    said = client.page(f"/donnees/lots/{waiting}").get_text(" ", strip=True)
    assert "Le partenaire confirme" in said
    assert "Appliquée" in said

    decide(client, waiting, "retirer")

    assert firm_name() == OLD
    assert batch_of(waiting).state is BatchState.WITHDRAWN
    assert lines_of(Event.IMPORT_WITHDRAWN) == 1


def test_the_first_batch_cannot_be_taken_back_and_the_page_says_so(
    client: InspectingClient, world: World, published: str
) -> None:
    client.sign_in(world.admin)
    decide(client, published, "retirer", fails=True)
    assert firm_name() == OLD
    said = client.page(f"/donnees/lots/{published}").get_text(" ", strip=True)
    assert "Rien n’a été publié avant ce lot" in said


def test_a_batch_is_replayed_from_the_archive(
    client: InspectingClient, world: World, published: str
) -> None:
    client.sign_in(world.admin)
    decide(client, published, "rejouer")
    with unit_of_work(SYSTEM) as session:
        replayed = session.scalars(select(Batch).where(Batch.replays == published)).one()
        assert replayed.state is BatchState.PUBLISHED
        assert replayed.started_by == world.admin
    assert firm_name() == OLD


def test_a_decision_needs_a_reason(client: InspectingClient, world: World, waiting: str) -> None:
    client.sign_in(world.admin)
    answer = client.submit(f"/donnees/lots/{waiting}/publier", {"reason": "  "})
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.text
    assert asked_of("imports:decide") == []


def test_one_decision_at_a_time(client: InspectingClient, world: World, waiting: str) -> None:
    client.sign_in(world.admin)
    first = client.submit(f"/donnees/lots/{waiting}/publier", {"reason": "Vu"})
    second = client.submit(f"/donnees/lots/{waiting}/abandonner", {"reason": "Vu"})
    assert (first.status_code, second.status_code) == (303, 422)
    assert "déjà en cours" in second.text
    progress = client.get(f"/donnees/lots/{waiting}", headers={"HX-Request": "true"})
    assert "Publier : en cours" in progress.text


def test_what_a_state_does_not_allow_is_refused(
    client: InspectingClient, world: World, published: str
) -> None:
    client.sign_in(world.admin)
    answer = client.submit(f"/donnees/lots/{published}/publier", {"reason": "Vu"})
    assert answer.status_code == 422
    assert "n’est pas possible" in answer.text


@pytest.mark.parametrize("end", ["publier", "abandonner", "rejouer", "retirer", "lignes"])
def test_only_administrators_decide(
    client: InspectingClient, world: World, waiting: str, end: str
) -> None:
    address = f"/donnees/lots/{waiting}/{end}"
    assert client.get(address).status_code == 401
    for name in ("alice", "bob", "stranger", "manager", "scientist", "controller", "admin"):
        g.pop("_login_user", None)
        answer = client.sign_in(getattr(world, name)).get(address)
        assert answer.status_code == (200 if name == "admin" else 403), name


def test_a_part_that_follows_an_import_asks_for_the_page_when_it_is_over(
    client: InspectingClient, world: World, published: str
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "suite"}
    client.sign_in(world.admin)
    assert client.get("/donnees", headers=headers).headers["HX-Refresh"] == "true"
    client.submit("/donnees/lots", {}, page="/donnees/envoi")
    moving = client.get("/donnees", headers=headers)
    assert "data-poll" in moving.text
    assert "HX-Refresh" not in moving.headers


def test_a_decision_that_nobody_will_carry_out_is_taken_again(
    client: InspectingClient, world: World, waiting: str
) -> None:
    client.sign_in(world.admin)
    address, reason = f"/donnees/lots/{waiting}/publier", {"reason": "Vu"}
    client.submit(address, reason)
    two_hours_pass()
    jobs.watch()
    assert client.submit(address, reason).status_code == 422, "a worker has it still"

    asked_of("imports:decide")  # as when its worker was killed once too often
    jobs.watch()

    page = client.get(f"/donnees/lots/{waiting}")
    assert "La décision n’a pas pu être appliquée" in page.text
    decide(client, waiting, "publier")
    assert firm_name() == NEW


def two_hours_pass() -> None:
    """Every decision was asked two hours ago."""
    with unit_of_work(SYSTEM) as session:
        then = BatchDecision.asked_at - timedelta(hours=2)
        session.execute(update(BatchDecision).values(asked_at=then))


def sent(name: str) -> tuple[io.BytesIO, str]:
    """A file of a form: that of the directory written by hand, or one that is new, or empty."""
    head, line = CONTRIBUTIONS.splitlines()
    corrected = line.replace("202610", "202540")
    others = {
        "neuf_cotisdues.csv": CONTRIBUTIONS.replace("3000", "9000"),
        "vide_cotisdues.csv": "",
        "sigfaible_cotisdues_rejets.csv": f"vigie_ligne;vigie_motif;{head}\n3;période illisible;{corrected}\n",
    }
    content = (FILES | others).get(name, CONTRIBUTIONS)
    return io.BytesIO(content.encode()), name


def decide(
    client: InspectingClient, batch_id: str, word: str, *, reason: str = "Vu", fails: bool = False
) -> None:
    """Decide on the page, then carry it out as the worker would."""
    answer = client.submit(f"/donnees/lots/{batch_id}/{word}", {"reason": reason})
    assert answer.status_code == 303
    (asked,) = asked_of("imports:decide")
    if fails:
        with pytest.raises(DomainError):
            jobs.decide(**asked)
    else:
        jobs.decide(**asked)


def asked_of(task: str) -> list[dict[str, int]]:
    """What jobs of a task were asked with; they are taken from the queue."""
    with unit_of_work(SYSTEM) as session:
        found = text("delete from procrastinate_jobs where task_name = :task returning args")
        return list(session.scalars(found, {"task": task}))


def batch_of(batch_id: str) -> Batch:
    with unit_of_work(SYSTEM) as session:
        batch = session.get_one(Batch, batch_id)
        session.expunge(batch)
        return batch


def only_batch() -> Batch:
    with unit_of_work(SYSTEM) as session:
        (batch_id,) = session.scalars(select(Batch.id))
    return batch_of(batch_id)


def firm_name() -> str:
    with unit_of_work(SYSTEM) as session:
        return session.scalars(select(Company.name).where(Company.siren == SIREN)).one()


def lines_of(event: Event) -> int:
    with unit_of_work(SYSTEM) as session:
        count = select(func.count()).where(JournalEntry.event == event.value)
        return session.scalar(count) or 0
