"""Whoever runs the server, and the place of the seals."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.audit.keeping import seals
from app.core.database.cluster import LocalCluster
from tests.factories.journal import (
    Superuser,
    superuser_of,
)


@pytest.fixture(autouse=True)
def seals_file(app: Flask) -> Iterator[Path]:
    """The file of seals of the instance, absent at first."""
    path = seals.file_of(app.config["VIGIE"].home)
    shutil.rmtree(path.parent, ignore_errors=True)
    yield path
    shutil.rmtree(path.parent, ignore_errors=True)


@pytest.fixture
def superuser(app: Flask, cluster: LocalCluster, fresh_database: None) -> Iterator[Superuser]:
    """Whoever runs the server."""
    with superuser_of(app, cluster) as connection:
        yield connection
