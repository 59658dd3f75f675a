"""The people and requests of the bench of the portal, on a country of two hundred firms."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from app.accounts.local import factors
from app.accounts.models import Agent
from app.network.models import Follow, FollowLevel
from bench.portal import comments, gestures, people, sessions
from tests.factories.country import Size, fill_country
from tests.factories.network import system
from tests.support.client import InspectingClient


@pytest.fixture
def settled(fresh_database: None) -> None:
    """The people, their firms and what they follow."""
    people.settle(readers=1, followers=3)
    with system() as session:
        fill_country(session, Size(firms=200, listed=60, months=13, signals=6))
    people.follow()


@pytest.fixture
def address(app: Flask, settled: None) -> Iterator[str]:
    """Where the instance is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_request_is_answered(client: InspectingClient, settled: None) -> None:
    with system() as session:
        manager = session.scalars(
            select(Agent.id).where(Agent.email == "pays-01@exemple.invalid")
        ).one()
    client.sign_in(manager)
    asked = [*gestures.list_paths().values(), "/", f"/entreprises/{gestures.firms()[0]}"]
    searches = gestures.search_paths()
    numbers = searches.pop("an identifier")
    asked += [paths[0] for paths in searches.values()]

    assert len(asked) == 10 + 2 + 3
    for path in asked:
        client.page(path)
    assert client.get(numbers[0]).status_code == 302


def test_people_sign_in_by_the_page_and_may_comment(address: str, settled: None) -> None:
    email, secret = next(iter(people.secrets_of(people.AGENT).items()))
    code = partial(factors.totp().generate_totp_password, secret)
    firm = comments.followed()[0]

    session = sessions.sign_in(address, email=email, code=code)

    assert sessions.form_token(address, f"/entreprises/{firm}/commentaires", session)
    followers = select(func.count()).where(Follow.siren == firm, Follow.level == FollowLevel.ALL)
    with system() as opened:
        assert opened.scalar(followers) == 3
