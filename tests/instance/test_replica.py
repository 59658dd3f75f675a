"""Pages read from a real streaming replica: which, under whose rights, and what is shown when it is late, gone or another's."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app import create_app
from app.core.access import rows
from app.core.access.guard import SAFE_METHODS, GuardedFlask
from app.core.database import endpoints
from app.core.database.endpoints import DatabaseError
from app.core.database.replica.pages import JUST_WROTE, is_declared
from app.core.journal import Event
from app.core.work.jobs import conninfo
from app.extensions import db
from config import Config
from tests.support.client import InspectingClient
from tests.support.clusters import throw_away
from tests.support.mirrored import Mirrored, mirror
from tests.support.readers import sign_in_as, sign_out
from tests.support.waiting import wait_for

COVERAGE = "/annuaire/couverture?territoire=21"
FORMER = "Une question de trésorerie"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirrored]:
    folder = tmp_path_factory.mktemp("mirrored")
    found = mirror(folder)
    yield found
    with found.app.app_context():
        db.engine.dispose()
        db.engines["replica"].dispose()
    found.replica.stop()
    shutil.rmtree(found.replica.location)
    throw_away(found.primary)


@pytest.fixture
def mirrored(made: Mirrored) -> Iterator[Mirrored]:
    made.make_whole()
    with made.app.app_context():
        yield made
        db.session.remove()


@pytest.fixture
def client(mirrored: Mirrored) -> InspectingClient:
    client = mirrored.app.test_client()
    assert isinstance(client, InspectingClient)
    return client


def rename_a_subject(mirrored: Mirrored, label: str) -> None:
    """Change, on the primary, what the page of coverage shows."""
    mirrored.say(
        mirrored.primary,
        f"update referral_subject set label = '{label}' where id = (select min(id) from referral_subject)",
    )


@pytest.fixture
def late(mirrored: Mirrored) -> Iterator[Mirrored]:
    """A replica on which a subject has the name that it no longer has on the primary."""
    rename_a_subject(mirrored, FORMER)
    with mirrored.standing_still():
        rename_a_subject(mirrored, "Autre nom")
        yield mirrored


def test_a_page_of_figures_is_read_from_the_replica(
    client: InspectingClient, late: Mirrored
) -> None:
    client.sign_in(late.world.manager)
    assert FORMER in client.get(COVERAGE).text
    assert client.get("/sante").json["parties"]["replique"] is True


def test_whoever_has_just_written_reads_what_is_now(
    client: InspectingClient, late: Mirrored
) -> None:
    client.sign_in(late.world.manager)
    told = client.submit("/annuaire/couverture", {}, page="/compte")
    assert told.status_code == 405
    assert JUST_WROTE not in (told.headers.get("Set-Cookie") or ""), "nothing was written"
    written = client.submit("/compte/sessions/fermeture", {}, page="/compte")
    assert written.status_code == 303
    assert "Autre nom" in client.get(COVERAGE).text


def test_a_replica_later_than_is_allowed_is_not_read(
    client: InspectingClient, late: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late.follower, "_latest", 0)
    client.sign_in(late.world.manager)
    assert "Autre nom" in client.get(COVERAGE).text
    health = client.get("/sante")
    assert (health.status_code, health.json["parties"]["replique"]) == (200, False)


def test_a_session_closed_on_the_primary_opens_nothing_on_the_replica(
    client: InspectingClient, late: Mirrored
) -> None:
    client.sign_in(late.world.manager)
    assert client.get(COVERAGE).status_code == 200
    late.say(late.primary, "delete from agent_session")
    assert client.get(COVERAGE).status_code == 401


def test_row_level_security_holds_on_the_replica(
    client: InspectingClient, mirrored: Mirrored
) -> None:
    url = conninfo(mirrored.replica.url(role=endpoints.APPLICATION, database=endpoints.DATABASE))
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from convention_report").fetchone() == (0,)
    assert mirrored.say(mirrored.replica, "select count(*) > 0 from convention_report") is True
    file = f"/bilans/{mirrored.report_id}/fichiers/xlsx"
    elsewhere = mirrored.say(mirrored.primary, "select id from convention_report where region is null limit 1")  # fmt: skip
    answers = {
        who: sign_in_as(client, who).get(file).status_code
        for who in (mirrored.world.manager, mirrored.world.alice, mirrored.world.stranger)
    }
    assert list(answers.values()) == [200, 403, 403]
    sign_out(client)
    assert client.get(file).status_code == 401
    sign_in_as(client, mirrored.world.manager)
    assert client.get(f"/bilans/{elsewhere}/fichiers/xlsx").status_code == 404


def test_a_reading_on_the_replica_is_journaled_on_the_primary(
    client: InspectingClient, late: Mirrored
) -> None:
    client.sign_in(late.world.manager).get(f"/bilans/{late.report_id}/fichiers/pdf")
    lines = "select count(*) from journal where event = '{}' and details->>'kind' = 'pdf'"
    asked = lines.format(Event.REPORT_DOWNLOADED.value)
    assert (late.say(late.primary, asked), late.say(late.replica, asked)) == (1, 0)


def test_the_clock_of_a_replica_is_not_that_of_the_instance(
    client: InspectingClient,
    mirrored: Mirrored,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ahead = "clock_timestamp() + case when pg_is_in_recovery() then interval '1 hour' else '0' end"
    asked = {
        serves: text(statement.text.replace("clock_timestamp()", ahead))
        for serves, statement in rows._SET_CONTEXT.items()
    }
    monkeypatch.setattr(rows, "_SET_CONTEXT", asked)
    client.sign_in(mirrored.world.manager)
    assert client.get(COVERAGE).status_code == 200
    assert "the clock of the database is not the machine's" not in capsys.readouterr().err


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGQUIT])
def test_pages_answer_when_the_replica_dies_and_return_to_it(
    client: InspectingClient, mirrored: Mirrored, how: signal.Signals
) -> None:
    client.sign_in(mirrored.world.manager)
    assert client.get(COVERAGE).status_code == 200
    # Looked at lately, it is still taken for alive: the page itself finds out.
    postmaster = int((mirrored.replica.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, how)
    wait_for(lambda: not mirrored.replica.is_running())
    for address in (COVERAGE, "/stats", "/impact", "/modele"):
        assert client.get(address).status_code in {200, 403}, address
    assert client.get("/sante").json["parties"]["replique"] is False
    mirrored.make_whole()
    assert client.get("/sante").json["parties"]["replique"] is True


def test_a_reader_put_out_by_the_replica_reads_the_primary(
    client: InspectingClient, mirrored: Mirrored
) -> None:
    """What a reader still looks at, and the primary has removed, a replica takes from under them after a while."""
    view = mirrored.app.view_functions["coverage.matrix"]
    places = []

    def put_out() -> object:
        session = db.session()
        where = session.scalar(text("select pg_is_in_recovery()"))
        places.append(where)
        if where:
            session.execute(text("do $$ begin raise sqlstate '40001'; end $$"))
        return ""

    put_out.policy, put_out.may_lag = view.policy, view.may_lag  # type: ignore[attr-defined]
    client.sign_in(mirrored.world.manager)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(mirrored.app.view_functions, "coverage.matrix", put_out)
        assert client.get(COVERAGE).status_code == 200
    assert places == [True, False]


def test_public_pages_answer_while_the_primary_is_away(
    client: InspectingClient, mirrored: Mirrored
) -> None:
    before = client.get("/stats?periode=2025")
    assert before.status_code == 200
    mirrored.primary.stop()
    mirrored.look_again()
    after = client.get("/stats?periode=2025")
    assert "Statistiques publiques" in after.text
    assert client.get("/algorithme").status_code == 200
    # Who somebody is, the primary alone tells.
    client.set_cookie("vigie", "k" * 43)
    assert client.get("/stats").status_code == 503


def test_a_server_that_takes_writes_is_not_read(mirrored: Mirrored) -> None:
    config: Config = mirrored.app.config["VIGIE"]
    itself = mirrored.primary.url(role=endpoints.APPLICATION, database=endpoints.DATABASE)
    app = create_app(config.replace(database_read_url=itself))
    with app.app_context():
        health = app.test_client().get("/sante")
        assert health.json["parties"]["replique"] is False
        told = app.test_cli_runner().invoke(args=["instance", "check"])
        for engine in db.engines.values():
            engine.dispose()
    assert told.exit_code == 1
    assert "ne désigne pas une réplique de cette base" in told.output


def test_check_says_that_the_replica_is_away(mirrored: Mirrored) -> None:
    check = mirrored.app.test_cli_runner().invoke
    assert "réplique" not in check(args=["instance", "check"]).output
    mirrored.replica.stop()
    assert "La réplique de DATABASE_READ_URL ne répond pas" in check(args=["instance", "check"]).output  # fmt: skip


@pytest.mark.parametrize("url", ["postgresql://vigie_owner@h/vigie", "postgresql://vigie_app@h/autre"])  # fmt: skip
def test_another_role_or_base_is_refused_at_start(tmp_path: Path, url: str) -> None:
    config = Config(
        home=tmp_path, secret_key="x", database_app_url="postgresql://vigie_app@p/vigie", database_read_url=url,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="une réplique a ceux de sa source"):
        endpoints.endpoints(config)


def test_what_may_lag_only_reads_and_counts_nobody(app: GuardedFlask) -> None:
    """A pace that is counted on a replica would let through what was just done."""
    declared = [name for name in app.view_functions if is_declared(app, name)]
    assert {"public_stats.show", "impact.funnel", "coverage.matrix"} <= set(declared)
    for name in declared:
        methods = {m for rule in app.url_map.iter_rules(name) for m in rule.methods or ()}
        assert methods <= SAFE_METHODS, name
        assert not hasattr(app.view_functions[name], "pace"), name
