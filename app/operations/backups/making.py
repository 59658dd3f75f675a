"""From one moment of an instance to a backup that is whole; the older ones that are not kept any more are removed last."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

from app.core.database import locks
from app.core.database.endpoints import Endpoints
from app.core.errors import DomainError
from app.core.work.jobs import conninfo
from app.operations.backups import moment
from app.operations.backups.moment import Moment
from app.operations.sets import contents, programs, retention, sealed, tree, verifying
from app.operations.sets.keys import BackupKey, key_of
from app.operations.sets.manifest import BackupPart, Manifest, written
from app.operations.sets.programs import Access
from app.operations.sets.store import MANIFEST, BackupStore
from config import Config

LOCK = 7_146_031
BUSY = "Une sauvegarde est déjà en cours : attendez qu’elle finisse."
SHARED = (
    "{}/{} s’ouvre par une autre clé : elle est d’une autre instance, ou d’avant un changement de clé. Les anciennes sauvegardes d’un"
    " dossier y sont retirées : donnez-en un à chaque instance et à chaque clé (VIGIE_BACKUP_TO)."
)
DATABASE, FILES = "database.age", "files.age"
FULL = {errno.ENOSPC, errno.EDQUOT}


class BusyBackupError(DomainError):
    """Another backup is being made: this one did not fail."""


@dataclass(frozen=True, kw_only=True)
class WholeBackup:
    """A backup that is whole, and those that were removed after it."""

    manifest: Manifest
    removed: list[str]


def back_up(config: Config, urls: Endpoints, store: BackupStore) -> WholeBackup:
    """Back up the instance; raise `DomainError`, nothing kept of it. One at a time, wherever they are started."""
    key = key_of(config)
    access = programs.full_access(config, urls)
    try:
        with locks.exclusive(LOCK, 0), _kept_whole(store, key):
            journal = Access(url=conninfo(urls.app_url))
            with moment.held(access, journal, config.home, but=Path(store.place)) as now:
                manifest = _write(now, config, urls, store, key, access)
            store.commit(manifest.name)
            verified = _verified(store, manifest.name, key)
            return WholeBackup(
                manifest=verified, removed=_thin(store, config.backup_keep, but=manifest.name)
            )
    except locks.BusyError:
        raise BusyBackupError(BUSY) from None


def _write(
    now: Moment, config: Config, urls: Endpoints, store: BackupStore, key: BackupKey, access: Access
) -> Manifest:
    name = _free_name(store, now.at)
    with programs.dumped(access, now.snapshot) as dump:
        database = _part(store, name, DATABASE, dump, key)
    with sealed.flowing(partial(tree.pack, now.files)) as files:
        packed = _part(store, name, FILES, files, key)
    manifest = Manifest(
        name=name,
        made_at=now.at,
        migration=contents.migration_of(now.connection),
        postgresql=now.connection.info.server_version // 10_000,
        app_role=urls.app_role,
        tables=contents.rows_of_tables(now.connection),
        rules=contents.rules_digest(now.connection, urls.app_role),
        conditions=contents.conditions_digest(now.connection),
        files=len(tree.files_under(now.files)),
        parts=(database, packed),
        keys=key.fingerprints(config),
        opened_by=key.name,
    )
    with store.create(name, MANIFEST) as file:
        file.write(written(manifest, key))
    return manifest


def _verified(store: BackupStore, name: str, key: BackupKey) -> Manifest:
    """Read back what was written; a backup that is not as written is removed, or it would hold the place of a good one of its day."""
    try:
        return verifying.verify(store, name, key)
    except DomainError:
        store.remove(name)
        raise


def _free_name(store: BackupStore, moment: datetime) -> str:
    """The name of a moment, or of the first second after it when one was made in that very second."""
    taken = store.names()
    while (name := retention.name_at(moment)) in taken:
        moment += timedelta(seconds=1)
    return name


def _part(
    store: BackupStore, name: str, part: str, source: IO[bytes], key: BackupKey
) -> BackupPart:
    read = _Sized(source)
    with store.create(name, part) as file:
        out = sealed.encrypt(read, file, key)  # type: ignore[arg-type]
    return BackupPart(name=part, size=out.size, sha256=out.sha256, plain_size=read.size)


class _Sized:
    """A stream that counts what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Read at most ``size`` bytes."""
        block = self._source.read(size)
        self.size += len(block)
        return block


@contextmanager
def _kept_whole(store: BackupStore, key: BackupKey) -> Iterator[None]:
    """Remove what a killed backup left, then, if this one fails, what it wrote; say in French what the disk refused."""
    try:
        _require_ours(store, key)
        store.abandon()
        try:
            yield
        except BaseException:
            store.abandon()
            raise
    except OSError as error:
        if error.errno in FULL:
            raise DomainError(
                f"Il n’y a plus de place dans {store.place} ou dans le dossier de l’instance : rien n’a été gardé de cette "
                "sauvegarde, les précédentes sont là. Faites de la place, ou choisissez un autre disque, puis recommencez."
            ) from error
        told = os.strerror(error.errno) if error.errno else str(error)
        raise DomainError(
            f"La destination {store.place} ne répond pas ou refuse l’écriture ({told}) : rien n’a été gardé de cette "
            "sauvegarde. Vérifiez que le disque est monté et que le compte qui lance Vigie y écrit."
        ) from error


def _require_ours(store: BackupStore, key: BackupKey) -> None:
    """Raise `DomainError` where another instance keeps its backups: whichever is thinned last would remove those of the other."""
    for name in store.names():
        try:
            made = verifying.read_manifest(store, name, None)
        except DomainError:
            # Damaged: told by whoever restores it, and no reason to make no other.
            continue
        if made.opened_by != key.name:
            raise DomainError(SHARED.format(store.place, name))


def _thin(store: BackupStore, keep: tuple[int, int, int], *, but: str) -> list[str]:
    """Remove the backups that are not kept any more; return them. Only called once the new one is verified, which stays.

    It is not the last of all when the clock was ahead for a while.
    """
    removed = [name for name in retention.superfluous(store.names(), keep) if name != but]
    for name in removed:
        store.remove(name)
    return removed
