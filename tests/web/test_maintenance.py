"""A closed instance says so, keeps what was typed, takes no task and writes nothing; the team opens and closes it by a command."""

import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, text

from app.core import journal
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event, JournalEntry
from app.core.maintenance import gate
from app.core.maintenance.notice import MaintenanceNotice, UpgradeInProgress, UpgradeStep
from app.core.now import utcnow
from app.core.work import clock, jobs
from app.core.work.tasks import Task
from app.network.models import Comment
from app.operations.maintenance import services
from app.operations.upgrades import writers
from tests.factories.network import network_id
from tests.factories.people import World
from tests.support.client import TOKEN, InspectingClient
from tests.support.documents import parsed
from tests.support.readers import open_session, sign_in_as

SYSTEM = system_identity("tests")
REASON = "Nous changeons de disque, jusqu’à 14 heures."
MARKS = "Paragraphe « à garder » & <b>ses</b> signes"


@pytest.fixture
def served(
    app: TransactionalFlask, world: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TransactionalFlask]:
    """The application as a web process has it; nothing is left closed."""
    monkeypatch.setitem(app.config, "SERVES_PAGES", True)
    yield app
    services.post(app.config["VIGIE_ENDPOINTS"], MaintenanceNotice())


def close(app: TransactionalFlask) -> None:
    answer = app.test_cli_runner().invoke(
        args=["instance", "maintenance", "on", "--reason", REASON]
    )
    assert answer.exit_code == 0, answer.output


def upgrading(app: TransactionalFlask, step: UpgradeStep) -> None:
    progress = UpgradeInProgress(step=step, since=utcnow(), former="0098")
    services.post(app.config["VIGIE_ENDPOINTS"], MaintenanceNotice(upgrade=progress))


def record() -> None:
    """What a command writes."""
    with unit_of_work(SYSTEM) as session:
        journal.record(session, SYSTEM, Event.SEARCHED, query="x", count=0)


def states() -> list[str]:
    """What became of each task."""
    with unit_of_work(SYSTEM) as session:
        return list(
            session.scalars(text("select status::text from procrastinate_jobs order by id"))
        )


