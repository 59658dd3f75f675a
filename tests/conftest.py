"""One cluster per test run, one database per worker, a fresh copy of the template for each test that touches it.

Tests run as the application's role, which owns no table: row-level security applies to them as it does in production.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy.orm import Session

from app import create_app
from app.core.access.identity import system_identity
from app.core.database import endpoints, seeds
from app.core.database.cluster import SUPERUSER, TEST_DURABILITY, LocalCluster, started_cluster
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.extensions import db
from config import ROOT, Config
from tests.factories.people import World, build_world
from tests.support.client import InspectingClient
from tests.support.clusters import home_of_run, throw_away

TEMPLATE = "vigie_template"
STRATEGIES = 150000


@pytest.fixture(scope="session")
def samples() -> Path:
    """The partners' sample files; tests that need them are skipped where they are absent."""
    path = Path(os.environ.get("VIGIE_SAMPLES", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"partner samples absent: {path} (set VIGIE_SAMPLES)")
    return path


@pytest.fixture(scope="session")
def run_directory(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def cluster(run_directory: Path, worker_id: str) -> Iterator[LocalCluster]:
    """The cluster of the run, with a migrated and planted template; the last worker out stops it."""
    users = run_directory / "cluster-users"
    with FileLock(run_directory / "cluster.lock"):
        run = os.getpid() if worker_id == "master" else os.getppid()
        home = home_of_run(run_directory, run=run)
        # A test run is thrown away: durability would only slow it.
        found = started_cluster(home, settings=TEST_DURABILITY)
        users.mkdir(exist_ok=True)
        (users / worker_id).touch()
        if not (home / "template-ready").exists():
            _build_template(home)
            (home / "template-ready").touch()
    yield found
    with FileLock(run_directory / "cluster.lock"):
        (users / worker_id).unlink()
        if not any(users.iterdir()):
            throw_away(found)
            shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def app(
    cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[TransactionalFlask]:
    """The application on this worker's database."""
    name = f"vigie_{worker_id}"
    _clone(cluster, name)
    home = tmp_path_factory.mktemp("home")
    config = Config(
        home=home, secret_key="tests", journal_key="tests", public_url="http://localhost",
        database_url=cluster.url(role=endpoints.OWNER, database=name),
        database_app_url=cluster.url(role=endpoints.APPLICATION, database=name),
    )  # fmt: skip
    built = create_app(config)
    built.config["TESTING"] = True
    built.test_client_class = InspectingClient
    yield built
    with built.app_context():
        db.engine.dispose()


@pytest.fixture
def fresh_database(
    app: TransactionalFlask, cluster: LocalCluster, worker_id: str
) -> Iterator[None]:
    """A database as `instance create` leaves it; thrown away after the test."""
    with app.app_context():
        yield
        db.session.remove()
        kept = _kept_connections()
        db.engine.dispose()
    _clone(cluster, f"vigie_{worker_id}")
    assert kept == 0, "a connection was not given back"


def _kept_connections() -> int:
    """How many connections the test keeps, once the server of a browser has had time to answer its last request."""
    for _ in range(100):
        if not db.engine.pool.checkedout():  # type: ignore[attr-defined]
            break
        time.sleep(0.02)
    return int(db.engine.pool.checkedout())  # type: ignore[attr-defined]


@pytest.fixture
def world(fresh_database: None) -> World:
    """People of different houses and départements, and a few firms; see `tests.factories.people`."""
    with unit_of_work(system_identity("tests")) as session:
        return build_world(session)


@pytest.fixture
def session(fresh_database: None) -> Iterator[Session]:
    """A session of the application's role, without identity unless the test takes one with `acting_as`."""
    opened = db.session()
    yield opened
    # A unit of work forgets it: the one of the scope may be another by now.
    opened.close()


@pytest.fixture
def client(app: TransactionalFlask, fresh_database: None) -> InspectingClient:
    """A browser-like client that inspects every answer; `client.sign_in(agent)` opens a session."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    return client


def _build_template(home: Path) -> None:
    config = Config(home=home, secret_key="tests", journal_key="tests")
    endpoints.prepare(config)
    app = create_app(config)
    with app.app_context():
        upgrade()
        with unit_of_work(system_identity("tests")) as session:
            seeds.plant(session)
        db.engine.dispose()
    cluster = started_cluster(home)
    with psycopg.connect(**_server(cluster), autocommit=True) as server:
        server.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(endpoints.DATABASE), sql.Identifier(TEMPLATE)
            )
        )


def _clone(cluster: LocalCluster, name: str) -> None:
    with psycopg.connect(**_server(cluster), autocommit=True) as server:
        _await_departures(server, name)
        server.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )
        # Copying files writes no log; before 15 there was no other way, nor a word for it.
        how = " strategy file_copy" if server.info.server_version >= STRATEGIES else ""
        server.execute(
            sql.SQL("create database {} template {} owner {}" + how).format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(endpoints.OWNER)
            )
        )


def _await_departures(server: psycopg.Connection, name: str) -> None:
    """Connections just closed leave within milliseconds; dropping a database waits for them by tenths of a second."""
    present = "select exists (select from pg_stat_activity where datname = %s)"
    for _ in range(20):
        if server.execute(present, [name]).fetchone() == (False,):
            return
        time.sleep(0.003)


def _server(cluster: LocalCluster) -> dict[str, str]:
    return {"host": str(cluster.socket_dir), "user": SUPERUSER, "dbname": "postgres"}
