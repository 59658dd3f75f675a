"""One cluster per test run, one database per worker, a fresh copy of a template for each test that touches it.

Tests run as the application's role, which owns no table: row-level security applies to them as it does in production.
"""

import gc
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from sqlalchemy.orm import Session

from app import create_app
from app.core.database import endpoints
from app.core.database.cluster import TEST_DURABILITY, LocalCluster, started_cluster
from app.core.database.unit_of_work import TransactionalFlask
from app.extensions import db
from config import ROOT, Config
from tests.factories.confidences import Confidences
from tests.factories.crowd import Crowd
from tests.factories.people import World
from tests.factories.stages import STAGES
from tests.support.client import InspectingClient
from tests.support.clusters import home_of_run, throw_away
from tests.support.databases import databases_of, plant
from tests.support.order import LongestFirst, module_of, rank
from tests.support.passphrases import hash_lightly
from tests.support.stages import Stages, stage_for

#: how long an example takes says nothing: other tests share the processors
settings.register_profile("vigie", deadline=None)
settings.load_profile("vigie")


def pytest_collection_finish() -> None:
    """Never look again for garbage in what was imported: it lives until the end, and a sixth of the time went into it."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let DuckDB leave as it came: its bindings report what is frozen as leaked."""
    gc.unfreeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long modules first and, in a module, the tests that start from the same together; the order otherwise stays as drawn."""
    drawn = {module_of(item.nodeid): place for place, item in enumerate(items)}
    items.sort(
        key=lambda item: (
            rank(item.nodeid),
            drawn[module_of(item.nodeid)],
            _starts_from(item),
            not item.get_closest_marker("writes_nothing"),
        )
    )


def _starts_from(item: pytest.Item) -> str:
    stage = stage_for(getattr(item, "fixturenames", ()), STAGES)
    return stage.name if stage else ""


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst:
    """Spread the tests over the workers, module by module."""
    return LongestFirst(config, log)


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
            plant(home, found)
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
    """The application on this worker's database, which is there while a test asks for `fresh_database`."""
    name = f"vigie_{worker_id}"
    home = tmp_path_factory.mktemp("home")
    config = Config(
        home=home, secret_key="tests", journal_key="tests", public_url="http://localhost",
        database_url=cluster.url(role=endpoints.OWNER, database=name),
        database_app_url=cluster.url(role=endpoints.APPLICATION, database=name),
        # One address is opened by everybody who walks every address.
        api_readings_per_minute=1_000,
        exports_per_hour=1_000,
        calendar_readings_per_hour=1_000,
    )  # fmt: skip
    built = create_app(config)
    # Only this application hashes lightly: what `create_app` gives an instance is tested as it is.
    hash_lightly(built)
    built.config["TESTING"] = True
    built.test_client_class = InspectingClient
    yield built
    with built.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def stages(
    app: TransactionalFlask, cluster: LocalCluster, run_directory: Path, worker_id: str
) -> Iterator[Stages]:
    """What this worker's database may start from."""
    databases = databases_of(cluster)
    with app.app_context():
        stages = Stages(databases, f"vigie_{worker_id}", run_directory)
    yield stages
    with app.app_context():
        stages.clear()
    databases.server.close()


@pytest.fixture
def fresh_database(
    app: TransactionalFlask, stages: Stages, request: pytest.FixtureRequest
) -> Iterator[dict[str, Any]]:
    """A database as `instance create` leaves it, or as the stage that the test names: what each stage gave, by name.

    What the test changed is put back for the next one; after one that `writes_nothing`, it is known that nothing was.
    """
    stays = request.node.get_closest_marker("writes_nothing") is not None
    with app.app_context():
        yield stages.enter(stage_for(request.fixturenames, STAGES), stays=stays)
        db.session.remove()
        kept = _kept_connections()
        changed = stages.changes() if stays else stages.leave()
        is_locked = stages.forget_locks()
    assert kept == 0, "a connection was not given back"
    assert not changed, f"written to: {changed}"
    assert not is_locked, "a lock was not given back"


def _kept_connections() -> int:
    """How many connections the test keeps, once the server of a browser has had time to answer its last request."""
    for _ in range(100):
        if not db.engine.pool.checkedout():  # type: ignore[attr-defined]
            break
        time.sleep(0.02)
    return int(db.engine.pool.checkedout())  # type: ignore[attr-defined]


@pytest.fixture
def world(fresh_database: dict[str, Any]) -> World:
    """People of several administrations and départements, and a few firms; see `tests.factories.people`."""
    found: World = fresh_database["world"]
    return found


@pytest.fixture
def confidences(fresh_database: dict[str, Any]) -> Confidences:
    """The firm about which much is known."""
    found: Confidences = fresh_database["confidences"]
    return found


@pytest.fixture
def crowd(fresh_database: dict[str, Any]) -> Crowd:
    """Everybody, and the two firms."""
    found: Crowd = fresh_database["crowd"]
    return found


@pytest.fixture
def country(fresh_database: dict[str, Any]) -> int:
    """The number of the list of a country of 50 000 firms, besides those of the world."""
    listed: int = fresh_database["country"]
    return listed


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
