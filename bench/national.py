"""``python -m bench.national``: a month's import, files → lake → views → portal, against plain DuckDB on the same CSV, and its scaling."""

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import psycopg

from app import create_app
from app.core.access.identity import system_identity
from app.core.database import endpoints, instance
from app.core.database.cluster import SUPERUSER, LocalCluster, local_cluster
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import conninfo
from app.extensions import db
from app.imports import queries, services
from app.imports.intake import decisions
from app.imports.intake import pipeline as imports
from app.imports.models import BatchState, Decision
from bench import conditions, importing
from bench.measuring import Cost, apart, seconds
from config import Config
from scoring.data.engine import connect
from scoring.data.importing import import_directory, partner_files
from scoring.data.lake import Lake, open_tables
from scoring.data.views import cli as views
from scoring.data.views import write_views
from scoring.lab.simulate import simulate

SIZES = (20_000, 40_000)
NATIONAL = 350_000
MONTHS, SEED, JOBS = 120, 1, 2
BATCH = "bench"
ACTOR = system_identity("Banc d’essai")
QUERY = "select code, values from company_series where siret = %s"
HEAD = """
| firms | work | rows | seconds | rows/s | ratio | peak MB | on disk MB |
|---|---|---|---|---|---|---|---|
""".strip()


@dataclass(frozen=True, kw_only=True)
class MeasuredStep:
    """One piece of work on the files of an economy: its cost, and what it left on disk."""

    title: str
    cost: Cost
    megabytes_left: float


@dataclass(frozen=True, kw_only=True)
class Run:
    """All the steps at one size, the floor first; the portal's import is the last.

    `longest_reading`, in seconds, of the `readings` made during a second publication.
    """

    firms: int
    rows: int
    csv_megabytes: float
    simulation: Cost
    steps: list[MeasuredStep]
    readings: int
    longest_reading: float


def table(scratch: Path, *, sizes: tuple[int, ...] = SIZES, months: int = MONTHS) -> str:
    """Return Markdown: each step at each size, ratios to the floor, and the growth from one size to the next."""
    runs = []
    for firms in sizes:
        home = scratch / f"{firms}-firms"
        runs.append(measure(home, firms=firms, months=months))
        shutil.rmtree(home)
    lines = [line for run in runs for line in _lines(run)]
    sizes_measured = [_sentence(run, months=months) for run in runs]
    growth = [_growth(*pair) for pair in pairwise(runs)]
    waits = [_wait(run) for run in runs]
    return "\n".join([*sizes_measured, "", HEAD, *lines, "", *growth, *waits]).strip()


def measure(home: Path, *, firms: int, months: int) -> Run:
    """Simulate an economy under ``home``, then measure each step in its own process."""
    files, last = home / "files", today().replace(day=1) - timedelta(days=1)
    home.mkdir(parents=True)
    written = apart(_simulate, files, firms, months, last)
    imported = [file.path for file in partner_files(files)]
    steps = [
        _step("DuckDB `read_csv` → Parquet, no check", home / "floor", _floor, files),
        _step("files → lake", home / "lake", _load, files, last + timedelta(days=1)),
        _step("lake → views", home / "views", _derive, home / "lake"),
    ]
    portal, durations = _portal_steps(home / "portal", files)
    return Run(
        firms=firms,
        rows=sum(_lines_of(path) for path in imported),
        csv_megabytes=sum(path.stat().st_size for path in imported) / 1e6,
        simulation=written,
        steps=[*steps, portal],
        readings=len(durations),
        longest_reading=max(durations),
    )


def _simulate(files: Path, firms: int, months: int, end: date) -> None:
    simulate(files, firms=firms, months=months, seed=SEED, end=end, jobs=JOBS)


def _step(title: str, out: Path, work: Callable[..., None], *arguments: object) -> MeasuredStep:
    """Measure ``work(out, *arguments)``."""
    out.mkdir()
    return _announced(
        MeasuredStep(title=title, cost=apart(work, out, *arguments), megabytes_left=megabytes(out))
    )


def _announced(step: MeasuredStep) -> MeasuredStep:
    """Print a step at once (measuring the country is long and may be interrupted), and return it."""
    cost = step.cost
    sys.stderr.write(f"{step.title}: {cost.seconds:.1f} s, {cost.megabytes:,.0f} MB\n")
    return step


def _floor(out: Path, files: Path) -> None:
    importing.read_plainly(files, out)


def _load(root: Path, files: Path, on: date) -> None:
    lake = Lake(root)
    reports = import_directory(files, lake, batch_id=BATCH, today=on)
    failed = [report for report in reports if report.error or report.rejected]
    if failed:
        raise RuntimeError(f"the simulated files are refused: {failed}")
    lake.restate([BATCH])


def _derive(out: Path, lake: Path) -> None:
    con = connect(memory_limit=views.MEMORY, spill=out / ".spill")
    write_views(open_tables(lake), con, out)
    con.disconnect()


