"""What row-level security costs: the same pages with and without the policies, in turn, in a dedicated database."""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

from app.core.database.unit_of_work import TransactionalFlask
from app.extensions import db
from bench.measuring import seconds
from bench.pages import get, signed_in, subject

WARM_UP = 4
RESAMPLES = 2_000
PROTECTED = """
    select relname from pg_class where relrowsecurity
    and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Turns:
    """How many times with then without the policies, and in each the requests that count, after `WARM_UP` others."""

    count: int = 12
    requests: int = 20


#: seconds of a page, and those among them spent waiting for the database
Cost = tuple[float, float]


def table(app: TransactionalFlask, *, email: str) -> str:
    """Return Markdown: the list and a firm, with and without the policies."""
    with app.app_context():
        key, siren = subject(email)
    pages = {
        "`/detections` list": "/detections",
        "`/entreprises/<siren>` firm": f"/entreprises/{siren}",
    }
    return of_pages(app, key, pages, owner_url=app.config["VIGIE_ENDPOINTS"].require_owner_url())


def of_pages(
    app: TransactionalFlask, key: str, pages: Mapping[str, str], *, owner_url: str,
    turns: Turns = Turns(),
) -> str:  # fmt: skip
    """Return Markdown: p50 of each page and of its statements, with and without the policies, and the ratios with their 95 % interval.

    ``key`` is the session of somebody who may read everything, so that both ways show the same rows. The owner of the
    tables turns the policies off and on again; they are always on at the end.
    """
    with app.app_context():
        application = db.engine
    client = signed_in(app, key)
    engine = create_engine(owner_url, poolclass=NullPool)
    lines = [
        "| work | with, p50 ms | without, p50 ms | ratio [95 %] |",
        "|---|---|---|---|",
    ]
    with (
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner,
        _clocked(application) as clock,
    ):
        names = owner.scalars(text(PROTECTED)).all()
        try:
            for label, path in pages.items():
                costs = _in_turn(owner, names, partial(_cost, client, path, clock), turns)
                lines.append(f"| {label} | {_row([(on[0], off[0]) for on, off in costs])} |")
                lines.append(f"| its statements | {_row([(on[1], off[1]) for on, off in costs])} |")
        finally:
            _turn(owner, names, "enable")
    return "\n".join(lines)


def _in_turn(
    owner: Connection, names: Sequence[str], measure: Callable[[], Cost], turns: Turns
) -> list[tuple[Cost, Cost]]:
    """Return, for each turn, the median costs with the policies, then without."""
    costs = []
    for _ in range(turns.count):
        medians = []
        for way in ("enable", "disable"):
            _turn(owner, names, way)
            measured = [measure() for _ in range(WARM_UP + turns.requests)][WARM_UP:]
            page, statements = zip(*measured, strict=True)
            medians.append((statistics.median(page), statistics.median(statements)))
        costs.append((medians[0], medians[1]))
    return costs


def _turn(owner: Connection, names: Sequence[str], way: str) -> None:
    for name in names:
        owner.execute(text(f"alter table {name} {way} row level security"))


def _cost(client: FlaskClient, path: str, clock: list[float]) -> Cost:
    clock.clear()
    total = seconds(lambda: get(client, path))
    return total, sum(clock)


@contextmanager
def _clocked(engine: Engine) -> Iterator[list[float]]:
    """Yield the seconds of each statement of ``engine``, as they end."""
    durations: list[float] = []
    begun: list[float] = []

    def begin(*_arguments: object) -> None:
        begun.append(time.perf_counter())

    def end(*_arguments: object) -> None:
        durations.append(time.perf_counter() - begun.pop())

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    try:
        yield durations
    finally:
        event.remove(engine, "before_cursor_execute", begin)
        event.remove(engine, "after_cursor_execute", end)


def _row(pairs: Sequence[tuple[float, float]]) -> str:
    draw = random.Random(1)  # noqa: S311 - a bootstrap, the same at each run
    ratios = sorted(_ratio(draw.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    low, high = ratios[int(0.025 * RESAMPLES)], ratios[int(0.975 * RESAMPLES)]
    with_ms, without_ms = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    return f"{with_ms:.1f} | {without_ms:.1f} | {_ratio(pairs):.2f} [{low:.2f} ; {high:.2f}]"


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the median over turns of the ratio within a turn, where other loads affect both sides."""
    return statistics.median(on / off for on, off in pairs)
