"""A directory of partner files, from the archive to the portal: published whole or not at all.

The order, and why it survives a kill at any point, is written in ``docs/adr/0004-imports.md``.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.errors import DomainError
from app.core.identity import Identity
from app.core.logging import get_logger
from app.core.now import today, utcnow
from app.core.unit_of_work import unit_of_work
from app.imports import archive, portal_tables, queries, services
from app.imports.archive import Received
from app.imports.extracts import Extracts, write_extracts
from app.imports.models import BatchFile, BatchState
from app.imports.services import FileAccount
from scoring.lake import Lake
from scoring.sources import FileReport, import_directory
from scoring.sources.importing import identify, partner_files

logger = get_logger(__name__)

#: extracts hold confidential figures: they stay beside the lake, and what a kill left is removed
SCRATCH = ".extracts-"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a load did. ``batch_id`` is `None` when every content was already published."""

    accounts: Sequence[FileAccount]
    unrecognised: Sequence[str]
    batch_id: str | None = None
    error: str | None = None


def load(
    identity: Identity, *, directory: Path, home: Path, started_by: int | None = None
) -> Outcome:
    """Archive, read and publish the partner files of ``directory``, asked by agent ``started_by``.

    Raises `DomainError` when it holds none, or when another import is at work. A file that cannot
    be read as a whole refuses the batch (``error``): what was published before stays.
    """
    if not directory.is_dir():
        raise DomainError(f"Le dossier {directory} n’existe pas.")
    lake = Lake(home / "lake")
    with _alone(lake.root):
        archive.tidy(home / "archive")
        _settle(identity, lake=lake)
        kept = [
            archive.keep(path, source=source.name, archive=home / "archive")
            for path, source in partner_files(directory)
        ]
        unrecognised = sorted(
            path.name for path in directory.iterdir() if path.is_file() and not identify(path)
        )
        if not kept:
            raise DomainError(f"Aucun fichier partenaire reconnu dans {directory}.")
        former = _published_before(identity, kept)
        renewed = {source for source, files in _by_source(kept).items() if _is_new(files, former)}
        known = [_known(file, former[file.sha256]) for file in kept if file.source not in renewed]
        if not renewed:
            return Outcome(accounts=known, unrecognised=unrecognised)
        files = [file for file in kept if file.source in renewed]
        batch_id = _batch_name(files)
        with unit_of_work(identity) as session:
            services.begin_batch(
                session,
                identity,
                batch_id=batch_id,
                origin=directory.name,
                started_by=started_by,
            )
        outcome = _load_batch(identity, lake=lake, batch_id=batch_id, files=files)
    return replace(outcome, accounts=[*outcome.accounts, *known], unrecognised=unrecognised)


def settle(identity: Identity, *, home: Path) -> Lake:
    """The lake as the database says it is; call it before reading the lake for the portal.

    Waits for the import at work, if any.
    """
    lake = Lake(home / "lake")
    with _alone(lake.root, waits=True):
        _settle(identity, lake=lake)
    return lake


def _settle(identity: Identity, *, lake: Lake) -> None:
    """Finish what a killed process left: the database says what is published, the lake follows."""
    with unit_of_work(identity) as session:
        published = list(queries.list_published_batch_ids(session))
        interrupted = [batch.id for batch in queries.list_interrupted_batches(session)]
        for batch_id in interrupted:
            services.fail_batch(session, identity, batch_id=batch_id, error=services.INTERRUPTED)
    in_manifest = {batch for entry in lake.manifest().values() for batch in entry["batches"]}
    for batch_id in published:
        if batch_id not in in_manifest:
            lake.publish(batch_id)
    for batch_id in interrupted:
        _discard(lake, batch_id)
    for left in lake.root.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)


def _load_batch(
    identity: Identity, *, lake: Lake, batch_id: str, files: Sequence[Received]
) -> Outcome:
    try:
        accounts = _read(lake, batch_id, files)
        errors = [f"{a.received.name} : {a.error}" for a in accounts if a.error]
        if not errors:
            _publish(identity, lake=lake, batch_id=batch_id, accounts=accounts)
    except Exception as failure:
        logger.error("import failed", batch=batch_id, exc_info=failure)
        _refuse(identity, lake=lake, batch_id=batch_id, error=services.BROKEN)
        raise
    if errors:
        error = "\n".join(errors)
        _refuse(identity, lake=lake, batch_id=batch_id, error=error, accounts=accounts)
        return Outcome(accounts=accounts, unrecognised=(), batch_id=batch_id, error=error)
    # Published since the commit, whatever happens here: `_settle` does it again if need be.
    lake.publish(batch_id)
    return Outcome(accounts=accounts, unrecognised=(), batch_id=batch_id)


