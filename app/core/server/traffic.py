"""What each request cost: counted for Prometheus, and told in one line of the log.

A request is known by the template of its route alone: an address would name a firm, an agent, or hold a secret.

Under gunicorn several processes count, each in files of its own slot (`gunicorn.conf.py`), which whichever is asked adds up: a worker
that is replaced goes on where the former one was, so that files are as many as workers and no figure goes back.
"""

import os
import time
from typing import Any

from flask import (
    Flask,
    Response,
    g,
    has_request_context,
    request,
    request_finished,
    request_started,
)
from prometheus_client import CollectorRegistry, Counter, Histogram, Summary, multiprocess, values
from sqlalchemy import Engine, event

from app.core.logging import get_logger

logger = get_logger(__name__)

#: where processes that serve together write what they count; unset, one process counts for itself
FILES = "PROMETHEUS_MULTIPROC_DIR"
#: the place of this process among them
SLOT = "PROMETHEUS_MULTIPROC_SLOT"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
#: no route is known by such an address, or by such a method
OTHER = "autre"
#: seconds; a page that takes more than the last is what PostgreSQL stops
DURATIONS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

#: whether other processes serve beside this one, as it begins
IS_SHARED = FILES in os.environ
if IS_SHARED:
    # The slot is asked again at each count: it is known once the process was forked.
    values.ValueClass = values.MultiProcessValue(lambda: os.environ.get(SLOT, "0"))  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "vigie_http_requests", "Requests, by template of route, method and status.",
    ["route", "method", "status"], registry=REGISTRY,
)  # fmt: skip
SECONDS = Histogram(
    "vigie_http_request_duration_seconds", "Seconds until the answer begins, by template of route.",
    ["route"], buckets=DURATIONS, registry=REGISTRY,
)  # fmt: skip
STATEMENTS = Summary(
    "vigie_http_request_statements", "Statements sent to PostgreSQL by a request, by template of route.",
    ["route"], registry=REGISTRY,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Count every request of ``app``."""
    request_started.connect(_begin, app)
    request_finished.connect(_end, app)


def registry() -> CollectorRegistry:
    """What was counted, by every process of this machine that serves beside this one."""
    if not IS_SHARED:
        return REGISTRY
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _begin(_app: Flask, **_: Any) -> None:
    g.began_at, g.statements = time.perf_counter(), 0


@event.listens_for(Engine, "after_cursor_execute")
def _count_statement(*_: Any) -> None:
    if has_request_context() and "statements" in g:
        g.statements += 1


def _end(_app: Flask, response: Response, **_: Any) -> None:
    route = request.url_rule.rule if request.url_rule is not None else OTHER
    method = request.method if request.method in METHODS else OTHER
    # A request that ended before it began, its session unreadable, cost nothing that is known.
    now = time.perf_counter()
    seconds, statements = now - g.get("began_at", now), g.get("statements", 0)
    REQUESTS.labels(route, method, response.status_code).inc()
    SECONDS.labels(route).observe(seconds)
    STATEMENTS.labels(route).observe(statements)
    logger.info(
        "request", route=route, method=method, status=response.status_code,
        milliseconds=round(1000 * seconds), statements=statements,
    )  # fmt: skip
