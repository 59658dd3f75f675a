"""The queue and the clock: asked in the transaction, done once, given back when a worker dies."""

import threading
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.core.work import clock, jobs
from app.core.work.clock import LOCK
from app.core.work.tasks import Task, TaskName
from app.detections.models import RunState
from app.detections.runs import queries as run_queries
from app.detections.runs import services
from app.detections.runs.jobs import run_month
from app.models_registry.models import ModelState, ModelVersion
from tests.factories.detections import AS_OF, register_firms, register_small_model
from tests.support.waiting import wait_for
from tests.support.workers import start_worker, working

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")
DONE: list[int] = []
QUICK = jobs.Pulse(beat=0.2, dead_after=1.0, check=0.2)


class Chore(TaskName):
    """Tasks of these tests."""

    NOTE = "tests.note"
    REFUSE = "tests.refuse"
    ASK = "tests.ask"


@jobs.does(Chore.NOTE)
def note(number: int) -> None:
    """Note that the task ran."""
    DONE.append(number)


@jobs.does(Chore.REFUSE)
def refuse() -> None:
    """A task that only a person can mend."""
    raise DomainError("Rien à faire sans vous.")


@jobs.does(Chore.ASK)
def ask() -> None:
    """A task that asks for another one, from the worker."""
    with unit_of_work(ACTOR) as session:
        jobs.defer(session, Chore.NOTE, number=7)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Nothing was done yet."""
    DONE.clear()


def waiting(session: Session) -> int:
    return (
        session.scalar(text("select count(*) from procrastinate_jobs where status = 'todo'")) or 0
    )


def work(app: TransactionalFlask) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    jobs.work(url, concurrency=2, pulse=QUICK, wait=False)


def test_a_task_asked_in_a_transaction_rolled_back_does_not_exist(session: Session) -> None:
    jobs.defer(session, Chore.NOTE, number=1)
    assert waiting(session) == 1
    session.rollback()
    assert waiting(session) == 0


def test_a_committed_task_is_done_by_the_worker(
    fresh_database: None, app: TransactionalFlask
) -> None:
    with unit_of_work(ACTOR) as session:
        jobs.defer(session, Chore.NOTE, number=1)
    work(app)
    assert DONE == [1]


def test_a_task_can_ask_for_a_task_from_inside_the_worker(
    fresh_database: None, app: TransactionalFlask
) -> None:
    with unit_of_work(ACTOR) as session:
        jobs.defer(session, Chore.ASK)
    work(app)
    work(app)
    assert DONE == [7]


def test_a_queueing_lock_refuses_a_double_and_spares_the_transaction(session: Session) -> None:
    assert jobs.defer(session, Chore.NOTE, queueing_lock="once", number=1)
    assert not jobs.defer(session, Chore.NOTE, queueing_lock="once", number=2)
    session.commit()
    assert waiting(session) == 1


def test_what_a_person_must_mend_is_not_tried_again(
    fresh_database: None, app: TransactionalFlask
) -> None:
    with unit_of_work(ACTOR) as session:
        jobs.defer(session, Chore.REFUSE)
    work(app)
    with unit_of_work(ACTOR) as session:
        states = session.execute(text("select status, attempts from procrastinate_jobs")).all()
    assert [tuple(row) for row in states] == [("failed", 1)]


def test_a_tick_deferred_twice_asks_once(fresh_database: None, app: TransactionalFlask) -> None:
    clock.defer_tick(app, Task.DETECTIONS_MONTH)
    clock.defer_tick(app, Task.DETECTIONS_MONTH)
    with unit_of_work(ACTOR) as session:
        assert waiting(session) == 1


def test_a_second_clock_waits_and_takes_over(fresh_database: None, app: TransactionalFlask) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    stopping = threading.Event()
    with psycopg.connect(jobs.conninfo(url), autocommit=True) as first:
        assert clock.take_lock(first)
        second = threading.Thread(
            target=clock.run, args=(app, url), kwargs={"stopping": stopping, "check_every": 0.1}
        )
        second.start()
        time.sleep(0.4)
        assert holders(url) == 1
    wait_for(lambda: holders(url) == 1)
    with psycopg.connect(jobs.conninfo(url), autocommit=True) as third:
        assert not clock.take_lock(third)
    stopping.set()
    second.join(timeout=10)
    assert not second.is_alive()
    wait_for(lambda: holders(url) == 0)


def holders(url: str) -> int:
    with psycopg.connect(jobs.conninfo(url), autocommit=True) as connection:
        row = connection.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and objid = %s and granted",
            [LOCK],
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_wrong_cron_stops_the_start() -> None:
    with pytest.raises(ValueError, match="Wrong number of fields"):
        clock.schedule(Task.DETECTIONS_MONTH, "every night")


def test_the_run_of_the_month_is_made_once(fresh_database: None, app: TransactionalFlask) -> None:
    with unit_of_work(ACTOR) as session:
        session.add(
            ModelVersion(
                directory="m",
                sha256="s",
                trained_as_of=AS_OF,
                state=ModelState.CHAMPION,
                metrics={},
            )
        )
    run_month()
    run_month()
    with unit_of_work(ACTOR) as session:
        (run,) = run_queries.list_runs(session)
        assert run.as_of.day == 1
        assert waiting(session) == 1
        run.state = RunState.FAILED
        session.execute(text("delete from procrastinate_jobs"))
    run_month()
    with unit_of_work(ACTOR) as session:
        (run,) = run_queries.list_runs(session)
        assert run.state is RunState.WAITING
        assert waiting(session) == 1


def test_a_worker_killed_with_9_is_replaced_and_the_run_finishes_once(
    fresh_database: None, app: TransactionalFlask, home: Path
) -> None:
    with unit_of_work(ACTOR) as session:
        register_firms(session, home)
        register_small_model(session, home)
        run = services.start_run(session, ACTOR, as_of=AS_OF, trigger="test", is_deferred=True)
        run_id = run.id

    def is_in(*states: RunState) -> bool:
        with unit_of_work(ACTOR) as session:
            return run_queries.get_run(session, ACTOR, run_id).state in states

    first = start_worker(app, home)
    wait_for(lambda: is_in(RunState.RUNNING))
    first.kill()
    first.wait()
    assert is_in(RunState.RUNNING), "killed too late to prove anything"
    with working(app, home):
        wait_for(lambda: is_in(RunState.DONE, RunState.FAILED))
    with unit_of_work(ACTOR) as session:
        run = run_queries.get_run(session, ACTOR, run_id)
        assert run.state is RunState.DONE, run.error
        assert session.scalar(text("select count(*) from detection_list")) == 1
        assert (
            session.scalar(text("select count(distinct siren) = count(*) from detection_entry"))
            is True
        )
