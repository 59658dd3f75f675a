"""Work outside requests: Procrastinate tasks, deferred inside the transaction that requests them.

`flask --app wsgi worker` runs them. A worker killed with -9 stops sending heartbeats; at its next check, any
other worker puts its jobs back in the queue.
"""

import asyncio
import contextlib
import functools
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import procrastinate
from flask import Flask, current_app, has_app_context
from procrastinate import exceptions, manager, retry, tasks
from procrastinate import jobs as queue_jobs
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.core.logging import get_logger
from app.core.maintenance import gate, notice
from app.core.now import utcnow
from app.core.slots import Slot
from app.core.work.tasks import Task, TaskName

logger = get_logger(__name__)

QueuedTask = tasks.Task[..., Any, Any]

MAX_ATTEMPTS = 5
#: before a task that met a maintenance asks again whether it is over
UNTIL_OPEN = timedelta(seconds=30)
STANDING = f"select {notice.COMMENT} as told, {gate.STANDING} as standing"


class RetryPolicy(retry.BaseRetryStrategy):
    """Retry transient failures (a server down, a lock held) after 10 s, then 40, 90, 160; never what a person must fix."""

    def get_retry_decision(
        self, *, exception: BaseException, job: queue_jobs.Job
    ) -> procrastinate.RetryDecision | None:
        """Return when to try again, `None` for never."""
        if isinstance(exception, gate.MaintenanceError):
            # Taken as Vigie was closing: it did nothing, and no attempt is lost.
            return procrastinate.RetryDecision(retry_at=utcnow() + UNTIL_OPEN)
        if isinstance(exception, DomainError) or job.attempts + 1 >= MAX_ATTEMPTS:
            return None
        # The queue compares it with the clock of the database, which the machine's may not be.
        delay = timedelta(seconds=10 * (job.attempts + 1) ** 2)
        return procrastinate.RetryDecision(retry_at=utcnow() + delay)


class PatientJobs(manager.JobManager):
    """The queue, from which nothing is taken while Vigie is maintained; those who took something before end it."""

    async def fetch_job(
        self, queues: Iterable[str] | None, worker_id: int
    ) -> queue_jobs.Job | None:
        """Take a job; nothing in a maintenance. Raise `gate.MaintenanceError` in a worker of another version: it must be started again."""
        asked = await self.connector.execute_query_one_async(STANDING)
        if not notice.read(asked["told"]).is_open:
            return None
        gate.require_version(asked["standing"])
        return await super().fetch_job(queues, worker_id)


#: the functions of each domain's ``jobs.py`` register here; the worker gives it a connection
queue = procrastinate.App(connector=procrastinate.PsycopgConnector(), import_paths=[])
queue.job_manager = PatientJobs(connector=queue.connector)
#: writes jobs through the connection of the business transaction, including in a worker's thread, where
#: the connector of `queue` is asynchronous
_outbox = manager.JobManager(connector=procrastinate.SyncPsycopgConnector())


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """Seconds between heartbeats, before a silent worker is considered dead, and between checks."""

    beat: float = 4.0
    dead_after: float = 20.0
    check: float = 5.0


def does(name: TaskName) -> Callable[[Callable[..., None]], QueuedTask]:
    """Register the decorated function as the one that performs a task, inside an application context.

    The application is the caller's or, in a worker's thread, the worker's.
    """

    def declare(function: Callable[..., None]) -> QueuedTask:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            app = current_app if has_app_context() else bound.only
            with app.app_context():
                function(**arguments)

        return queue.task(name=name.value, retry=RetryPolicy(), lock=name.lock, pass_context=False)(
            run
        )

    return declare


def defer(
    session: Session, task: TaskName, *, queueing_lock: str | None = None, **arguments: Any
) -> bool:
    """Queue ``task`` in the transaction of ``session``: if it is rolled back, so is the job.

    Return `False` when a job with the same ``queueing_lock`` is already queued: there is never a second one.
    """
    session.flush()
    try:
        # A refused duplicate breaks its savepoint, not the transaction.
        with session.begin_nested():
            tasks.configure_task(
                name=task.value,
                job_manager=_outbox,
                lock=task.lock,
                queueing_lock=queueing_lock,
                connection=session.connection().connection.driver_connection,
            ).defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return False
    return True


#: the application whose context tasks run in
bound: Slot[Flask] = Slot("application of the worker")


def init_app(app: Flask) -> None:
    """Remember the application whose context tasks run in."""
    bound.fill(app)


def load() -> None:
    """Import every ``jobs`` module of the application. Raise `RuntimeError` when none of them performs a task."""
    for module in pkgutil.walk_packages(import_module("app").__path__, "app."):
        if module.name.endswith(".jobs"):
            import_module(module.name)
    missing = [name.value for name in Task if name.value not in queue.tasks]
    if missing:
        raise RuntimeError(f"no function performs the tasks {', '.join(missing)}")


def work(url: str, *, concurrency: int, pulse: Pulse, wait: bool = True) -> None:
    """Run tasks until SIGTERM (``wait``) or until none is left; ``url`` is a SQLAlchemy URL."""
    load()
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(url), min_size=1, max_size=concurrency + 3
    )
    with queue.replace_connector(connector):
        asyncio.run(_work(concurrency=concurrency, pulse=pulse, wait=wait))


async def _work(*, concurrency: int, pulse: Pulse, wait: bool) -> None:
    async with queue.open_async():
        await requeue_stalled(dead_after=pulse.dead_after)
        watch = asyncio.create_task(_watch(pulse))
        try:
            await queue.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                update_heartbeat_interval=pulse.beat,
                stalled_worker_timeout=pulse.dead_after,
            )
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch


async def _watch(pulse: Pulse) -> None:
    while True:
        await asyncio.sleep(pulse.check)
        try:
            await requeue_stalled(dead_after=pulse.dead_after)
        except exceptions.ConnectorException as error:
            logger.warning("stalled jobs not checked", exc_info=error)


async def requeue_stalled(*, dead_after: float) -> int:
    """Requeue the jobs of workers silent for ``dead_after`` seconds; return how many there were.

    A job that has taken down `MAX_ATTEMPTS` workers is marked as failed rather than retried for ever.
    """
    stalled = list(await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after))
    for job in stalled:
        logger.warning("job of a dead worker", job=job.task_name, job_id=job.id, tried=job.attempts)
        if job.attempts + 1 >= MAX_ATTEMPTS:
            await queue.job_manager.finish_job(job, queue_jobs.Status.FAILED, delete_job=False)
        else:
            await queue.job_manager.retry_job(job)
    return len(stalled)


def conninfo(url: str) -> str:
    """``url``, a SQLAlchemy URL, as a libpq one."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
