"""Fixtures of the detection: test modules name this one in ``pytest_plugins``."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from app.core.unit_of_work import TransactionalFlask
from tests.factories.detections import build_region


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published lake and a small model; never written to by a test."""
    home = tmp_path_factory.mktemp("region")
    build_region(home)
    return home


@pytest.fixture
def home(
    region: Path, app: TransactionalFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The home of the application for one test: a copy of `region`."""
    copy = tmp_path / "home"
    for name in ("lake", "models"):
        shutil.copytree(region / name, copy / name)
    monkeypatch.setitem(app.config, "VIGIE", dataclasses.replace(app.config["VIGIE"], home=copy))
    return copy
