"""Two hosts that share a database and a lake in an object store, each with a home of its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.companies.models import Company
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.core.work import apart
from app.imports.intake import pipeline
from app.imports.models import Batch, BatchState
from app.imports.publication import publish
from app.imports.publication.place import lake_of
from app.imports.services import Start
from scoring.data.engine import connect
from scoring.data.lake import Lake
from scoring.data.store import LakeStore
from tests.factories.batches import NEW, OLD, Imported
from tests.factories.partner_files import CONTRIBUTIONS, UNITS, write_files

pytest_plugins = ["tests.factories.imported", "tests.support.object_server"]

SYSTEM = system_identity("tests")


@pytest.fixture
def point_at(
    app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch
) -> Callable[[LakeStore], None]:
    """Give the instance a store, as its settings would."""

    def point(store: LakeStore) -> None:
        said = {f"lake_{name}": getattr(store, name) for name in ("url", "endpoint", "key", "secret")}  # fmt: skip
        for name, value in said.items():
            monkeypatch.setenv(f"VIGIE_{name.upper()}", value)
        monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(**said))

    return point


@pytest.fixture
def first(
    import_alone: Imported,
    point_at: Callable[[LakeStore], None],
    lake_store: LakeStore,
    tmp_path: Path,
) -> Path:
    """The home of the host that has imported a month, before there was a store, and has sent it there."""
    home = import_alone.copied(tmp_path / "first")
    point_at(lake_store)
    publish.settle(SYSTEM, home=home)
    return home


@pytest.fixture
def second(first: Path, tmp_path: Path) -> Path:
    """The home of another host, which holds nothing."""
    return tmp_path / "second"


def names() -> list[str]:
    with unit_of_work(SYSTEM) as session:
        return list(session.scalars(select(Company.name)))


def test_a_month_imported_on_a_host_is_read_whole_on_another(
    import_alone: Imported, second: Path
) -> None:
    local, shared = Lake(import_alone.home / "lake"), publish.settle(SYSTEM, home=second)
    sources = sorted(local.manifest())
    assert sorted(shared.manifest()) == sources
    con = connect()
    for source in sources:
        rows = [lake.table(con, source).to_pyarrow().to_pylist() for lake in (local, shared)]
        assert rows[0]
        assert rows[0] == rows[1], source


def test_a_month_is_read_on_a_host_and_published_by_another(first: Path, second: Path, tmp_path: Path) -> None:  # fmt: skip
    files = write_files(tmp_path / "files", units=UNITS.replace(OLD, NEW))
    held = Start(origin="Essai", is_held=True)
    outcome = pipeline.load(SYSTEM, directory=files, home=first, start=held)
    assert outcome.batch_id
    assert names() == [OLD]
    # What somebody looks at before they decide, in the process that answers a page of the other host.
    with apart.ask("rows", str(second / "lake"), outcome.batch_id, "first") as answer:
        shown = [json.loads(line) for line in answer]
    assert NEW in str(shown)
    with publish.alone(second / "lake"):
        publish.publish(SYSTEM, lake=lake_of(second), batch_id=outcome.batch_id)
    assert names() == [NEW]
    assert lake_of(first).manifest()["sirene_ul"]["current"] == outcome.batch_id


def test_two_hosts_do_not_import_at_once(first: Path, second: Path, tmp_path: Path) -> None:
    files = write_files(tmp_path / "files", contributions=CONTRIBUTIONS.replace("3000", "6000"))
    with (
        publish.alone(first / "lake"),
        pytest.raises(DomainError, match="Un autre import est en cours"),
    ):
        pipeline.load(SYSTEM, directory=files, home=second)
    with publish.alone(second / "lake"):
        assert names() == [OLD]


def test_a_store_that_is_away_refuses_the_batch_and_keeps_the_former_data(
    first: Path, lake_store: LakeStore, point_at: Callable[[LakeStore], None], tmp_path: Path
) -> None:
    before = lake_store.manifest()
    files = write_files(tmp_path / "files", units=UNITS.replace(OLD, NEW))

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lake_store._files(), "put_file", refuse)
        with pytest.raises(DomainError, match="ne répond pas") as told:
            pipeline.load(SYSTEM, directory=files, home=first)
    assert "Rien n’a été publié" in told.value.message
    assert (names(), lake_store.manifest()) == ([OLD], before)
    with unit_of_work(SYSTEM) as session:
        failed = session.scalars(select(Batch).where(Batch.state == BatchState.FAILED)).one()
        assert "ne répond pas" in (failed.error or "")
        left = failed.id
    assert left not in lake_of(first).on_disk()


def test_settling_says_where_the_lake_is(
    app: TransactionalFlask, first: Path, lake_store: LakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(home=first))
    told = app.test_cli_runner().invoke(args=["imports", "settle"])
    assert "10 sources lues dans s3://lac-d-essai/vigie" in told.output
    monkeypatch.setitem(
        app.config, "VIGIE", app.config["VIGIE"].replace(lake_url="s3://autre-compartiment")
    )
    refused = app.test_cli_runner().invoke(args=["imports", "settle"])
    assert refused.exit_code == 1
    assert "rendez cette adresse à VIGIE_LAKE_URL" in refused.output
