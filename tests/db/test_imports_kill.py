"""An import killed with SIGKILL at each step: the former state or the new one, never half."""

from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import select

from app.companies.models import Company
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports.intake import pipeline
from app.imports.models import Batch, BatchState
from scoring.data.lake import Lake
from tests.factories.batches import NEW, OLD, Imported
from tests.factories.partner_files import UNITS, write_files
from tests.support.nursery import Nursery, Order, nursery_for

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")

#: what the process was doing when it was killed: the function, and whether it had finished
STEPS = {
    "archiving": ("app.imports.archive.keep", True),
    "reading": ("app.imports.intake.pipeline.import_files", True),
    "preparing": ("app.imports.publication.publish.write_extracts", True),
    "writing the portal": ("app.imports.services.publish_batch", True),
    "about to write the manifest": ("scoring.data.lake.Lake._replace_manifest", False),
}


@pytest.fixture(scope="module")
def nursery(app: TransactionalFlask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """The process whose children import."""
    with nursery_for(app, tmp_path_factory.mktemp("nursery")) as nursery:
        yield nursery


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_import_leaves_the_old_or_the_new_and_running_it_again_finishes(
    step: str, nursery: Nursery, import_alone: Imported, tmp_path: Path
) -> None:
    home = import_alone.copied(tmp_path / "home")
    before = Lake(home / "lake").manifest()
    files = write_files(tmp_path / "files", units=UNITS.replace(OLD, NEW))

    place, finishes = STEPS[step]
    order = Order(home=str(home), directory=str(files), dies_at=place, finishes=finishes)
    ended, _ = nursery.run(order)
    assert ended == -SIGKILL

    committed = step == "about to write the manifest"
    assert firm_name() == (NEW if committed else OLD)
    assert Lake(home / "lake").manifest() == before

    pipeline.load(SYSTEM, directory=files, home=home)

    assert firm_name() == NEW
    with unit_of_work(SYSTEM) as session:
        batches = {batch.id: batch.state for batch in session.scalars(select(Batch))}
    assert BatchState.LOADING not in batches.values()
    current = Lake(home / "lake").manifest()["sirene_ul"]["current"]
    assert batches[current] == BatchState.PUBLISHED
    assert current != before["sirene_ul"]["current"]
    assert left_overs(home) == []
    assert pipeline.load(SYSTEM, directory=files, home=home).batch_id is None


def test_what_a_killed_reading_left_goes_even_if_the_process_that_removes_it_is_killed(
    nursery: Nursery, import_alone: Imported, tmp_path: Path
) -> None:
    home = import_alone.copied(tmp_path / "home")
    lake = Lake(home / "lake")
    before = lake.on_disk()
    files = write_files(tmp_path / "files", units=UNITS.replace(OLD, NEW))
    read, settling = "app.imports.intake.pipeline.import_files", "app.imports.publication.publish"
    orders = [
        Order(home=str(home), directory=str(files), dies_at=read),
        Order(home=str(home), directory=str(files), dies_at=f"{settling}.align", finishes=False),
    ]
    assert [nursery.run(order)[0] for order in orders] == [-SIGKILL, -SIGKILL]
    (unread,) = lake.on_disk() - before
    # What a writer killed in the middle of its first file leaves.
    (lake.root / "debit" / unread).mkdir(parents=True, exist_ok=True)
    (lake.root / "debit" / unread / "part-00000.half").write_bytes(b"PAR1")

    outcome = pipeline.load(SYSTEM, directory=files, home=home)

    assert lake.on_disk() == before | {outcome.batch_id}


def firm_name() -> str:
    with unit_of_work(SYSTEM) as session:
        return session.scalars(select(Company.name)).one()


def left_overs(home: Path) -> list[Path]:
    """What a killed process left and nobody removed."""
    return [*home.glob("archive/.receiving-*"), *home.glob("lake/.extracts-*")]
