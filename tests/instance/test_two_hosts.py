"""Two hosts, one database: two homes of the application, in processes of their own, hold sessions, paces, the clock and tasks as one."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import AgentSession
from app.core import journal
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event
from app.core.now import at, utcnow
from app.core.work import clock, jobs
from app.core.work.clock import LOCK
from app.core.work.tasks import TaskName
from tests.factories import accounts
from tests.factories.accounts import PASSPHRASE, local_account
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.hosts import Host
from tests.support.journaled import journaled
from tests.support.waiting import wait_for

SYSTEM = system_identity("tests")
ALICE = "alice@exemple.invalid"
#: seconds at which a passphrase is looked at, after so many wrong ones; then the account is locked
LOOKED_AT = (0, 1, 2, 4, 8, 16, 32, 64, 124, 184)
MANY = 12
Hosts = tuple[Host, Host]


class Errand(TaskName):
    """Tasks of these tests."""

    NOTE = "tests.hosts.note"


@pytest.fixture
def hosts(app: TransactionalFlask, world: World, tmp_path: Path) -> Iterator[Hosts]:
    """Two of them."""
    one, other = (Host(app.config["VIGIE"], tmp_path / name) for name in ("un", "deux"))
    yield one, other
    one.close()
    other.close()


def sign_in(
    app: TransactionalFlask, code: str, passphrase: str = PASSPHRASE, later: float = 0
) -> Any:
    """Sign in as alice; the status of the answer and the key of the session."""
    client = InspectingClient(app, app.response_class)
    with at(utcnow() + timedelta(seconds=later)):
        page = accounts.show_passphrase(client, ALICE, passphrase)
        if page.status_code == 200:
            page = accounts.show_code(client, page, code)
    cookie = client.get_cookie("vigie")
    return [page.status_code, cookie.value if cookie else ""]


def read(app: TransactionalFlask, path: str, key: str) -> int:
    """The status of a page, for whoever holds the key of a session."""
    client = InspectingClient(app, app.response_class)
    client.set_cookie("vigie", key)
    return client.get(path).status_code


def leave(app: TransactionalFlask, number: int, key: str) -> int:
    """Close a session from the page that lists them."""
    client = InspectingClient(app, app.response_class)
    client.set_cookie("vigie", key)
    path = f"/compte/sessions/{number}/fermeture"
    return client.submit(path, {}, page="/compte/sessions").status_code


def test_a_session_of_one_host_is_read_and_closed_on_the_other(hosts: Hosts, world: World) -> None:
    one, other = hosts
    enrolled = local_account(world.alice)
    status, key = one.do(sign_in, code=enrolled.code())
    assert status == 303
    assert other.do(read, path="/compte/sessions", key=key) == 200
    with unit_of_work(SYSTEM) as session:
        number = session.scalars(select(AgentSession.id)).one()
    assert other.do(leave, number=number, key=key) == 303
    assert one.do(read, path="/compte/sessions", key=key) == 401


def test_wrong_passphrases_of_both_hosts_are_counted_together(hosts: Hosts, world: World) -> None:
    enrolled = local_account(world.alice)
    for number, later in enumerate(LOOKED_AT):
        status, _ = hosts[number % 2].do(sign_in, code="", passphrase="fausse", later=later)
        assert status == 422
    for host in hosts:
        assert host.do(sign_in, code=enrolled.code(), later=LOOKED_AT[-1] + 1)[0] == 422
    told = Counter(line.details["reason"] for line in journaled(Event.ACCOUNT_REFUSED))
    assert told == {"wrong": len(LOOKED_AT), "locked": 2}


def tick(app: Flask, url: str) -> str:
    """Run the clock, each task of it five times a second, until the process is killed."""
    clock.CronTrigger.from_crontab = lambda *_, **__: IntervalTrigger(seconds=0.2)  # type: ignore[method-assign]
    clock.run(app, url, stopping=threading.Event(), check_every=0.1)
    return "ended"


def test_one_clock_ticks_and_the_other_takes_over(
    hosts: Hosts, app: TransactionalFlask, tmp_path: Path
) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    for host in hosts:
        host.ask(tick, url=url)
    wait_for(lambda: queued() == len(list(clock.ticks)))
    first = holders(url)
    assert len(first) == 1
    # Five ticks of each: what is still queued is not asked again, by whichever clock.
    time.sleep(1)
    assert queued() == len(list(clock.ticks))
    with psycopg.connect(jobs.conninfo(url), autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(%s)", first)
    wait_for(lambda: len(holders(url)) == 1 and holders(url) != first)
    assert queued() == len(list(clock.ticks))


def queued() -> int:
    """Tasks that wait."""
    with unit_of_work(SYSTEM) as session:
        return session.scalar(text("select count(*) from procrastinate_jobs")) or 0


def holders(url: str) -> list[int]:
    """The connections that hold the lock of the clock."""
    held = "select pid from pg_locks where locktype = 'advisory' and objid = %s and objsubid = 1 and granted"
    with psycopg.connect(jobs.conninfo(url), autocommit=True) as connection:
        return [pid for (pid,) in connection.execute(held, [LOCK]).fetchall()]


@jobs.does(Errand.NOTE)
def note(number: int, places: list[str]) -> None:
    """Note the task in the journal, once the workers of both hosts are at one."""
    here = Path(jobs.bound.only.config["VIGIE"].home)
    (here / "present").touch()
    wait_for(lambda: all((Path(place) / "present").exists() for place in places), seconds=30)
    with unit_of_work(SYSTEM) as session:
        journal.record(session, SYSTEM, Event.SEARCHED, query=f"{here.name} {number}", count=0)


def work(app: TransactionalFlask, url: str) -> int:
    """Run the tasks that wait."""
    jobs.work(url, concurrency=2, pulse=jobs.Pulse(), wait=False)
    return 0


def test_two_workers_take_each_task_once(hosts: Hosts, app: TransactionalFlask) -> None:
    places = [str(host.home) for host in hosts]
    with unit_of_work(SYSTEM) as session:
        for number in range(MANY):
            jobs.defer(session, Errand.NOTE, number=number, places=places)
    for host in hosts:
        host.ask(work, url=app.config["SQLALCHEMY_DATABASE_URI"])
    assert [host.answer() for host in hosts] == [0, 0]
    done = [line.details["query"].split() for line in journaled(Event.SEARCHED)]
    assert sorted(int(number) for _, number in done) == list(range(MANY))
    assert {host for host, _ in done} == {"un", "deux"}
