"""Agents write by the pages of the two versions while the instance is upgraded: what was accepted is there, the rest is in their page."""

import json
import os
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.core.maintenance import gate
from app.extensions import db
from app.network.models import Comment
from app.operations.restores import trials
from app.operations.sets.store import FolderStore
from config import Config
from tests.factories.network import network_id
from tests.factories.people import World
from tests.support.client import TOKEN, QuietClient
from tests.support.former import FormerInstance, go_back
from tests.support.readers import open_session

pytest_plugins = ["tests.support.backups"]

SYSTEM = system_identity("tests")
#: the pages of this version work on its tables too: only what a function says has changed since
FORMER = "0114"
#: how many a process has accepted before or after which the rest goes on
ENOUGH = 3


class Held(NamedTuple):
    """What a browser holds."""

    cookie: str
    token: str


class Writer:
    """A web process of a version, at which an agent sends comment after comment; what became of each is a line of ``log``."""

    def __init__(
        self, app: TransactionalFlask, version: str, log: Path, act: Callable[[QuietClient], Any]
    ) -> None:
        self.log = log
        self.log.touch()
        self.pid = os.fork()
        if self.pid:
            return
        ended = 1
        try:
            db.engine.dispose(close=False)
            gate.VERSION = version
            app.config["SERVES_PAGES"] = True
            with app.app_context(), log.open("a", buffering=1) as told:
                while not log.with_suffix(".stop").exists():
                    told.write(json.dumps(act(QuietClient(app, app.response_class))) + "\n")
                    time.sleep(0.02)
            ended = 0
        finally:
            os._exit(ended)

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What became of each comment: its ``body``, the ``status`` of the answer, whether it was ``kept`` in the page."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def await_accepted(self, count: int) -> None:
        """Wait until some were accepted."""
        for _ in range(600):
            if sum(each["status"] == 303 for each in self.sent) >= count:
                return
            time.sleep(0.05)
        raise AssertionError(self.sent[-3:])

    def stop(self) -> None:
        """Let the process end."""
        self.log.with_suffix(".stop").touch()
        _, status = os.waitpid(self.pid, 0)
        assert status == 0


def agent_writing(world: World, name: str, held: Held) -> Callable[[QuietClient], dict[str, Any]]:
    """An agent who sends a comment, another each time."""
    network = network_id("codefi")
    number = iter(range(10_000))

    def write(browser: QuietClient) -> dict[str, Any]:
        browser.set_cookie("vigie", held.cookie)
        body = f"Écriture {name} {next(number)}, « à garder »"
        said = {"body": body, "network_id": network, "csrf_token": held.token}
        answer = browser.post(f"/entreprises/{world.siren_21}/commentaires", data=said)
        return {"body": body, "status": answer.status_code, "kept": body in unescape(answer.text)}

    return write


@pytest.fixture
def held(app: TransactionalFlask, world: World) -> Held:
    """The session of alice and what its forms bear; both outlive an upgrade."""
    browser, cookie = QuietClient(app, app.response_class), open_session(world.alice)
    browser.set_cookie("vigie", cookie)
    token = TOKEN.search(browser.get(f"/entreprises/{world.siren_21}/commentaires").text)
    assert token
    return Held(cookie, token[1])


@pytest.fixture
def instance(origin: Config, store: FolderStore) -> FormerInstance:
    """An instance of the former version."""
    go_back(FORMER)
    return FormerInstance(config=origin, store=store)


def test_no_accepted_write_is_lost_to_an_upgrade(
    app: TransactionalFlask, world: World, held: Held, instance: FormerInstance, tmp_path: Path
) -> None:
    old = Writer(app, FORMER, tmp_path / "old", agent_writing(world, "d’avant", held))
    new = Writer(app, gate.VERSION, tmp_path / "new", agent_writing(world, "d’après", held))
    try:
        old.await_accepted(ENOUGH)
        assert instance.upgrade()
        new.await_accepted(ENOUGH)
    finally:
        old.stop()
        new.stop()
    assert_kept([*old.sent, *new.sent])
    # One version after the other: neither ever served the tables of the other.
    before, after = ([each["status"] for each in writer.sent] for writer in (old, new))
    assert before == sorted(before)
    assert after == sorted(after, reverse=True)


def test_no_accepted_write_is_lost_to_a_return(
    app: TransactionalFlask, world: World, held: Held, instance: FormerInstance, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refused() -> str:
        raise trials.FailedTrialError("La page de connexion répond 500.")

    monkeypatch.setattr(trials, "try_page", refused)
    old = Writer(app, FORMER, tmp_path / "old", agent_writing(world, "d’avant", held))
    try:
        old.await_accepted(ENOUGH)
        with pytest.raises(DomainError, match="aucune écriture n’est perdue"):
            instance.upgrade()
        old.await_accepted(sum(each["status"] == 303 for each in old.sent) + ENOUGH)
    finally:
        old.stop()
    assert_kept(old.sent)


def assert_kept(sent: list[dict[str, Any]]) -> None:
    """What was accepted is in the database, nothing else is, and what was refused is in the page of its author."""
    assert {each["status"] for each in sent} == {303, 503}
    assert all(each["kept"] for each in sent if each["status"] == 503)
    with unit_of_work(SYSTEM) as session:
        bodies = session.scalars(select(Comment.body).where(Comment.body.startswith("Écriture")))
        assert set(bodies) == {each["body"] for each in sent if each["status"] == 303}
