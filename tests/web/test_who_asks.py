"""Who asks is known by one statement in the transaction of the view, and nothing of how it was known is left there."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.accounts.models import Method
from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import at, utcnow
from app.extensions import db
from app.habilitations import queries
from tests.factories.impersonation import make_helper
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as
from tests.support.statements import Wire, transactions, wire

POLL = {"HX-Request": "true", "X-Poll": "1"}
#: the pool's check of the connection, BEGIN, the system's rights, who asks, the agent's rights
BEFORE_THE_VIEW = 5
#: of these, one more statement says as whom they look
BEFORE_THE_VIEW_OF_ANOTHER = 6

InView = Callable[[str, Callable[[], Any]], list[Any]]


@pytest.fixture
def sent(world: World) -> Iterator[Wire]:
    """What the application sends to PostgreSQL."""
    with wire() as watched:
        yield watched


@pytest.fixture
def in_view(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> InView:
    """``in_view(endpoint, look)``: the answers of ``look``, called just before the view, where its guard stands."""

    def look_in(endpoint: str, look: Callable[[], Any]) -> list[Any]:
        view, seen = app.view_functions[endpoint], []

        def looked(**arguments: Any) -> Any:
            seen.append(look())
            return view(**arguments)

        looked.policy = app.policy_of(endpoint)  # type: ignore[attr-defined]
        monkeypatch.setitem(app.view_functions, endpoint, looked)
        return seen

    return look_in


def test_a_page_that_does_not_exist_takes_one_transaction(
    client: InspectingClient, world: World, sent: Wire
) -> None:
    sign_in_as(client, world.alice)
    client.get("/perdu")
    sent.take()
    assert client.get("/perdu").status_code == 404
    statements = sent.take()
    # A ROLLBACK would make psycopg forget the statements it has prepared.
    assert statements[-1] == "COMMIT"
    assert (len(statements[:-1]), transactions(statements)) == (BEFORE_THE_VIEW, 1), statements


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("about.help_page", "/aide"),
        ("portal.home", "/"),
        ("detections.index", "/detections"),
        ("notifications.counter", "/notifications/compteur"),
    ],
)
def test_little_is_sent_before_the_view(
    client: InspectingClient, world: World, sent: Wire, in_view: InView, endpoint: str, path: str
) -> None:
    headers = POLL if path.endswith("compteur") else {}
    sign_in_as(client, world.alice)
    before = in_view(endpoint, sent.take)
    for _ in range(2):
        sent.take()
        assert client.get(path, headers=headers).status_code == 200
    statements = before[1]
    assert (len(statements), transactions(statements)) == (BEFORE_THE_VIEW, 1), statements


def test_seeing_vigie_as_another_takes_one_statement_more(
    client: InspectingClient, world: World, sent: Wire, in_view: InView
) -> None:
    sign_in_as(client, make_helper())
    client.submit(f"/agents/{world.carol}/voir-comme", {}, page="/compte")
    before = in_view("portal.home", sent.take)
    sent.take()
    client.page("/")
    (statements,) = before
    number = BEFORE_THE_VIEW_OF_ANOTHER
    assert (len(statements), transactions(statements)) == (number, 1), statements


def test_the_minute_s_sign_of_life_is_the_only_other_transaction(
    client: InspectingClient, world: World, sent: Wire
) -> None:
    sign_in_as(client, world.alice)
    client.get("/perdu")
    for seconds, expected in ((30, 1), (90, 2), (100, 1)):
        sent.take()
        with at(utcnow() + timedelta(seconds=seconds)):
            client.get("/perdu")
        assert transactions(sent.take()) == expected, seconds


def test_neither_a_page_nor_a_refusal_forgets_what_the_connection_has_prepared(
    client: InspectingClient, world: World, in_view: InView
) -> None:
    sign_in_as(client, world.alice)
    known = text("select count(*) from pg_prepared_statements where not from_sql")
    seen = in_view("account.show", lambda: db.session.scalar(known))
    for _ in range(8):
        client.get("/compte")
        client.get("/perdu")
    assert seen[-1] >= BEFORE_THE_VIEW - 2, "who asks and the rights, at least"


def settings() -> tuple[str, ...]:
    """What the transaction of the view carries: the agent, the system's rights, whether it may write; its sessions."""
    names = ("vigie.agent_id", "vigie.system", "transaction_read_only")
    values = [db.session.scalar(text(f"select current_setting('{name}', true)")) for name in names]
    return (*(value or "" for value in values), str(db.session.scalar(SESSIONS)))


SESSIONS = text("select count(*) from agent_session")


def test_nothing_is_left_of_the_rights_by_which_they_were_known(
    client: InspectingClient, world: World, in_view: InView
) -> None:
    sign_in_as(client, world.bob)
    sign_in_as(client, world.alice)
    seen = in_view("account.show", settings)
    client.page("/compte")
    assert seen == [(str(world.alice), "", "on", "1")]


def test_nor_when_the_request_writes(
    client: InspectingClient, world: World, in_view: InView
) -> None:
    sign_in_as(client, world.alice)
    seen = in_view("account.close_other_sessions", settings)
    client.submit("/compte/sessions/fermeture", {}, page="/compte/sessions")
    assert seen == [(str(world.alice), "", "off", "1")]


@pytest.mark.parametrize("cookie", [None, "a" * 43])
def test_nor_for_a_visitor_nor_for_a_key_that_opens_nothing(
    client: InspectingClient, world: World, in_view: InView, cookie: str | None
) -> None:
    sign_in_as(client, world.alice)
    client.delete_cookie("vigie")
    if cookie:
        client.set_cookie("vigie", cookie)
    seen = in_view("accounts.sign_in", settings)
    client.page("/connexion")
    assert seen == [("", "", "on", "0")]


def test_a_failure_while_they_are_known_leaves_no_transaction_to_the_error_page(
    client: InspectingClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of the error would otherwise be written with the system's rights."""

    def fail(_row: object) -> None:
        raise RuntimeError

    sign_in_as(client, world.alice)
    monkeypatch.setattr(queries, "identity_from", fail)
    assert client.get("/compte").status_code == 500
    assert not db.session().in_transaction()


def test_a_refusal_before_the_view_leaves_none_either(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice, Method.PASSPHRASE)
    assert client.get("/notifications").status_code == 303
    assert not db.session().in_transaction()
    assert client.post("/compte/sessions/fermeture").status_code == 400
    assert not db.session().in_transaction()
