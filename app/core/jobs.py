"""Work done outside requests: Procrastinate tasks, deferred inside the transaction that asks for them."""

import functools
from collections.abc import Callable
from typing import Any

import procrastinate
from flask import Flask, current_app
from procrastinate.tasks import Task
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

#: bound to the database by `init_app`; tasks are declared in each domain's ``jobs.py``
queue = procrastinate.App(connector=procrastinate.PsycopgConnector(), import_paths=[])

RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=10)


def task(name: str, *, lock: str | None = None) -> Callable[[Callable[..., None]], "Task[..., Any, Any]"]:
    """Declare a task that runs inside an application context; ``lock`` names what two tasks must not do at once."""

    def declare(function: Callable[..., None]) -> "Task[..., Any, Any]":
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            with _flask_app().app_context():
                function(**arguments)

        return queue.task(name=name, retry=RETRY, lock=lock, pass_context=False)(run)

    return declare


def defer(session: Session, job: "Task[..., Any, Any]", *, queueing_lock: str | None = None, **arguments: Any) -> None:
    """Ask for ``job`` in the transaction of ``session``: rolled back, nothing was asked."""
    connection = session.connection().connection.driver_connection
    job.configure(connection=connection, queueing_lock=queueing_lock).defer(**arguments)


_bound: list[Flask] = []


def init_app(app: Flask) -> None:
    """Remember the application whose context tasks run in."""
    _bound[:] = [app]


def connected_queue(url: str) -> procrastinate.App:
    """The queue, connected to the database at SQLAlchemy ``url``; the caller opens and closes it."""
    return queue.with_connector(procrastinate.PsycopgConnector(conninfo=conninfo(url)))


def conninfo(url: str) -> str:
    """A libpq URL from a SQLAlchemy one."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _flask_app() -> Flask:
    if _bound:
        return _bound[0]
    return current_app
