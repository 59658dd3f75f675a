"""The clock: one process that decides *when* and defers tasks; the queue guarantees *once*.

Domains declare their times in code with `schedule`. The process holds an advisory lock, so that a
second clock waits and takes over when the first one dies: PostgreSQL frees the lock with its
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
from app.core.now import PARIS
from app.core.slots import Slot
from app.core.work import jobs
from app.core.work.tasks import TaskName

logger = get_logger(__name__)

#: the advisory lock of the clock: any number, the same for all clocks of an instance
LOCK = 7_146_001
#: how often a waiting clock tries, and a running one checks that its lock is still held, in seconds
PATROL = 5.0
#: how late a tick may still be struck, in seconds
GRACE = 3600


@dataclass(frozen=True)
class Tick:
    """A task deferred at set times; ``cron`` has five fields, Paris time."""

    task: TaskName
    cron: str


#: what each domain schedules
ticks: Slot[Tick] = Slot("ticks of the clock")


def schedule(task: TaskName, cron: str) -> None:
    """Defer ``task`` at the times of ``cron``; it must bear being deferred twice, or never for a while."""
    CronTrigger.from_crontab(cron, timezone=PARIS)  # a wrong cron stops the start, not the night
    ticks.fill(Tick(task, cron))


def strike(app: Flask, task: TaskName) -> None:
    """Defer ``task``, unless it is still waiting from the last time."""
    with app.app_context(), unit_of_work(system_identity("Horloge")) as session:
        deferred = jobs.defer(session, task, queueing_lock=f"clock:{task.value}")
    logger.info("tick", name=task.value, deferred=deferred)


def take_lock(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether this connection holds the clock's lock from now on; it must be in autocommit."""
    row = connection.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    return row is not None and row[0] is True


def run(app: Flask, url: str, *, stopping: threading.Event, patrol: float = PATROL) -> None:
    """Wait for the lock, then strike until ``stopping`` is set. Raises psycopg's error when the lock's connection is lost."""
    with psycopg.connect(jobs.conninfo(url), autocommit=True) as connection:
        while not take_lock(connection):
            logger.info("another clock is running")
            if stopping.wait(patrol):
                return
        scheduler = BackgroundScheduler(timezone=PARIS)
        for tick in ticks:
            scheduler.add_job(
                strike,
                CronTrigger.from_crontab(tick.cron, timezone=PARIS),
                args=[app, tick.task],
                id=tick.task.value,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=GRACE,
            )
        scheduler.start()
        logger.info("clock started", ticks=[tick.task.value for tick in ticks])
        try:
            while not stopping.wait(patrol):
                connection.execute("select 1")
        finally:
            scheduler.shutdown(wait=True)
