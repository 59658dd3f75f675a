"""From a backup that was verified to a database and files, in a place that was empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import psycopg
from alembic.script import ScriptDirectory
from psycopg import sql

from app.core.database import endpoints, instance
from app.core.database.endpoints import Endpoints
from app.core.errors import DomainError
from app.core.work.jobs import conninfo
from app.operations.backups.making import DATABASE, FILES
from app.operations.restores import places
from app.operations.sets import programs, sealed, tree, verifying
from app.operations.sets.keys import BackupKey, key_of
from app.operations.sets.manifest import Manifest
from app.operations.sets.store import BackupStore
from config import ROOT, Config

#: how much more room a database takes than its dump, with its indexes, at most
GROWTH = 8
SECRETS = {"secret_key": "VIGIE_SECRET_KEY", "journal_key": "VIGIE_JOURNAL_KEY"}


def load(config: Config, store: BackupStore, name: str) -> Manifest:
    """Restore a backup; the place stays marked as unfinished. Raise `DomainError`; before the mark, nothing was touched."""
    key = key_of(config)
    manifest = verifying.verify(store, name, key)
    _require_known(manifest)
    _require_same_keys(manifest, config, key)
    urls = endpoints.found(config)
    _require_same_role(manifest, urls)
    # What was restored will be counted: told now, rather than once everything is written.
    programs.full_access(config, urls)
    places.clear(config.home, urls)
    places.require_empty(config.home, urls)
    places.require_room(config.home, needed=_room(manifest, config))
    places.begin(config.home, urls, source=f"{store.place}/{name}")
    load_database(urls, store, name, key)
    _load_files(config.home, store, manifest, key)
    return manifest


def finish(config: Config) -> None:
    """Grant what every instance grants by default, and open the place."""
    endpoints.prepare(config)
    instance.unmark_restoring(config.home)


def _require_known(manifest: Manifest) -> None:
    known = {script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}  # fmt: skip
    if manifest.migration not in known:
        raise DomainError(
            f"La sauvegarde est à la migration {manifest.migration}, que cette version de Vigie ne connaît pas : "
            "installez la version qui l’a faite, ou une plus récente."
        )


def _require_same_keys(manifest: Manifest, config: Config, key: BackupKey) -> None:
    here = key.fingerprints(config)
    others = [SECRETS[name] for name, told in manifest.keys.items() if here.get(name) != told]
    if others:
        raise DomainError(
            f"{' et '.join(others)} : ce ne sont pas les clés de l’instance sauvegardée, qu’aucune sauvegarde ne contient. "
            "Sans elles, les seconds facteurs et les scellés du journal sont perdus. Mettez-les dans l’environnement ou dans "
            f"{config.home / 'secrets'}, puis relancez."
        )


def _require_same_role(manifest: Manifest, urls: Endpoints) -> None:
    if urls.app_role != manifest.app_role:
        raise DomainError(
            f"Les droits de la sauvegarde sont donnés au rôle « {manifest.app_role} » ; celui de l’application est ici "
            f"« {urls.app_role} ». Créez sur le serveur un rôle du premier nom (LOGIN NOSUPERUSER NOBYPASSRLS), donnez-le par "
            "DATABASE_APP_URL, puis relancez."
        )


def _room(manifest: Manifest, config: Config) -> int:
    dump, files = (part.plain_size for part in manifest.parts)
    return files + (dump * GROWTH if config.is_embedded else 0)


def load_database(urls: Endpoints, store: BackupStore, name: str, key: BackupKey) -> None:
    """Write the database of a backup where nothing is, in one transaction; raise `DomainError`."""
    owner = conninfo(urls.require_owner_url())
    with psycopg.connect(owner, autocommit=True) as connection:
        # The tables get the privileges that the backup tells, not those that a former `instance create` promised.
        revoke = sql.SQL("alter default privileges in schema public revoke all on {} from {}")
        for kind in ("tables", "sequences"):
            connection.execute(revoke.format(sql.SQL(kind), sql.Identifier(urls.app_role)))
        connection.execute(
            sql.SQL("grant usage on schema public to {}").format(sql.Identifier(urls.app_role))
        )
    programs.restored(
        programs.Access(url=owner),
        partial(_opened, store, name, DATABASE, key),
        partial(_pour, store, name, DATABASE, key),
    )


def _load_files(home: Path, store: BackupStore, manifest: Manifest, key: BackupKey) -> None:
    staging = home / places.STAGING
    staging.mkdir(mode=0o700)
    with _opened(store, manifest.name, FILES, key) as files:
        count = tree.unpack(files, staging)
    if count != manifest.files:
        raise DomainError(
            f"La sauvegarde annonce {manifest.files} fichiers et en contient {count}."
        )
    places.move_in(home)


@contextmanager
def _opened(store: BackupStore, name: str, part: str, key: BackupKey) -> Iterator[IO[bytes]]:
    with sealed.flowing(partial(_pour, store, name, part, key)) as plain:
        yield plain


def _pour(store: BackupStore, name: str, part: str, key: BackupKey, target: IO[bytes]) -> None:
    """Write a part to ``target``, opened."""
    with store.open(name, part) as source:
        sealed.decrypt(source, target, key)
