"""Fixtures of the detection: test modules name this one in ``pytest_plugins``."""

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from scoring import features
from scoring.data.lake import Tables
from scoring.data.opened import Opened
from scoring.data.sources.registry import SOURCES
from scoring.vocabulary import Level
from tests.factories.detections import Alerted, build_region, publish_list
from tests.factories.people import World
from tests.support.shared import made_once


@pytest.fixture(scope="session")
def region(run_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published lake and a small model, the same for all workers; never written to by a test."""

    def build() -> Path:
        home = tmp_path_factory.mktemp("region")
        build_region(home)
        return home

    return made_once(run_directory, "region", build)


@pytest.fixture
def home(
    region: Path, app: TransactionalFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The home of the application for one test: a copy of `region`."""
    copy = tmp_path / "home"
    for name in ("lake", "models"):
        shutil.copytree(region / name, copy / name)
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(home=copy))
    return copy


@pytest.fixture
def remembered_tables(run_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The features of a day are computed once in a run for the same files.

    For tests of what is done with them; those of the computation itself do without.
    """
    build = features._build
    digests: dict[Opened, str] = {}

    def remembered(lake: Opened, as_of: date) -> pd.DataFrame:
        if lake not in digests:
            digests[lake] = _digest(lake)
        name = f"features-{as_of}-{digests[lake]}"
        return made_once(run_directory, name, lambda: build(lake, as_of))

    # Every way to the features goes through it, be it one day or many.
    monkeypatch.setattr(features, "_build", remembered)


def _digest(lake: Tables) -> str:
    """What the files of a lake are, whatever their folder."""
    found = hashlib.sha256()
    for source in SOURCES:
        for path in lake.published(source):
            found.update(f"{source} {path.stat().st_size} ".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


@pytest.fixture
def listed(world: World) -> int:
    """A list with a firm of Côte-d’Or, in high alert, and one of Paris; its number."""
    with unit_of_work(system_identity("tests")) as session:
        return publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE, p18=0.4),
            Alerted(siren=world.siren_75, department="75"),
        ).id
