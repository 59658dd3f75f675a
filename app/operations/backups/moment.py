"""One moment of the database and of the files, held while they are copied.

Imports wait, so that the lake and the tables that it feeds tell the same; the journal waits too, for the few milliseconds between
the snapshot and the copy of the seals, so that no seal is in one and not in the other. The other files are written before the rows
that name them: linked after the snapshot, none is missing.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import Connection

from app.imports.publication.publish import alone
from app.operations.sets import tree
from app.operations.sets.programs import Access

STAGING = ".sauvegarde-"
#: how long the head of the journal is waited for
WAITED = "60s"
SNAPSHOT = "select pg_export_snapshot(), clock_timestamp()"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A moment of an instance: a transaction that sees it, its name for pg_dump, the files as they were."""

    connection: "Connection[Any]"
    snapshot: str
    at: datetime
    files: Path


@contextmanager
def held(access: Access, journal: Access, home: Path, *, but: Path | None) -> Iterator[Moment]:
    """Hold the present moment during a block: ``access`` reads, ``journal`` makes the journal wait.

    ``but`` is a folder of ``home`` that holds backups.
    """
    for left in home.glob(f"{STAGING}*"):
        shutil.rmtree(left)
    with (
        tempfile.TemporaryDirectory(dir=home, prefix=STAGING) as folder,
        access.connect() as seeing,
    ):
        staging = Path(folder)
        with alone(home / "lake", waits=True):
            with journal.connect() as holding, holding.transaction():
                holding.execute(f"set local lock_timeout = '{WAITED}'")
                holding.execute("select journal_hold()")
                seeing.execute("begin isolation level repeatable read read only")
                ((snapshot, at),) = seeing.execute(SNAPSHOT).fetchall()
                if (home / "journal").is_dir():
                    shutil.copytree(home / "journal", staging / "journal")
            tree.hold(home, staging, but=but)
        yield Moment(connection=seeing, snapshot=snapshot, at=at, files=staging)