def _read(lake: Lake, batch_id: str, files: Sequence[Received]) -> list[FileAccount]:
    with archive.laid_out(files) as folder:
        reports = import_directory(folder, lake, batch_id=batch_id, today=today())
    by_name = {file.name: file for file in files}
    return [_account(by_name[report.file], report) for report in reports]


def _publish(
    identity: Identity, *, lake: Lake, batch_id: str, accounts: Sequence[FileAccount]
) -> None:
    """Write the portal's tables and the batch in one transaction: from then on it is published."""
    with TemporaryDirectory(dir=lake.root, prefix=SCRATCH) as scratch:
        extracts = write_extracts(lake, batch_id, folder=Path(scratch))
        # The commit promises that these files are there, even after a power cut.
        for source in lake.staged(batch_id):
            _persist(lake.parts(source, batch_id))
        with unit_of_work(identity) as session:
            portal_tables.refresh(session, extracts.files, has_firms=extracts.has_firms)
            portal_tables.write_freshness(session, _freshness_rows(extracts))
            services.publish_batch(session, identity, batch_id=batch_id, accounts=accounts)


def _refuse(
    identity: Identity,
    *,
    lake: Lake,
    batch_id: str,
    error: str,
    accounts: Iterable[FileAccount] = (),
) -> None:
    """Give a batch up, unless the failure came after its commit: then it is published."""
    with unit_of_work(identity) as session:
        if queries.get_batch(session, identity, batch_id).state == BatchState.PUBLISHED:
            return
        services.fail_batch(session, identity, batch_id=batch_id, error=error, accounts=accounts)
    _discard(lake, batch_id)


def _discard(lake: Lake, batch_id: str) -> None:
    """Remove what a batch that will not be published left on disk."""
    for source in lake.staged(batch_id):
        lake.withdraw(batch_id, source)


def _published_before(identity: Identity, files: Iterable[Received]) -> dict[str, BatchFile]:
    with unit_of_work(identity) as session:
        found = queries.list_known_files(session, {file.sha256 for file in files})
        session.expunge_all()
        return found


def _by_source(files: Iterable[Received]) -> dict[str, list[Received]]:
    found: dict[str, list[Received]] = {}
    for file in files:
        found.setdefault(file.source, []).append(file)
    return found


def _is_new(files: Iterable[Received], former: dict[str, BatchFile]) -> bool:
    """Whether a source must be read again: a batch replaces a source, so all its files at once."""
    return any(file.sha256 not in former for file in files)


def _known(file: Received, former: BatchFile) -> FileAccount:
    return FileAccount(
        received=file,
        rows=former.rows,
        valid=former.valid,
        rejected=former.rejected,
        outside=former.outside,
        reasons=former.reasons,
        known=True,
    )


def _account(file: Received, report: FileReport) -> FileAccount:
    return FileAccount(
        received=file,
        rows=report.rows,
        valid=report.valid,
        rejected=report.rejected,
        outside=report.outside,
        reasons=report.reasons,
        error=report.error,
    )


def _batch_name(files: Iterable[Received]) -> str:
    """The moment, then a mark of the content: sorted by time, never the same twice."""
    mark = sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:8]
    return f"{utcnow():%Y%m%dT%H%M%S%f}-{mark}"


def _freshness_rows(extracts: Extracts) -> list[dict[str, object]]:
    return [asdict(row) for row in extracts.freshness]


def _persist(paths: Iterable[Path]) -> None:
    for path in paths:
        for place in (path, path.parent):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


@contextmanager
def _alone(root: Path, *, waits: bool = False) -> Iterator[None]:
    """One import at a time on a lake; the lock of a killed process is released by the system."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (root / ".import.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DomainError("Un autre import est en cours : attendez qu’il finisse.") from None
        yield
