"""``python -m bench.journaling``: how fast lines are appended, against the same lines in a table without a chain, and verified."""

import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from app import create_app
from app.audit.keeping import chain
from app.core.database import instance
from app.core.database.cluster import local_cluster
from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import utcnow
from app.core.work.jobs import conninfo
from app.extensions import db
from bench import conditions
from bench.measuring import seconds
from config import Config

DURATION, WARM_UP = 6.0, 1.0
ROUNDS = 3
WRITERS = (1, 8)
LINES, BATCH = 100_000, 500

FLOOR = """
    create table bench_floor (id bigint generated always as identity, recorded_at timestamptz default clock_timestamp(),
        actor_id integer, actor_name text, event varchar(60), siren varchar(9), details jsonb, primary key (id, recorded_at));
    create index on bench_floor (actor_id, recorded_at);
    create index on bench_floor (siren, recorded_at);
    create index on bench_floor (event, recorded_at);
"""
LINE = (
    "'companies:company:read', '100000009',"
    """ '{"in_zone": true, "reason": "zone", "page": "/entreprises/100000009", "confidential": true}'"""
)
STATEMENTS = {
    "floor": f"insert into bench_floor (actor_id, actor_name, event, siren, details) values (null, 'Banc d’essai', {LINE})",
    "journal": f"select journal_append(null, {LINE})",
}
#: lines have an author: the system, as a job would be
AUTHOR = "set vigie.system = 'on'; set vigie.actor = 'Banc d’essai'"


def table(app: TransactionalFlask) -> str:
    """Return Markdown: lines per second with each number of writers, the median of the rounds, and the ratio to the floor."""
    endpoints = app.config["VIGIE_ENDPOINTS"]
    app_url, owner_url = conninfo(endpoints.app_url), conninfo(endpoints.owner_url)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(FLOOR)
    rows = [
        "| writers | without chain, lines/s | journal, lines/s | journal / without |",
        "|---|---|---|---|",
    ]
    for writers in WRITERS:
        # The two alternate, so that both suffer from a slow minute of the machine.
        rates: dict[str, list[float]] = {name: [] for name in STATEMENTS}
        for _ in range(ROUNDS):
            for name, statement in STATEMENTS.items():
                rates[name].append(_rate(app_url, statement, writers=writers))
        floor, journal = (sorted(rates[name])[ROUNDS // 2] for name in STATEMENTS)
        rows.append(f"| {writers} | {floor:,.0f} | {journal:,.0f} | {journal / floor:.2f} |")
    took, lines = _verified(app, app_url, owner_url)
    rows += ["", f"Verification: {lines:,} lines in {took:.1f} s, {lines / took:,.0f} lines/s."]
    return "\n".join(rows)


def _rate(url: str, statement: str, *, writers: int) -> float:
    """Return lines per second with ``writers`` connections that commit each line."""
    counting, stopping = threading.Event(), threading.Event()

    def write() -> int:
        count = 0
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(AUTHOR)
            while not stopping.is_set():
                connection.execute(statement)
                count += counting.is_set()
        return count

    with ThreadPoolExecutor(writers) as pool:
        written = [pool.submit(write) for _ in range(writers)]
        time.sleep(WARM_UP)
        counting.set()
        time.sleep(DURATION)
        stopping.set()
        return sum(done.result() for done in written) / DURATION


def _verified(app: TransactionalFlask, app_url: str, owner_url: str) -> tuple[float, int]:
    """Return the seconds to verify at least `LINES` lines, and how many there were."""
    with psycopg.connect(app_url, autocommit=True) as writer:
        writer.execute(AUTHOR)
        # The head gets a version per line of a transaction: keep transactions short, as in production.
        for _ in range(LINES // BATCH):
            writer.execute(
                f"select count(journal_append(null, {LINE})) from generate_series(1, %s)", [BATCH]
            )
    walks: list[chain.Walk] = []

    def walk() -> None:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            key = app.config["VIGIE"].journal_key
            walks.append(chain.verify(owner, [], key=key, today=utcnow().date()))

    took = seconds(walk)
    return took, walks[0].lines


def main() -> None:
    """Prepare an empty instance, then print the table."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as scratch:
        home = Path(scratch) / "home"
        os.environ["VIGIE_HOME"] = str(home)
        app = create_app(Config.from_env())
        try:
            with app.app_context():
                instance.prepare(app.config["VIGIE"])
            version = local_cluster(home).binaries.version
            load = os.getloadavg()[0]
            sys.stdout.write(
                f"{conditions.sentence(postgresql=version)} Load before: {load:.1f}.\n\n{table(app)}\n"
            )
        finally:
            with app.app_context():
                db.engine.dispose()
            local_cluster(home).stop()


if __name__ == "__main__":
    main()
