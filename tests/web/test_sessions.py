"""Sessions: kept by the server, ended by it, seen and closed by their agent."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import create_app
from app.accounts import jobs
from app.accounts.models import Agent, AgentSession, Method
from app.accounts.sessions import lifecycle, store
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event
from app.core.now import at, utcnow
from app.core.work import clock
from tests.factories import accounts
from tests.factories.accounts import local_account
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.journaled import journaled
from tests.support.readers import open_session

ALICE = "alice@exemple.invalid"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.fixture
def other(app: TransactionalFlask) -> InspectingClient:
    """Another browser."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    return client


def count() -> int:
    with system() as session:
        return session.scalar(select(func.count()).select_from(AgentSession)) or 0


def key_of(client: InspectingClient) -> str:
    cookie = client.get_cookie("vigie")
    assert cookie is not None
    return cookie.value


def test_a_visitor_leaves_no_row(client: InspectingClient, world: World) -> None:
    client.page("/connexion")
    client.get("/compte")
    assert accounts.show_passphrase(client, ALICE).status_code == 422
    assert count() == 0


def test_the_cookie_is_a_bare_random_key_that_scripts_and_other_sites_do_not_get(
    client: InspectingClient, world: World
) -> None:
    held = local_account(world.alice)
    answer = accounts.sign_in(client, ALICE, held.codes[0])
    cookie = answer.headers["Set-Cookie"]
    assert re.fullmatch(r"vigie=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", cookie), cookie


def test_over_https_the_cookie_is_bound_to_the_host(
    app: TransactionalFlask, as_in_service: None
) -> None:
    settings = app.config["VIGIE"]

    secure = create_app(settings.replace(public_url="https://vigie.example.invalid"))
    with secure.test_request_context(base_url="https://vigie.example.invalid"):
        answer = secure.make_response("")
        browser = secure.session_interface.open_session(secure, Flask.request_class({}))
        assert isinstance(browser, lifecycle.BrowserSession)
        browser.hold("a" * 43)
        secure.session_interface.save_session(secure, browser, answer)
    assert answer.headers["Set-Cookie"] == (
        f"__Host-vigie={'a' * 43}; Secure; HttpOnly; Path=/; SameSite=Lax"
    )


