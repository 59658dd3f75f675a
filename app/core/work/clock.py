"""The clock: one process that decides *when* and defers tasks; the queue guarantees *once*.

Domains declare their schedules in code with `schedule`. The process holds an advisory lock, so that a
second clock waits and takes over when the first one dies: PostgreSQL releases the lock with its
connection, even after kill -9.
"""

import threading
from dataclasses import dataclass

import psycopg
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.logging import get_logger
from app.core.maintenance import gate
from app.core.now import PARIS
from app.core.slots import Slot
from app.core.work import jobs
from app.core.work.tasks import TaskName

logger = get_logger(__name__)

#: the advisory lock of the clock: any number, the same for all clocks of an instance
LOCK = 7_146_001
#: how often, in seconds, a waiting clock tries to take the lock and a running one checks that it still holds it
CHECK_EVERY = 5.0
#: how late, in seconds, a tick may still be deferred
GRACE = 3600
STANDING = f"select {gate.STANDING}"


@dataclass(frozen=True)
class Tick:
    """A task deferred on a schedule; ``cron`` has five fields, in Paris time."""

    task: TaskName
    cron: str


#: what each domain schedules
ticks: Slot[Tick] = Slot("ticks of the clock")


def schedule(task: TaskName, cron: str) -> None:
    """Defer ``task`` on the schedule ``cron``; it must tolerate being deferred twice, or not at all for a while."""
    # An invalid cron fails at start, not in the middle of the night.
    CronTrigger.from_crontab(cron, timezone=PARIS)
    ticks.fill(Tick(task, cron))


def defer_tick(
    app: Flask,
    task: TaskName,
    *,
    stopping: threading.Event | None = None,
    every: float = CHECK_EVERY,
) -> None:
    """Defer ``task``, unless it is still queued from last time; while Vigie is upgraded, wait until it is over or ``stopping``."""
    while True:
        try:
            with app.app_context(), unit_of_work(system_identity("Horloge")) as session:
                is_deferred = jobs.defer(session, task, queueing_lock=f"clock:{task.value}")
        except gate.MaintenanceError:
            if stopping is None:
                raise
            if stopping.wait(every):
                logger.warning("tick lost: the clock stops in a maintenance", name=task.value)
                return
        else:
            logger.info("tick", name=task.value, deferred=is_deferred)
            return


def take_lock(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Try to take the clock's lock on ``connection``, which must be in autocommit; return whether it is now held."""
    row = connection.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    return row is not None and row[0] is True


def run(
    app: Flask, url: str, *, stopping: threading.Event, check_every: float = CHECK_EVERY
) -> None:
    """Wait for the lock, then run the schedule until ``stopping`` is set.

    Raise `psycopg.Error` when the lock's connection is lost, `gate.MaintenanceError` once the database is of another version.
    """
    with psycopg.connect(jobs.conninfo(url), autocommit=True) as connection:
        while not take_lock(connection):
            logger.info("another clock is running")
            if stopping.wait(check_every):
                return
        scheduler = BackgroundScheduler(timezone=PARIS)
        for tick in ticks:
            scheduler.add_job(
                defer_tick,
                CronTrigger.from_crontab(tick.cron, timezone=PARIS),
                args=[app, tick.task],
                kwargs={"stopping": stopping},
                id=tick.task.value,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=GRACE,
            )
        scheduler.start()
        logger.info("clock started", ticks=[tick.task.value for tick in ticks])
        try:
            while not stopping.wait(check_every):
                ((standing,),) = connection.execute(STANDING).fetchall()
                gate.require_version(standing)
        finally:
            stopping.set()
            scheduler.shutdown(wait=True)
