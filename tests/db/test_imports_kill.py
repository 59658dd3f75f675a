"""An import killed with SIGKILL at each step: the former state or the new one, never half."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from app.companies.models import Company
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports.intake import pipeline
from app.imports.models import Batch, BatchState
from config import ROOT
from scoring.data.lake import Lake
from tests.factories.batches import NEW, OLD, Imported
from tests.factories.partner_files import UNITS, write_files

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")

#: what the process was doing when it was killed: the function, and whether it had finished
STEPS = {
    "archiving": ("app.imports.archive", "keep", True),
    "reading": ("app.imports.intake.pipeline", "import_files", True),
    "preparing": ("app.imports.publication.publish", "write_extracts", True),
    "writing the portal": ("app.imports.services", "publish_batch", True),
    "about to write the manifest": ("scoring.data.lake.Lake", "_replace_manifest", False),
}
VICTIM = """
import os, pkgutil, signal, sys
from pathlib import Path
owner_name, name, finishes, directory, home = sys.argv[1:]
owner = pkgutil.resolve_name(owner_name)
original = getattr(owner, name)
def fatal(*args, **kwargs):
    if finishes == "True":
        original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, fatal)
from app import create_app
from app.core.access.identity import system_identity
from app.imports.intake import pipeline
with create_app().app_context():
    pipeline.load(system_identity("victime"), directory=Path(directory), home=Path(home))
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_import_leaves_the_old_or_the_new_and_running_it_again_finishes(
    step: str, app: TransactionalFlask, import_alone: Imported, tmp_path: Path
) -> None:
    home = import_alone.copied(tmp_path / "home")
    before = Lake(home / "lake").manifest()
    files = write_files(tmp_path / "files", units=UNITS.replace(OLD, NEW))

    kill_at(step, app=app, directory=files, home=home)

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


def kill_at(step: str, *, app: TransactionalFlask, directory: Path, home: Path) -> None:
    """Run an import in a process of its own that SIGKILL ends at ``step``."""
    config = app.config["VIGIE"]
    owner, name, finishes = STEPS[step]
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, owner, name, str(finishes), str(directory), str(home)],
        env={
            **os.environ,
            "VIGIE_HOME": str(home),
            "DATABASE_URL": config.database_url,
            "DATABASE_APP_URL": config.database_app_url,
        },
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9, done.stderr


def firm_name() -> str:
    with unit_of_work(SYSTEM) as session:
        return session.scalars(select(Company.name)).one()


def left_overs(home: Path) -> list[Path]:
    """What a killed process left and nobody removed."""
    return [*home.glob("archive/.receiving-*"), *home.glob("lake/.extracts-*")]