def _portal_steps(home: Path, files: Path) -> tuple[MeasuredStep, list[float]]:
    """Measure the full import as the portal does it: memory without the database, whose size is what remains.

    Then replay and publish the same batch while an agent reads, and return the duration of each reading.
    """
    with portal_cluster(home) as cluster:
        apart(prepare, home)
        cost = apart(publish, home, files)
        left = megabytes(cluster.data)
        step = _announced(
            MeasuredStep(title="files → archive → lake → portal", cost=cost, megabytes_left=left)
        )
        with _reading(cluster) as durations:
            apart(publish_again, home)
    return step, durations


@contextmanager
def _reading(cluster: LocalCluster) -> Iterator[list[float]]:
    """Read the series of establishments, one after the other, throughout the block."""
    durations: list[float] = []
    over = threading.Event()

    def read() -> None:
        url = conninfo(cluster.url(role=SUPERUSER, database=endpoints.DATABASE))
        with psycopg.connect(url, autocommit=True) as connection:
            sirets = connection.execute("select siret from establishment limit 1000").fetchall()
            for siret in itertools.cycle(sirets):
                if over.wait(0.005):
                    return
                look = partial(connection.execute, QUERY, siret)
                durations.append(seconds(look))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield durations
    finally:
        over.set()
        reader.join()


@contextmanager
def portal_cluster(home: Path) -> Iterator[LocalCluster]:
    """Yield the embedded PostgreSQL of ``home``, stopped and removed afterwards: it may live elsewhere."""
    cluster = local_cluster(home)
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.location, ignore_errors=True)
        if not cluster.location.is_relative_to(home):
            cluster.location.parent.rmdir()


def prepare(home: Path) -> None:
    os.environ["VIGIE_HOME"] = str(home)
    app = create_app(Config.from_env())
    with app.app_context():
        instance.prepare(app.config["VIGIE"])
        db.engine.dispose()


def publish(home: Path, files: Path) -> None:
    os.environ["VIGIE_HOME"] = str(home)
    app = create_app(Config.from_env())
    with app.app_context():
        outcome = imports.load(ACTOR, directory=files, home=home)
        db.engine.dispose()
    if outcome.error:
        raise RuntimeError(outcome.error)


def publish_again(home: Path) -> None:
    os.environ["VIGIE_HOME"] = str(home)
    app = create_app(Config.from_env())
    with app.app_context():
        with unit_of_work(ACTOR) as session:
            last = queries.list_batch_ids(session, BatchState.PUBLISHED)[-1]
            batch = queries.get_batch(session, ACTOR, last)
            decision = services.ask_decision(
                session, ACTOR, batch, kind=Decision.REPLAY, reason=BATCH
            )
            decision_id = decision.id
        decisions.carry_out(ACTOR, decision_id=decision_id, home=home)
        db.engine.dispose()


def _sentence(run: Run, *, months: int) -> str:
    made, rate = run.simulation, run.csv_megabytes / run.simulation.seconds
    return (
        f"{run.firms:,} firms × {months} months: {run.rows:,} lines, {run.csv_megabytes:,.0f} MB of CSV, simulated in "
        f"{made.seconds:.0f} s ({rate:.0f} MB/s, {JOBS} processes)."
    )


def _lines(run: Run) -> list[str]:
    floor = run.steps[0].cost.seconds
    return [
        f"| {run.firms:,} | {step.title} | {run.rows:,} | {step.cost.seconds:.1f} | {run.rows / step.cost.seconds:,.0f} "
        f"| {step.cost.seconds / floor:.1f} | {step.cost.megabytes:,.0f} | {step.megabytes_left:,.0f} |"
        for step in run.steps
    ]


def _growth(smaller: Run, larger: Run) -> str:
    times = larger.firms / smaller.firms
    factors = [
        f"{step.title} × {after.cost.seconds / step.cost.seconds:.2f}"
        for step, after in zip(smaller.steps, larger.steps, strict=True)
    ]
    return f"From {smaller.firms:,} to {larger.firms:,} firms (× {times:g}): {', '.join(factors)}."


def _wait(run: Run) -> str:
    return (
        f"{run.firms:,} firms published a second time: the longest of {run.readings:,} readings of an establishment's series made "
        f"meanwhile took {run.longest_reading * 1000:,.0f} ms."
    )


def _lines_of(path: Path) -> int:
    """Return the number of data lines of a file."""
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 22), b"")) - 1


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    """Print the table at the given sizes; ``--firms 350000`` is the country, and needs 60 GB of disk."""
    parser = argparse.ArgumentParser(prog="python -m bench.national", description=__doc__)
    parser.add_argument("--firms", type=int, nargs="+", default=SIZES, help=f"{NATIONAL}: France")
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--scratch", type=Path, help="where there is room (default: temporary)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-bench-", dir=arguments.scratch) as scratch:
        with portal_cluster(Path(scratch)) as cluster:
            version = cluster.binaries.version
        load = os.getloadavg()[0]
        text = table(Path(scratch), sizes=tuple(arguments.firms), months=arguments.months)
    sys.stdout.write(
        f"{conditions.sentence(postgresql=version)} Load before: {load:.1f}.\n\n{text}\n"
    )


if __name__ == "__main__":
    main()
