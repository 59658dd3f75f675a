"""An import, its publication and its withdrawal killed with SIGKILL at twenty moments drawn at random.

Whole or absent each time, and a rerun finishes it.
"""

import random
from collections.abc import Iterator
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
from scoring.data.lake import Lake
from tests.db.test_imports_kill import left_overs
from tests.factories.partner_files import CONTRIBUTIONS, UNITS, write_files
from tests.support.attack import WIDTH
from tests.support.nursery import Nursery, Order, nursery_for

SYSTEM = system_identity("tests")
OLD = "Hauts fourneaux du Test œuvre"
MONTHS, KILLS = 3 * WIDTH, 2  # each month is killed twice while imported, twice while withdrawn
DRAW = random.Random(4)  # noqa: S311 - moments, not secrets


@pytest.fixture
def home(app: TransactionalFlask, fresh_database: None, tmp_path: Path) -> Path:
    """An instance with a batch published."""
    home = tmp_path / "home"
    pipeline.load(SYSTEM, directory=month(tmp_path, 0), home=home)
    return home


@pytest.fixture
def nursery(app: TransactionalFlask, home: Path) -> Iterator[Nursery]:
    """The process whose children import."""
    with nursery_for(app, home) as nursery:
        yield nursery


def test_whole_or_absent_whenever_it_is_killed(
    home: Path, nursery: Nursery, tmp_path: Path
) -> None:
    importing = how_long(nursery, load(home, month(tmp_path, 1)))
    withdrawing = how_long(nursery, decide(home, ask_withdrawal()))
    for number in range(2, 2 + MONTHS):
        files = month(tmp_path, number)
        for moment in moments(importing):
            nursery.run(load(home, files), kill_after=moment)
            assert published() in {as_in(0), as_in(number)}
            assert_readable(Lake(home / "lake"))
        pipeline.load(SYSTEM, directory=files, home=home)
        assert published() == as_in(number)
        assert_settled(home)

        decision_id = ask_withdrawal()
        for moment in moments(withdrawing):
            nursery.run(decide(home, decision_id), kill_after=moment)
            assert published() in {as_in(0), as_in(number)}
            assert_readable(Lake(home / "lake"))
        decisions.carry_out(SYSTEM, decision_id=decision_id, home=home)
        assert published() == as_in(0)
        assert_settled(home)


def load(home: Path, files: Path) -> Order:
    """The order to import a directory."""
    return Order(home=str(home), directory=str(files))


def decide(home: Path, decision_id: int) -> Order:
    """The order to carry out a decision."""
    return Order(home=str(home), decision=decision_id)


def how_long(nursery: Nursery, order: Order) -> float:
    """The seconds that an act takes when nothing kills it."""
    ended, seconds = nursery.run(order)
    assert ended == 0
    return seconds


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