@pytest.mark.parametrize("path", ["/\\autre.invalid/x", "/\t/autre.invalid/x"])
def test_a_closed_instance_sends_nobody_to_another_site(
    served: TransactionalFlask, client: InspectingClient, path: str
) -> None:
    close(served)
    answer = client.get("/", query_string="a=1&b=é", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 503
    (again,) = parsed(answer.text).select("main a.fr-btn")
    assert again["href"] == f"{quote(path)}?a=1&b=%C3%A9", "a browser reads « /\\ » as « // »"


def test_every_page_of_a_closed_instance_says_why_and_when_to_come_back(
    served: TransactionalFlask, client: InspectingClient, world: World
) -> None:
    cookie = open_session(world.alice)
    close(served)
    for signed_in in (False, True):
        if signed_in:
            client.set_cookie("vigie", cookie)
        for path in ("/", "/connexion", "/guichet", "/algorithme", "/api/v1/accompagnements"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.headers["Retry-After"] == "60"
            assert answer.headers["Cache-Control"] == "no-store"
            assert REASON in answer.text
            assert "Vigie est en maintenance" in answer.text
            assert "Alice" not in answer.text
            assert "Set-Cookie" not in answer.headers
            assert TOKEN.search(answer.text) is None


def test_what_was_typed_stays_and_goes_again(
    served: TransactionalFlask, client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    path, network = f"/entreprises/{world.siren_21}/commentaires", str(network_id("codefi"))
    token = TOKEN.search(client.get(path).text)
    assert token
    close(served)
    typed = {"body": MARKS, "network_id": network, "csrf_token": token[1]}
    refused = client.post(path, data=typed | {"password": "Secret-jamais-montré"})
    assert refused.status_code == 503
    assert "n’est pas encore enregistré" in refused.text
    assert "Secret-jamais-montré" not in refused.text
    hidden = parsed(refused.text).select("form input[type=hidden]")
    fields = {field["name"]: field["value"] for field in hidden}
    assert fields == typed
    answer = served.test_cli_runner().invoke(args=["instance", "maintenance", "off"])
    assert "Vigie est rouverte." in answer.output
    assert client.post(path, data=fields).status_code == 303
    with unit_of_work(SYSTEM) as session:
        assert session.scalar(select(func.count()).where(Comment.body == MARKS)) == 1


def test_a_script_is_answered_in_a_sentence_and_keeps_its_form(
    served: TransactionalFlask, client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    close(served)
    answer = client.post("/brouillons", data={"body": MARKS}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert answer.headers["Retry-After"] == "60"


def test_health_says_that_it_is_a_maintenance(
    served: TransactionalFlask, client: InspectingClient
) -> None:
    assert client.get("/sante").json["etat"] in {"ok", "degrade"}
    close(served)
    answer = client.get("/sante")
    assert (answer.status_code, answer.json["etat"]) == (503, "maintenance")
    assert answer.json["parties"]["base"] is True


def test_a_process_of_another_version_serves_nobody(
    served: TransactionalFlask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/connexion").status_code == 200
    monkeypatch.setattr(gate, "VERSION", "9999")
    assert client.get("/connexion").status_code == 503
    assert client.get("/sante").status_code == 503
    url = served.config["SQLALCHEMY_DATABASE_URI"]
    with pytest.raises(gate.MaintenanceError, match="relancez ce processus"):
        jobs.work(url, concurrency=1, pulse=jobs.Pulse(), wait=False)
    with pytest.raises(gate.MaintenanceError, match="relancez ce processus"):
        clock.run(served, url, stopping=threading.Event(), check_every=0.01)


def test_commands_go_on_in_a_maintenance_and_give_way_to_an_upgrade(
    app: TransactionalFlask, world: World
) -> None:
    urls = app.config["VIGIE_ENDPOINTS"]
    services.close(urls, reason=REASON)
    record()
    for step in UpgradeStep:
        upgrading(app, step)
        if step is UpgradeStep.WAITING:
            # What had begun ends.
            record()
            continue
        with pytest.raises(gate.MaintenanceError, match="rien n’y est écrit"):
            record()
    services.post(urls, MaintenanceNotice())
    with writers.stopped(urls), pytest.raises(gate.MaintenanceError, match="rien n’y est écrit"):
        record()
    record()
    with unit_of_work(SYSTEM) as session:
        lines = select(func.count()).where(JournalEntry.event == Event.SEARCHED)
        assert session.scalar(lines) == 3


def test_no_task_is_taken_from_a_closed_instance_and_none_is_lost(
    app: TransactionalFlask, world: World
) -> None:
    url, urls = app.config["SQLALCHEMY_DATABASE_URI"], app.config["VIGIE_ENDPOINTS"]
    clock.defer_tick(app, Task.SEARCH_FORGET)
    services.close(urls, reason=REASON)
    jobs.work(url, concurrency=1, pulse=jobs.Pulse(), wait=False)
    assert states() == ["todo"]
    assert services.open_again(urls)
    jobs.work(url, concurrency=1, pulse=jobs.Pulse(), wait=False)
    assert states() == ["succeeded"]


def test_a_task_taken_as_an_upgrade_begins_is_done_after_it(
    app: TransactionalFlask, world: World
) -> None:
    url, urls = app.config["SQLALCHEMY_DATABASE_URI"], app.config["VIGIE_ENDPOINTS"]
    clock.defer_tick(app, Task.SEARCH_FORGET)
    with writers.stopped(urls):
        jobs.work(url, concurrency=1, pulse=jobs.Pulse(), wait=False)
    with unit_of_work(SYSTEM) as session:
        again = "update procrastinate_jobs set scheduled_at = now() returning status::text"
        assert session.scalar(text(again)) == "todo"
    jobs.work(url, concurrency=1, pulse=jobs.Pulse(), wait=False)
    assert states() == ["succeeded"]


def test_a_tick_of_the_clock_waits_for_the_end_of_an_upgrade(
    app: TransactionalFlask, world: World
) -> None:
    upgrading(app, UpgradeStep.MIGRATING)
    tick = threading.Thread(
        target=clock.defer_tick,
        args=(app, Task.SEARCH_FORGET),
        kwargs={"stopping": threading.Event(), "every": 0.02},
    )
    tick.start()
    with gate.maintaining():
        assert states() == []
    services.post(app.config["VIGIE_ENDPOINTS"], MaintenanceNotice())
    tick.join(timeout=10)
    assert states() == ["todo"]


def test_what_the_administrator_of_the_server_wrote_on_the_database_comes_back(
    app: TransactionalFlask, world: World
) -> None:
    urls = app.config["VIGIE_ENDPOINTS"]
    services.post(urls, MaintenanceNotice(beside="Base de Vigie, équipe 4"))
    services.close(urls, reason=REASON)
    assert services.found(urls).work is not None
    services.open_again(urls)
    assert services.found(urls) == MaintenanceNotice(beside="Base de Vigie, équipe 4")
    services.post(urls, MaintenanceNotice())
