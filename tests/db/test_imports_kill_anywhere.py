"""An import, its publication and its withdrawal killed with SIGKILL at twenty moments drawn at random.

Whole or absent each time, and a rerun finishes it.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from app.companies.models import Company, CompanySeries
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports import queries, services
from app.imports.intake import decisions, pipeline
from app.imports.models import Batch, BatchState, Decision
from config import ROOT
from scoring.data.lake import Lake
from tests.db.test_imports_kill import left_overs
from tests.factories.partner_files import CONTRIBUTIONS, UNITS, write_files

SYSTEM = system_identity("tests")
OLD = "Hauts fourneaux du Test œuvre"
MONTHS, KILLS = 3, 2  # each month is killed twice while imported, twice while withdrawn
DRAW = random.Random(4)  # noqa: S311 - moments, not secrets
#: one process loads the modules, then makes a child for each act: the child alone is killed
NURSERY = """
import os, sys
from pathlib import Path
from app import create_app
from app.core.access.identity import system_identity
from app.imports.intake import decisions, pipeline
home, victim = Path(sys.argv[1]), system_identity("victime")
for order in sys.stdin:
    act, what = order.strip().split(" ", 1)
    child = os.fork()
    if not child:
        with create_app().app_context():
            print(os.getpid(), flush=True)
            if act == "load":
                pipeline.load(victim, directory=Path(what), home=home)
            else:
                decisions.carry_out(victim, decision_id=int(what), home=home)
        os._exit(0)
    os.waitpid(child, 0)
    print("over", flush=True)
"""

Nursery = subprocess.Popen[str]


@pytest.fixture
def home(app: TransactionalFlask, fresh_database: None, tmp_path: Path) -> Path:
    """An instance with a batch published."""
    home = tmp_path / "home"
    pipeline.load(SYSTEM, directory=month(tmp_path, 0), home=home)
    return home


@pytest.fixture
def nursery(app: TransactionalFlask, home: Path) -> Iterator[Nursery]:
    """The process whose children import."""
    config = app.config["VIGIE"]
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(home)],
        env={
            **os.environ,
            "VIGIE_HOME": str(home),
            "DATABASE_URL": config.database_url,
            "DATABASE_APP_URL": config.database_app_url,
        },
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.kill()


def test_whole_or_absent_whenever_it_is_killed(
    home: Path, nursery: Nursery, tmp_path: Path
) -> None:
    importing = run(nursery, f"load {month(tmp_path, 1)}", kill_after=None)
    withdrawing = run(nursery, f"decide {ask_withdrawal()}", kill_after=None)
    for number in range(2, 2 + MONTHS):
        files = month(tmp_path, number)
        for moment in moments(importing):
            run(nursery, f"load {files}", kill_after=moment)
            assert published() in {as_in(0), as_in(number)}
            assert_readable(Lake(home / "lake"))
        pipeline.load(SYSTEM, directory=files, home=home)
        assert published() == as_in(number)
        assert_settled(home)

        decision_id = ask_withdrawal()
        for moment in moments(withdrawing):
            run(nursery, f"decide {decision_id}", kill_after=moment)
            assert published() in {as_in(0), as_in(number)}
            assert_readable(Lake(home / "lake"))
        decisions.carry_out(SYSTEM, decision_id=decision_id, home=home)
        assert published() == as_in(0)
        assert_settled(home)


def moments(duration: float) -> list[float]:
    """When to kill an act, then what takes it up again: drawn over the time it takes."""
    return [DRAW.uniform(0, duration) for _ in range(KILLS)]


def ask_withdrawal() -> int:
    """Ask to withdraw the batch published last; return the number of the decision."""
    with unit_of_work(SYSTEM) as session:
        batches = select(Batch).where(Batch.state == BatchState.PUBLISHED).order_by(Batch.id.desc())
        last = queries.get_batch(session, SYSTEM, session.scalars(batches.limit(1)).one().id)
        kind = Decision.ROLLBACK
        return services.ask_decision(session, SYSTEM, last, kind=kind, reason="Erreur").id


def month(tmp_path: Path, number: int) -> Path:
    """The files of a month: the name of the firm and its contributions tell which."""
    return write_files(
        tmp_path / f"month-{number}",
        units=UNITS.replace(OLD, f"Mois {number}"),
        contributions=CONTRIBUTIONS.replace("3000;3000", f"0;{3000 + 3 * number}"),
    )


def as_in(number: int) -> tuple[str, float | None]:
    """What the portal shows of a month: the name, and the contribution of January."""
    return f"Mois {number}", 1000.0 + number


def published() -> tuple[str, float | None]:
    """What the portal shows."""
    with unit_of_work(SYSTEM) as session:
        called = CompanySeries.code == "cotisation"
        values = session.scalars(select(CompanySeries.values).where(called)).one()
        return session.scalars(select(Company.name)).one(), values[-4]


def run(nursery: Nursery, order: str, *, kill_after: float | None) -> float:
    """Do as ordered in a child, killed after so many seconds; return how long it lived."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{order}\n")
    nursery.stdin.flush()
    pid = int(nursery.stdout.readline())
    began = time.monotonic()
    if kill_after is not None:
        time.sleep(kill_after)
        with suppress(ProcessLookupError):  # it was faster than the first one
            os.kill(pid, signal.SIGKILL)
    assert nursery.stdout.readline() == "over\n"
    return time.monotonic() - began


def assert_readable(lake: Lake) -> None:
    """Every batch that the lake names is there, whole."""
    for source, entry in lake.manifest().items():
        for batch in entry["batches"]:
            parts = lake.parts(source, batch)
            assert parts, (source, batch)
            for part in parts:
                pq.read_table(part)


def assert_settled(home: Path) -> None:
    """No batch is half read, nothing is left beside the lake, and the lake reads what the database says."""
    with unit_of_work(SYSTEM) as session:
        states = {batch.id: batch.state for batch in session.scalars(select(Batch))}
    assert BatchState.LOADING not in states.values()
    lake = Lake(home / "lake")
    current = {entry["current"] for entry in lake.manifest().values()}
    assert {states[batch] for batch in current} == {BatchState.PUBLISHED}
    assert lake.manifest()["cotisation"]["current"] == max(
        batch for batch, state in states.items() if state is BatchState.PUBLISHED
    )
    assert left_overs(home) == []
    on_disk = {path.name for path in lake.root.glob("*/*") if path.is_dir()}
    kept = {BatchState.PUBLISHED, BatchState.WITHDRAWN}
    assert on_disk <= {batch for batch, state in states.items() if state in kept}
