"""An instance to back up, where backups go, and an empty place to restore them in."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.core.database import endpoints
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask
from app.core.work.jobs import conninfo
from app.operations.sets import keys
from app.operations.sets.store import FolderStore
from config import Config
from tests.factories.confidences import Confidences
from tests.support.restored import FILES, LEFT_OUT, base_of, superuser_of


@pytest.fixture
def origin(
    app: TransactionalFlask, cluster: LocalCluster, confidences: Confidences, tmp_path: Path
) -> Config:
    """An instance on a server, as its owner reaches it, with rows of every kind and files."""
    config: Config = app.config["VIGIE"]
    config = config.replace(
        home=tmp_path / "origin",
        backup_key=keys.drawn(),
        database_backup_url=_reading_all(cluster, config),
    )
    for name, content in {**FILES, **LEFT_OUT}.items():
        path = config.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return config


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Where backups go."""
    (tmp_path / "sauvegardes").mkdir()
    return FolderStore(tmp_path / "sauvegardes")


@pytest.fixture
def place(cluster: LocalCluster, origin: Config, tmp_path: Path) -> Iterator[Config]:
    """An empty home and an empty database of the same server."""
    name = f"{psycopg.conninfo.conninfo_to_dict(conninfo(origin.database_url or ''))['dbname']}_restored"
    base = sql.Identifier(name)
    with superuser_of(cluster, "postgres") as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(base))
        server.execute(
            sql.SQL("create database {} owner {}").format(base, sql.Identifier(endpoints.OWNER))
        )
        (tmp_path / "home").mkdir()
        yield origin.replace(
            home=tmp_path / "home",
            database_url=cluster.url(role=endpoints.OWNER, database=name),
            database_app_url=cluster.url(role=endpoints.APPLICATION, database=name),
            database_backup_url=cluster.url(role="vigie_backup", database=name),
        )
        server.execute(sql.SQL("drop database {} with (force)").format(base))


def _reading_all(cluster: LocalCluster, config: Config) -> str:
    """The URL of the role that an operator makes for backups, on the database of an instance."""
    make = "create role vigie_backup login bypassrls in role pg_read_all_data"
    with superuser_of(cluster, "postgres") as server, suppress(psycopg.errors.DuplicateObject):
        server.execute(make)
    return cluster.url(role="vigie_backup", database=base_of(config))