def test_an_hour_without_activity_ends_a_session(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    start = utcnow()
    with at(start + timedelta(minutes=59)):
        client.page("/compte")
    with at(start + timedelta(minutes=118)):
        client.page("/compte")
    with at(start + timedelta(minutes=179)):
        assert client.get("/compte").status_code == 401
    # The cookie was taken back: the session does not return with the clock.
    assert client.get("/compte").status_code == 401


def test_what_a_page_asks_by_itself_keeps_no_session_open(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    start = utcnow()
    poll = {"HX-Request": "true", "X-Poll": "1"}
    for minutes in (20, 40, 59):
        with at(start + timedelta(minutes=minutes)):
            assert client.get("/notifications/compteur", headers=poll).status_code == 200
    with at(start + timedelta(minutes=61)):
        assert client.get("/compte").status_code == 401


def test_ten_hours_end_a_session_however_busy(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    start = utcnow()
    for minutes in range(30, 600, 30):
        with at(start + timedelta(minutes=minutes)):
            client.page("/compte")
    with at(start + timedelta(minutes=601)):
        assert client.get("/compte").status_code == 401


def test_the_last_activity_is_written_once_a_minute_at_most(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    start = utcnow()
    seen = []
    for seconds in (30, 70, 100):
        with at(start + timedelta(seconds=seconds)):
            client.page("/compte")
        with system() as session:
            seen.append(session.scalars(select(AgentSession.last_seen_at)).one())
    assert seen[0] < start + timedelta(seconds=30)
    assert seen[1] == seen[2] == start + timedelta(seconds=70)


def test_signing_in_gives_another_key_and_forgets_the_former_session(
    client: InspectingClient, other: InspectingClient, world: World
) -> None:
    held = local_account(world.alice)
    client.sign_in(world.bob)
    planted = key_of(client)
    accounts.sign_in(client, ALICE, held.codes[0])
    assert key_of(client) != planted
    other.set_cookie("vigie", planted)
    assert other.get("/compte").status_code == 401
    assert "Alice" in client.page("/compte").get_text()


def test_an_agent_has_a_bounded_number_of_sessions_the_latest(
    app: TransactionalFlask, world: World
) -> None:
    with system() as session:
        alice = session.get_one(Agent, world.alice)
        session.expunge(alice)
    first = open_session(world.alice)
    start = utcnow()
    for seconds in range(store.MOST + 2):
        with at(start + timedelta(seconds=1 + seconds)), app.test_request_context():
            lifecycle.begin(alice, method=Method.PASSKEY)
    assert count() == store.MOST
    with system() as session:
        assert store.find(session, first) is None
    told = [line.details["why"] for line in journaled(Event.SESSIONS_CLOSED)]
    assert told == [f"plus de {store.MOST} sessions ouvertes"] * 3


def test_a_key_that_somebody_planted_is_not_taken(client: InspectingClient, world: World) -> None:
    planted = "a" * 43
    client.set_cookie("vigie", planted)
    held = local_account(world.alice)
    accounts.sign_in(client, ALICE, held.codes[0])
    assert key_of(client) != planted


def test_the_token_of_forms_does_not_survive_a_change_of_person(
    client: InspectingClient, world: World
) -> None:
    held = local_account(world.alice)
    page = accounts.show_passphrase(client, ALICE)
    before = accounts.hidden(page)["csrf_token"]
    accounts.show_code(client, page, held.codes[0])
    assert client.post("/deconnexion", data={"csrf_token": before}).status_code == 400


def test_a_suspended_agent_is_out_at_the_next_request(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    client.page("/compte")
    with system() as session:
        session.get_one(Agent, world.alice).active = False
    assert client.get("/compte").status_code == 401


def test_my_sessions_are_described_in_words_and_only_mine(
    client: InspectingClient, other: InspectingClient, world: World
) -> None:
    alice, bob = local_account(world.alice), local_account(world.bob)
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    other.environ_base.update(HTTP_USER_AGENT=EDGE, REMOTE_ADDR="192.0.2.7")
    accounts.sign_in(client, ALICE, alice.codes[0])
    accounts.sign_in(other, ALICE, alice.codes[1])
    third = client.application.test_client()
    accounts.sign_in(third, "bob@exemple.invalid", bob.codes[0])
    rows = rows_of(client.page("/compte/sessions"))
    assert len(rows) == 2
    assert "Edge sur Windows" in rows[0]
    assert "192.0.2.7" in rows[0]
    assert "Phrase de passe et code de secours" in rows[0]
    assert "Firefox sur Linux" in rows[1]
    assert ["Cette session" in row for row in rows] == [False, True]


def test_i_close_one_of_my_sessions_and_nobody_else_s(
    client: InspectingClient, other: InspectingClient, world: World
) -> None:
    other.sign_in(world.alice)
    client.sign_in(world.alice)
    open_session(world.bob)
    form = client.page("/compte/sessions").find("form", {"action": re.compile(r"/\d+/fermeture$")})
    assert form is not None
    path = str(form["action"])
    assert client.submit(path, {}, page="/compte/sessions").status_code == 303
    assert other.get("/compte").status_code == 401
    client.page("/compte")
    assert client.submit(path, {}, page="/compte/sessions").status_code == 404
    with system() as session:
        theirs = session.scalars(
            select(AgentSession.id).where(AgentSession.agent_id == world.bob)
        ).one()
    refused = client.submit(f"/compte/sessions/{theirs}/fermeture", {}, page="/compte/sessions")
    assert refused.status_code == 404
    assert count() == 2
    assert [line.actor_id for line in journaled(Event.SESSIONS_CLOSED)] == [world.alice]


def test_i_close_all_my_other_sessions(
    client: InspectingClient, other: InspectingClient, world: World
) -> None:
    bob = open_session(world.bob)
    other.sign_in(world.alice)
    client.sign_in(world.alice)
    client.submit("/compte/sessions/fermeture", {}, page="/compte/sessions")
    assert other.get("/compte").status_code == 401
    client.page("/compte")
    other.set_cookie("vigie", bob)
    other.page("/compte")
    (line,) = journaled(Event.SESSIONS_CLOSED)
    assert (line.actor_id, line.details["sessions"]) == (world.alice, 1)


def test_nobody_closes_sessions_without_one(client: InspectingClient, world: World) -> None:
    for path in ("/compte/sessions/1/fermeture", "/compte/sessions/fermeture"):
        assert client.post(path).status_code == 401


def test_a_change_of_rights_closes_every_session_with_the_change(
    client: InspectingClient, other: InspectingClient, world: World
) -> None:
    """Asked by somebody else, whose own rights do not reach these rows."""
    client.sign_in(world.alice)
    other.sign_in(world.alice)
    bob = open_session(world.bob)
    actor = Identity(agent_id=world.manager, name="Direction Fictif")
    with unit_of_work(actor) as session:
        lifecycle.close_all(session, actor, world.alice, why="essai")
        session.rollback()
    client.page("/compte")
    with unit_of_work(actor) as session:
        assert lifecycle.close_all(session, actor, world.alice, why="habilitation retirée") == 2
        # The rights borrowed for it are given back.
        assert session.scalar(text("select count(*) from agent_session")) == 0
    for browser in (client, other):
        assert browser.get("/compte").status_code == 401
    client.set_cookie("vigie", bob)
    client.page("/compte")
    (line,) = journaled(Event.SESSIONS_CLOSED)
    assert (line.actor_id, line.details["agent"]) == (world.manager, world.alice)
    assert line.details["why"] == "habilitation retirée"


def test_a_closed_session_gives_the_sign_in_page_and_keeps_the_text(
    client: InspectingClient, world: World
) -> None:
    held = local_account(world.alice)
    client.sign_in(world.alice)
    path = f"/entreprises/{world.siren_21}/commentaires"
    client.page(path)
    actor = system_identity("tests")
    with unit_of_work(actor) as session:
        lifecycle.close_all(session, actor, world.alice, why="essai")
    answer = client.post(path, data={"body": "presque perdu", "csrf_token": "périmé"})
    assert answer.status_code == 401
    fields = accounts.hidden(answer, "/connexion")
    assert "presque perdu" in fields["resume"]
    form = {**fields, "email": ALICE, "password": accounts.PASSPHRASE}
    back = accounts.show_code(client, client.post("/connexion", data=form), held.code())
    assert back.location == path
    page = client.page(path)
    assert "presque perdu" in page.get_text()
    assert "ce que vous aviez saisi est de retour" in page.get_text()


def test_the_clock_forgets_what_has_ended(client: InspectingClient, world: World) -> None:
    open_session(world.alice)
    with at(utcnow() + timedelta(minutes=90)):
        client.sign_in(world.bob)
        jobs.purge()
        assert count() == 1
        client.page("/compte")
    assert "accounts:purge" in {tick.task for tick in clock.ticks}


def test_a_message_waits_for_the_next_page_on_the_server(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    client.submit("/compte/sessions/fermeture", {}, page="/compte/sessions")
    page = client.get("/compte")
    assert "Il n’y avait pas d’autre session." in page.text
    assert "Set-Cookie" not in page.headers
    assert "Il n’y avait pas d’autre session." not in client.get("/compte").text


def test_the_provider_s_token_is_kept_to_sign_out_there(
    app: TransactionalFlask, world: World
) -> None:
    with app.test_request_context(headers={"User-Agent": FIREFOX}):
        with system() as session:
            agent = session.get_one(Agent, world.alice)
            session.expunge(agent)
        lifecycle.begin(agent, method="proconnect", id_token="jeton")
        assert lifecycle.is_strong()
        with system() as session:
            row = session.scalars(select(AgentSession)).one()
            assert (row.method, row.data["id_token"]) == (Method.PROCONNECT, "jeton")
        lifecycle.close_current()
        assert "id_token" not in lifecycle.current()
    assert count() == 0


def rows_of(page: Tag) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
