"""A backup holds everything and nothing else opens it; a restore writes only in an empty place, from what was verified."""

import os
import subprocess
from collections.abc import Callable
from io import BufferedWriter
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from app.core.database import endpoints, instance, locks
from app.core.database.binaries import find_tools
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import DomainError
from app.core.work.jobs import conninfo
from app.operations.backups import making
from app.operations.restores import loading, places, trials
from app.operations.sets import contents, keys
from app.operations.sets.store import FolderStore
from config import Config
from tests.support.restored import FILES, base_of, superuser_of

Place = Callable[..., Config]
pytest_plugins = ["tests.support.backups"]


def _made(config: Config, store: FolderStore) -> str:
    return making.back_up(config, endpoints.endpoints(config), store).manifest.name


def _contents(cluster: LocalCluster, base: str) -> dict[str, tuple[int, str]]:
    """Each table: its rows, and a digest of all that they hold."""
    digest = (
        "select count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
    )
    with superuser_of(cluster, base) as connection:
        tables = [name for (name,) in connection.execute(contents.TABLES).fetchall()]
        return {
            name: connection.execute(sql.SQL(digest).format(sql.Identifier(name))).fetchone()  # type: ignore[misc]
            for name in tables
        }


def test_everything_comes_back_and_nothing_else(
    origin: Config, place: Config, store: FolderStore, cluster: LocalCluster
) -> None:
    name = _made(origin, store)
    manifest = loading.load(place, store, name)
    urls = endpoints.endpoints(place)
    assert [t.told for t in trials.try_contents(place, urls, manifest) if not t.passed] == []
    before, after = _contents(cluster, base_of(origin)), _contents(cluster, base_of(place))
    assert after == before
    for table in ("agent", "comment", "journal", "attachment_content", "support_case", "visit"):
        whole = f"{table}_" if table == "journal" else table
        assert sum(rows for name, (rows, _) in before.items() if name.startswith(whole)), table
    restored = {
        str(path.relative_to(place.home)): path.read_bytes()
        for path in place.home.rglob("*")
        if path.is_file() and path.name != instance.MARK
    }
    assert restored == FILES
    assert not any(b"AGE-SECRET" in path.read_bytes() for path in (store.root / name).iterdir())


def test_a_clear_dump_of_the_owner_stops_or_comes_out_empty(origin: Config, tmp_path: Path) -> None:
    """What was advised before: a partial file, or one without agents; `instance backup` does neither."""
    url = conninfo(origin.database_url or "")
    dump = [str(find_tools(15).bin / "pg_dump"), "-d", url, "-f", str(tmp_path / "dump.sql")]
    stopped = subprocess.run(dump, capture_output=True, text=True, check=False)
    assert stopped.returncode != 0
    assert "row-level security" in stopped.stderr
    subprocess.run([*dump, "--enable-row-security", "-t", "agent", "-a"], check=True)
    rows = (tmp_path / "dump.sql").read_text().partition("COPY public.agent")[2].split("\n")[1]
    assert rows == "\\."


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


SPOILT: dict[str, Callable[[Path], object]] = {
    "a bit of the database": lambda folder: _flipped(folder / making.DATABASE),
    "a bit of the files": lambda folder: _flipped(folder / making.FILES),
    "the end of a part": lambda folder: os.truncate(folder / making.DATABASE, 5_000),
    "a part": lambda folder: (folder / making.FILES).unlink(),
    "the manifest": lambda folder: (folder / "manifest.json").write_text(
        (folder / "manifest.json").read_text().replace("agent", "agenT")
    ),
    "its name": lambda folder: folder.rename(folder.with_name("vigie-20200101T000000Z")),
}


def test_what_was_touched_is_refused_before_anything_is_written(
    origin: Config, place: Config, store: FolderStore, cluster: LocalCluster, tmp_path: Path
) -> None:
    name = _made(origin, store)
    whole = tmp_path / "whole"
    subprocess.run(["cp", "-r", str(store.root), str(whole)], check=True)
    for what, spoil in SPOILT.items():
        subprocess.run(["rm", "-rf", str(store.root)], check=True)
        subprocess.run(["cp", "-r", str(whole), str(store.root)], check=True)
        spoil(store.root / name)
        with pytest.raises(DomainError) as refused:
            loading.load(place, store, store.names()[0])
        assert "auvegarde" in refused.value.message, what
    with pytest.raises(DomainError, match="Cette clé n’ouvre pas"):
        loading.load(place.replace(backup_key=keys.drawn()), FolderStore(whole), name)
    with pytest.raises(DomainError, match="VIGIE_JOURNAL_KEY : ce ne sont pas les clés"):
        loading.load(place.replace(journal_key="autre"), FolderStore(whole), name)
    assert list(place.home.iterdir()) == []
    assert _contents(cluster, base_of(place)) == {}


