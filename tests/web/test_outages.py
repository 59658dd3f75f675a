"""A database that is away or late is said so, with when to come back; only the web process is limited in time."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app import create_app
from app.core.access.guard import Public
from app.core.database.unit_of_work import TransactionalFlask
from app.extensions import db
from config import Config
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


def away() -> str:
    """Fail as any page does when the database is stopped in the middle of it."""
    db.session.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    return ""


def slow() -> str:
    """Ask more than PostgreSQL gives a page."""
    db.session.execute(text("set local statement_timeout = '20ms'"))
    db.session.execute(text("select pg_sleep(20)"))
    return ""


@pytest.mark.parametrize(
    ("view", "says"),
    [(away, "momentanément indisponible"), (slow, "prend trop de temps")],
)
def test_a_database_that_does_not_answer_is_told_with_when_to_come_back(
    app: TransactionalFlask, client: InspectingClient, world: World,
    monkeypatch: pytest.MonkeyPatch, view: Callable[[], str], says: str,
) -> None:  # fmt: skip
    view.policy = Public("pour ce test")  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "about.help_page", view)
    sign_in_as(client, world.alice)
    answer = client.get("/aide")
    assert answer.status_code == 503
    assert says in answer.text
    assert answer.headers["Retry-After"] == "60"
    for inside in ("psycopg", "Traceback", "pg_sleep", "terminat"):
        assert inside not in answer.text
    assert client.get("/compte").status_code == 200


def test_pages_are_served_without_the_database_and_say_so(tmp_path: Path) -> None:
    nowhere = "postgresql://{}:x@127.0.0.1:1/vigie"
    config = Config(
        home=tmp_path, secret_key="x", public_url="http://localhost",
        database_url=nowhere.format("owner"), database_app_url=nowhere.format("app"),
    )  # fmt: skip
    answer = create_app(config, serves=True).test_client().get("/connexion")
    assert answer.status_code == 503
    assert "momentanément indisponible" in answer.text
    assert answer.headers["Retry-After"] == "60"


def test_only_the_web_process_is_limited_in_time_and_ignorant_of_the_owner(
    app: TransactionalFlask, world: World
) -> None:
    served = create_app(app.config["VIGIE"], serves=True)
    assert served.config["VIGIE_ENDPOINTS"].owner_url is None
    assert (served.config["VIGIE"].database_url, served.config["VIGIE"].journal_key) == (None, "")
    limits = {}
    for each in (served, app):
        with each.app_context(), db.engine.connect() as connection:
            limits[each] = connection.scalar(text("show statement_timeout"))
    with served.app_context():
        # Once its connection is back: a pool forgets what is still out of it.
        db.engine.dispose()
    assert limits == {served: "30s", app: "0"}
