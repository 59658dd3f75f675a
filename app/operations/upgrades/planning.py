"""What an upgrade would do, and what stands against it: read before anything is touched, and shown alone when asked."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from alembic.script import ScriptDirectory

from app.core.database.endpoints import Endpoints
from app.core.errors import DomainError
from app.core.text.french import size_fr
from app.core.work.jobs import conninfo
from app.core.work.tasks import Task
from app.operations.restores import trials
from app.operations.sets import contents, keys, programs, retention, tree, verifying
from app.operations.sets.store import BackupStore, provider_at
from config import ROOT, Config

#: how much a backup grows at most from one version to the next
MARGIN = 1.2
FAILING = "Le journal est rompu avant la mise à jour, qui n’y peut rien : docs/operations.md, « The journal ». {}"
AHEAD = (
    "La base est à la migration {}, que cette version ne connaît pas : elle vient d’une version plus récente. Installez-la, ou "
    "restaurez une sauvegarde d’avant dans une instance vide."
)
SHORT = "{} : il faut {} et il reste {}. Faites de la place, ou choisissez un autre disque."
UNKNOWN_TASKS = """
    select task_name, count(*) from procrastinate_jobs
    where status in ('todo', 'doing') and task_name <> all(%s) group by task_name order by task_name
"""


@dataclass(frozen=True, kw_only=True)
class DiskNeed:
    """Room that something takes: bytes needed, and free when the disk is one of this machine."""

    name: str
    needed: int
    free: int | None

    @property
    def is_short(self) -> bool:
        """Whether it would not fit."""
        return self.free is not None and self.free < self.needed


@dataclass(frozen=True, kw_only=True)
class UpgradePlan:
    """What an upgrade would do; ``migrations`` are numbers and titles, oldest first."""

    former: str
    migrations: Sequence[tuple[str, str]]
    #: the last backup of the place, and its moment
    backup: tuple[str, datetime] | None
    disks: Sequence[DiskNeed]
    #: tasks that wait and that this version does not know, with how many
    unknown_tasks: Sequence[tuple[str, int]]
    #: in French, why it would not begin
    against: Sequence[str] = field(default=())


def waiting(former: str) -> list[tuple[str, str]]:
    """The migrations to run after ``former``, oldest first; raise `DomainError` when it comes from a later version."""
    scripts = list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())
    known = [script.revision for script in scripts]
    if former not in known:
        raise DomainError(AHEAD.format(former))
    after = scripts[: known.index(former)]
    return [(script.revision, (script.doc or "").split("\n")[0]) for script in reversed(after)]


def plan(config: Config, urls: Endpoints, place: Path) -> UpgradePlan:
    """Look at everything; nothing is written. Raise `DomainError` when there is no place for a backup, or no way to read it all."""
    store, key = provider_at(place), keys.key_of(config)
    programs.full_access(config, urls)
    with psycopg.connect(conninfo(urls.require_owner_url())) as connection:
        former = contents.migration_of(connection)
        migrations = waiting(former)
        names = store.names()
        disks = [] if not migrations else list(_disks(connection, config, store, names))
        unknown = connection.execute(UNKNOWN_TASKS, [[task.value for task in Task]]).fetchall()
    if names:
        verifying.read_manifest(store, names[-1], key)
    against = [
        SHORT.format(disk.name, size_fr(disk.needed), size_fr(disk.free or 0))
        for disk in disks
        if disk.is_short
    ]
    journal = trials.timed("Journal", lambda: trials.journal_is_intact(config, urls))
    return UpgradePlan(
        former=former,
        migrations=migrations,
        backup=(names[-1], retention.moment_of(names[-1])) if names else None,
        disks=disks,
        unknown_tasks=unknown,
        against=against if journal.passed else [*against, FAILING.format(journal.told)],
    )


def _disks(
    connection: "psycopg.Connection[Any]", config: Config, store: BackupStore, names: Sequence[str]
) -> Iterator[DiskNeed]:
    ((database,),) = connection.execute("select pg_database_size(current_database())").fetchall()
    if names:
        # What the last one took tells more than the size of what it compressed.
        needed = int(verifying.read_manifest(store, names[-1], None).size * MARGIN)
    else:
        needed = database + sum((config.home / path).stat().st_size for path in tree.kept(config.home))  # fmt: skip
    yield DiskNeed(name="Sauvegarde", needed=needed, free=shutil.disk_usage(store.place).free)
    # One transaction keeps the former rows until its end: a table that is written again is there twice.
    free = shutil.disk_usage(config.home).free if config.is_embedded else None
    yield DiskNeed(name="Base, au plus", needed=database, free=free)