def test_a_place_that_is_not_empty_is_left_as_it_is(
    origin: Config, place: Config, store: FolderStore, cluster: LocalCluster
) -> None:
    name = _made(origin, store)
    (place.home / "archive").mkdir()
    (place.home / "archive" / "un-fichier").touch()
    with pytest.raises(DomainError, match="Donnez un autre VIGIE_HOME"):
        loading.load(place, store, name)
    (place.home / "archive" / "un-fichier").unlink()
    (place.home / ".ssh").mkdir()
    (place.home / ".ssh" / "id").touch()
    with pytest.raises(DomainError, match=r"contient \.ssh/id"):
        loading.load(place, store, name)
    (place.home / ".ssh" / "id").unlink()
    with superuser_of(cluster, base_of(place)) as server:
        server.execute("create schema elsewhere create table mine ()")
        with pytest.raises(DomainError, match="la base contient des tables"):
            loading.load(place, store, name)
        server.execute("drop schema elsewhere cascade; create table mine ()")
        with pytest.raises(DomainError, match="la base contient des tables"):
            loading.load(place, store, name)
        server.execute("table mine")
    assert instance.restoring(place.home) is None


def test_a_role_that_would_not_see_every_row_is_told_what_to_make(
    origin: Config, place: Config, store: FolderStore
) -> None:
    bound = {"database_backup_url": None}
    with pytest.raises(DomainError, match="bypassrls in role pg_read_all_data"):
        _made(origin.replace(**bound), store)
    assert list(store.root.iterdir()) == []
    with pytest.raises(DomainError, match="DATABASE_BACKUP_URL"):
        loading.load(place.replace(**bound), store, _made(origin, store))
    assert list(place.home.iterdir()) == []


class _FullDisk(FolderStore):
    """A disk with room for the database, not for the files."""

    def create(self, name: str, part: str) -> Any:
        file = super().create(name, part)
        if part == making.FILES:
            file.close()
            return BufferedWriter(Path("/dev/full").open("wb", buffering=0))  # type: ignore[arg-type]
        return file


def test_a_disk_that_is_full_or_gone_leaves_no_half_backup(
    origin: Config, store: FolderStore
) -> None:
    with pytest.raises(DomainError, match="Il n’y a plus de place"):
        _made(origin, _FullDisk(store.root))
    assert list(store.root.iterdir()) == []
    assert [path.name for path in origin.home.glob(".sauvegarde-*")] == []
    with pytest.raises(DomainError, match="ne répond pas ou refuse l’écriture"):
        _made(origin, FolderStore(store.root / "absent"))


def test_one_backup_at_a_time(origin: Config, store: FolderStore) -> None:
    with locks.exclusive(making.LOCK, 0), pytest.raises(DomainError, match="déjà en cours"):
        _made(origin, store)
    first, second = _made(origin, store), _made(origin, store)
    assert first < second
    assert store.names() == [second]


def test_older_ones_go_once_the_new_one_is_verified(
    origin: Config, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = _made(origin, store)
    renamed = store.root / "vigie-20200101T000000Z"
    (store.root / older).rename(renamed)
    only_one = origin.replace(backup_keep=(1, 1, 1))
    with monkeypatch.context() as patched:
        patched.setattr(making.verifying, "verify", _refuse)
        with pytest.raises(DomainError):
            _made(only_one, store)
    assert store.names() == [renamed.name]
    outcome = making.back_up(only_one, endpoints.endpoints(only_one), store)
    assert outcome.removed
    assert store.names() == [outcome.manifest.name]


def test_one_restore_at_a_time(app: TransactionalFlask, tmp_path: Path) -> None:
    """A second one takes the first for unfinished, and would remove what it writes."""
    config: Config = app.config["VIGIE"]
    run = app.test_cli_runner().invoke
    with places.alone(config.home), app.app_context():
        answer = run(args=["instance", "restore", str(tmp_path / "vigie-20261201T003000Z")])
    assert "déjà en cours" in str(answer.exception) + answer.output


def test_two_instances_do_not_share_a_folder(origin: Config, store: FolderStore) -> None:
    """Each would thin out the backups of the other."""
    name = _made(origin, store)
    other = origin.replace(backup_key=keys.drawn(), backup_keep=(1, 1, 1))
    draft = store.root / ".vigie-20261201T003000Z.part"
    draft.mkdir()
    with pytest.raises(DomainError, match="s’ouvre par une autre clé"):
        _made(other, store)
    assert store.names() == [name]
    assert draft.exists()


def _refuse(*_: object) -> None:
    raise DomainError("abîmée")
