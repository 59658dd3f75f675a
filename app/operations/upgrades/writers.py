"""Those who were writing: tasks in progress end, then every transaction does, then nobody writes."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from app.core.database.endpoints import Endpoints
from app.core.errors import DomainError
from app.core.maintenance import gate
from app.core.work.jobs import conninfo

#: a worker silent for longer is dead: what it had taken goes back to the queue, and begins again under the new version
ALIVE = "30 seconds"
BUSY = """
    select j.task_name from procrastinate_jobs j join procrastinate_workers w on w.id = j.worker_id
    where j.status = 'doing' and w.last_heartbeat > now() - %s::interval order by j.task_name
"""
LOOK_EVERY = 0.5
#: how long transactions in progress are waited for, tasks apart: longer than a page may take
TRANSACTIONS_END = "60s"
STILL_BUSY = "Des tâches étaient encore en cours après {} minutes d’attente : {}. Attendez-les, ou donnez plus de temps : --wait MINUTES."
STILL_WRITING = "Une écriture ne finit pas (une commande, une page) : attendez-la, ou arrêtez-la, puis relancez."


def await_tasks(urls: Endpoints, *, minutes: float, tell: Callable[[str], None]) -> None:
    """Wait until no living worker is at a task: none takes another one. Raise `DomainError` after ``minutes``."""
    until = time.monotonic() + minutes * 60
    told: set[str] = set()
    with psycopg.connect(conninfo(urls.require_owner_url()), autocommit=True) as connection:
        while busy := _busy(connection):
            if time.monotonic() > until:
                raise DomainError(STILL_BUSY.format(f"{minutes:g}", ", ".join(busy)))
            for name in {*busy} - told:
                tell(f"Tâche en cours, attendue : {name}")
            told |= {*busy}
            time.sleep(LOOK_EVERY)


@contextlib.contextmanager
def stopped(urls: Endpoints) -> Iterator[None]:
    """Wait until every transaction in progress is over, then let none begin during a block. Raise `DomainError`."""
    with psycopg.connect(conninfo(urls.require_owner_url()), autocommit=True) as connection:
        connection.execute(f"set lock_timeout = '{TRANSACTIONS_END}'")
        try:
            connection.execute("select pg_advisory_lock(%s, %s)", [gate.LOCK, gate.WRITERS])
        except psycopg.errors.LockNotAvailable:
            raise DomainError(STILL_WRITING) from None
        try:
            yield
        finally:
            # PostgreSQL gives it back with the connection too, once it has noticed: who comes next does not wait for that.
            with contextlib.suppress(psycopg.OperationalError):
                connection.execute("select pg_advisory_unlock(%s, %s)", [gate.LOCK, gate.WRITERS])


def _busy(connection: "psycopg.Connection[Any]") -> list[str]:
    return [name for (name,) in connection.execute(BUSY, [ALIVE]).fetchall()]
