"""One clock for every process, the database's; a jump of it blocks nobody for days, opens nothing for days, and is reported."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.local import backoff
from app.accounts.models import AgentSession, LoginAttempt
from app.accounts.sessions import store
from app.audit.keeping.clock import ClockWatch
from app.core import journal, now
from app.core.database.cluster import LocalCluster
from app.core.journal import Event, JournalEntry, written_at
from app.core.web.pace import EXPORTS, SEARCHES, Pace, seconds_to_wait
from tests.factories.journal import Superuser, superuser_of, write_then
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.support.readers import open_session

DAYS = timedelta(days=3)
HOUR = timedelta(hours=1)


@pytest.fixture
def superuser(app: Flask, cluster: LocalCluster, world: World) -> Iterator[Superuser]:
    """Whoever runs the server, and could have had its clock wrong."""
    with superuser_of(app, cluster) as superuser:
        yield superuser


@pytest.fixture
def wrong_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock of the machine is three days ahead of the database's."""
    right = now.machine_time
    monkeypatch.setattr(now, "machine_time", lambda: right() + DAYS)
    yield
    monkeypatch.undo()
    with system() as session:
        session.connection()


def search_as(agent_id: int) -> None:
    with working_as(agent_id) as (session, who):
        journal.record(session, who, Event.SEARCHED, query="x", count=0)


def wait(agent_id: int, pace: Pace = SEARCHES, *, limit: int = 1) -> int:
    with working_as(agent_id) as (session, who):
        return seconds_to_wait(session, who, pace, limit=limit)


def last_line() -> JournalEntry:
    with system() as session:
        line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
        session.expunge(line)
        return line


@pytest.mark.parametrize(
    ("pace", "event"), [(SEARCHES, Event.SEARCHED), (EXPORTS, Event.DETECTION_EXPORTED)]
)
def test_a_line_from_a_clock_that_was_ahead_slows_nobody(
    world: World, superuser: Superuser, pace: Pace, event: Event
) -> None:
    write_then(superuser, datetime.now(UTC) + DAYS, actor_id=world.alice, event=event)
    assert wait(world.alice, pace) == 0


def test_behind_it_searches_are_still_counted(world: World, superuser: Superuser) -> None:
    write_then(superuser, datetime.now(UTC) + DAYS)
    search_as(world.alice)
    assert 0 < wait(world.alice) <= 60
    assert wait(world.alice, limit=2) == 0
    assert wait(world.bob) == 0


def test_a_line_written_behind_another_says_what_the_clock_said(
    world: World, superuser: Superuser
) -> None:
    ahead = datetime.now(UTC) + DAYS
    write_then(superuser, ahead)
    search_as(world.alice)
    line = last_line()
    assert line.recorded_at == ahead
    assert abs(datetime.fromisoformat(line.details["clock"]) - datetime.now(UTC)) < HOUR
    with system() as session:
        said = session.scalar(select(written_at()).where(JournalEntry.id == line.id))
        assert said == datetime.fromisoformat(line.details["clock"])


def test_nobody_says_for_the_clock_what_it_did_not(world: World) -> None:
    with working_as(world.alice) as (session, who):
        journal.record(session, who, Event.SEARCHED, query="x", clock="2020-01-01T00:00:00+00:00")
    assert "clock" not in last_line().details


def test_verification_names_the_lines_and_how_far_the_clock_went_back(
    app: Flask, world: World, superuser: Superuser
) -> None:
    search_as(world.alice)
    number = write_then(superuser, datetime.now(UTC) + DAYS)
    search_as(world.alice)
    search_as(world.alice)
    told = app.test_cli_runner().invoke(args=["journal", "verify"]).output
    assert (
        f"Horloge : lignes {number + 1} à {number + 2} : l’horloge de la base est revenue en arrière de 3 j"
        in told
    )
    assert f"ligne {number + 2} : elle est datée du" in told


def test_verification_says_nothing_of_a_right_clock(app: Flask, world: World) -> None:
    search_as(world.alice)
    search_as(world.alice)
    assert "Horloge" not in app.test_cli_runner().invoke(args=["journal", "verify"]).output


def test_lines_of_one_instant_tell_of_a_clock_that_went_back_before_lines_could_say_it() -> None:
    moment, watch = datetime(2026, 11, 1, 12, tzinfo=UTC), ClockWatch()
    for number, minutes in enumerate((0, 5, 5, 5, 9), start=1):
        watch.step(_Line(number, moment + timedelta(minutes=minutes)))
    (told,) = watch.findings(moment + HOUR)
    assert told.startswith("lignes 3 à 4 : l’horloge de la base est revenue en arrière ;")


class _Line:
    def __init__(self, number: int, recorded_at: datetime) -> None:
        self.number, self.recorded_at = number, recorded_at
        self.details: dict[str, object] = {}


def test_a_machine_that_is_wrong_follows_the_clock_of_the_database(
    world: World, wrong_machine: None
) -> None:
    with system() as session:
        said = session.scalar(select(func.clock_timestamp()))
        assert said is not None
        assert abs(now.utcnow() - said) < timedelta(seconds=5)
    open_session(world.alice)
    with system() as session:
        opened = session.scalars(select(AgentSession.created_at)).one()
        assert abs(opened - said) < timedelta(minutes=1)


def test_two_clocks_that_agree_are_one(world: World) -> None:
    with system() as session:
        session.connection()
    before = datetime.now(UTC)
    time.sleep(0.001)
    assert before < now.utcnow() < datetime.now(UTC)


def test_a_session_opened_by_a_clock_ahead_is_closed(world: World) -> None:
    key = open_session(world.alice)
    with system() as session:
        assert store.find(session, key) is not None
        session.execute(update(AgentSession).values(last_seen_at=now.utcnow() + DAYS))
        assert store.find(session, key) is None


def test_a_failure_dated_ahead_delays_as_long_as_it_would_have(world: World) -> None:
    subject = backoff.of_account("alice@exemple.invalid", world.alice)
    with system() as session:
        for _ in range(10):
            backoff.admit(session, [subject])
            session.execute(update(LoginAttempt).values(blocked_until=None))
            session.expire_all()
        session.execute(
            update(LoginAttempt).values(
                failed_at=now.utcnow() + DAYS, blocked_until=now.utcnow() + DAYS + HOUR
            )
        )
        session.expire_all()
        row = backoff.admit(session, [subject])
        assert row is not None
        assert row.blocked_until is not None
        assert timedelta(minutes=59) < row.blocked_until - now.utcnow() <= HOUR


@pytest.mark.parametrize(("ago", "is_in"), [(0, True), (14, True), (15, False), (-1, False)])
def test_what_lasts_fifteen_minutes_is_not_still_to_come(ago: int, is_in: bool) -> None:
    moment = now.utcnow() - timedelta(minutes=ago)
    assert now.is_within(moment, timedelta(minutes=15)) is is_in
