"""Fixtures of the detection: test modules name this one in ``pytest_plugins``."""

import shutil
from pathlib import Path

import pytest

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
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
def listed(world: World) -> int:
    """A list with a firm of Côte-d’Or, in high alert, and one of Paris; its number."""
    with unit_of_work(system_identity("tests")) as session:
        return publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE, p18=0.4),
            Alerted(siren=world.siren_75, department="75"),
        ).id
