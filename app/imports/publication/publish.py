"""Publish or withdraw a batch: the database commits, the lake follows.

``docs/adr/0004-imports.md`` explains the order and why it survives a kill at any point.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database import locks
from app.core.database.locks import BusyError
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.imports import queries, services
from app.imports.models import BatchState
from app.imports.publication import portal_tables
from app.imports.publication.extracts import Pending, with_batch, without_batch, write_extracts
from app.imports.publication.known import write_known
from app.imports.publication.place import lake_of
from scoring.data.lake import Lake

#: the advisory lock of the lake
LAKE = 7_146_211
#: extracts hold confidential figures: they stay next to the lake, and leftovers of a killed process are removed
SCRATCH = ".extracts-"


def publish(identity: Identity, *, lake: Lake, batch_id: str) -> None:
    """Publish a batch that was read: it becomes the one that readers see.

    Raises `DomainError` when a later batch of one of its sources is published: data would go backwards.
    """
    _refuse_older(lake, batch_id)
    # The commit guarantees that these files exist, even after a power cut.
    for source in lake.staged(batch_id):
        _persist(lake.parts(source, batch_id))
    lake.send(batch_id)
    _replace(
        identity,
        lake=lake,
        tables=with_batch(lake, batch_id),
        mark=lambda session: services.publish_batch(session, identity, batch_id=batch_id),
    )


def withdraw(identity: Identity, *, lake: Lake, batch_id: str) -> None:
    """Go back to the data published before a batch.

    Raises `DomainError` when no source is read from it, or when a source would be left with nothing.
    """
    if not any(entry["current"] == batch_id for entry in lake.manifest().values()):
        raise DomainError(
            "Ce lot n’est plus lu : un lot plus récent a remplacé toutes ses sources."
        )
    try:
        tables = without_batch(lake, batch_id)
    except LookupError as error:
        raise DomainError(
            f"Rien n’a été publié avant ce lot pour « {error} » : il n’y a rien à quoi revenir."
        ) from None
    _replace(
        identity,
        lake=lake,
        tables=tables,
        mark=lambda session: services.withdraw_batch(session, identity, batch_id=batch_id),
    )


def settle(identity: Identity, *, home: Path) -> Lake:
    """Bring the lake in line with the database and return it; call before reading the lake for the portal.

    Waits for the running import, if any.
    """
    lake = lake_of(home)
    with alone(lake.root, waits=True):
        settle_alone(identity, lake=lake)
    return lake


def settle_alone(identity: Identity, *, lake: Lake) -> None:
    """Finish what a killed process left; the caller holds the lock. The database decides, the lake follows."""
    with unit_of_work(identity) as session:
        for batch_id in list(queries.list_batch_ids(session, BatchState.LOADING)):
            services.fail_batch(session, identity, batch_id=batch_id, error=services.INTERRUPTED)
        gone = {
            batch_id
            for state in (BatchState.FAILED, BatchState.ABANDONED)
            for batch_id in queries.list_batch_ids(session, state)
        }
    align(identity, lake=lake)
    # Of every batch that ended so, not only of those interrupted now: a kill may come between the commit and this.
    for batch_id in gone & lake.on_disk():
        lake.discard(batch_id)
    for left in lake.root.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)


def align(identity: Identity, *, lake: Lake) -> None:
    """Write the manifest of the lake from what the database says is published."""
    with unit_of_work(identity) as session:
        published = list(queries.list_batch_ids(session, BatchState.PUBLISHED))
        withdrawn = list(queries.list_batch_ids(session, BatchState.WITHDRAWN))
    lake.restate(published, withdrawn=withdrawn)


@contextmanager
def alone(root: Path, *, waits: bool = False) -> Iterator[None]:
    """Hold the import lock of a lake: one import at a time; the lock of a killed process is released by the system.

    It is taken twice: of the folder, for what is read there; of the database, whose hosts may share a lake in a store.
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (root / ".import.lock").open("w") as lock, ExitStack() as held:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.enter_context(locks.exclusive(LAKE, 0, waits=waits))
        except (BlockingIOError, BusyError):
            raise DomainError("Un autre import est en cours : attendez qu’il finisse.") from None
        yield


def _replace(
    identity: Identity, *, lake: Lake, tables: Pending, mark: Callable[[Session], None]
) -> None:
    """Write the portal's tables and ``mark`` the batch in one transaction, then the manifest."""
    with TemporaryDirectory(dir=lake.root, prefix=SCRATCH) as scratch:
        with unit_of_work(identity) as session:
            known = write_known(session, Path(scratch) / "known")
        extracts = write_extracts(tables, folder=Path(scratch), known=known)
        with unit_of_work(identity) as session:
            portal_tables.write_freshness(session, [asdict(row) for row in extracts.freshness])
            portal_tables.write_coverage(session, [asdict(row) for row in extracts.coverage])
            portal_tables.refresh(session, extracts)
            # The journal last: a page that waits for its head must not hold a lock that the swap waits for.
            mark(session)
    align(identity, lake=lake)


def _refuse_older(lake: Lake, batch_id: str) -> None:
    """Refuse a batch older than a published one of the same source; batch names begin with a timestamp."""
    manifest = lake.manifest()
    for source in lake.staged(batch_id):
        if source in manifest and manifest[source]["current"] > batch_id:
            raise DomainError(
                "Un lot plus récent d’une des sources est publié : abandonnez celui-ci,"
                " puis déposez à nouveau les fichiers à importer."
            )


def _persist(paths: Iterable[Path]) -> None:
    for path in paths:
        for place in (path, path.parent):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
