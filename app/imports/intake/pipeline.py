"""Partner files, from the archive to the portal: published in full, held for a person to decide, or refused.

``docs/adr/0004-imports.md`` explains the order and why it survives a kill at any point;
``docs/adr/0014-operations-of-imports.md`` says who decides what.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.logging import get_logger
from app.core.now import today, utcnow
from app.imports import archive, queries, services
from app.imports.archive import Received
from app.imports.intake import faults, outside
from app.imports.intake.progress import ReadingProgress
from app.imports.models import BatchCheck, BatchFile, BatchState
from app.imports.publication import publish
from app.imports.publication.place import lake_of
from app.imports.services import FileAccount, Start
from scoring.data import quality
from scoring.data.importing import (
    PartnerFile,
    ignored,
    import_files,
    nothing_to_read,
    partner_files,
)
from scoring.data.lake import Lake
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.report import FileReport

logger = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class LoadOutcome:
    """What a load did. ``batch_id`` is `None` when all the content had already been received."""

    accounts: Sequence[FileAccount]
    #: the names of the files that were left out
    unrecognised: Sequence[str]
    batch_id: str | None = None
    error: str | None = None
    #: whether the batch was read and waits for a decision
    waits: bool = False


def load(
    identity: Identity,
    *,
    directory: Path,
    home: Path,
    start: Start | None = None,
    waits: bool = False,
) -> LoadOutcome:
    """Archive, read and publish the partner files of ``directory``.

    Raises `DomainError` when there are none, when the disk is full, or when another import is running,
    unless it ``waits`` for it. A file that cannot be read at all causes the batch to be refused
    (``error``): what was published before stays. A batch unlike the previous one waits.
    """
    if not directory.is_dir():
        raise DomainError(f"Le dossier {directory} n’existe pas.")
    lake = lake_of(home)
    with publish.alone(lake.root, waits=waits), faults.explained():
        archive.tidy(home / "archive")
        publish.settle_alone(identity, lake=lake)
        received = [
            archive.keep(file.path, source=file.source.name, archive=home / "archive")
            for file in partner_files(directory)
        ]
        unrecognised = ignored(directory)
        if not received:
            raise DomainError(nothing_to_read(directory))
        already_received = _earlier_files(identity, received)
        files = [file for file in received if file.sha256 not in already_received]
        accounts = [
            _already_received(file, already_received[file.sha256])
            for file in received
            if file.sha256 in already_received
        ]
        if not files:
            return LoadOutcome(accounts=accounts, unrecognised=unrecognised)
        begin = start or Start(origin=directory.name)
        outcome = _load_batch(identity, lake=lake, files=files, start=begin)
    return replace(outcome, accounts=[*outcome.accounts, *accounts], unrecognised=unrecognised)


def replay(
    identity: Identity, *, batch_id: str, home: Path, started_by: int | None = None
) -> LoadOutcome:
    """Read the originals of a batch again, into a new batch subject to the usual rules.

    The caller must hold the import lock. Raises `DomainError` when an original is no longer archived.
    """
    with unit_of_work(identity) as session:
        former = queries.get_batch(session, identity, batch_id)
        origin = former.origin
        received = [(f.source or "", f.name, f.sha256, f.size) for f in former.files if f.is_new]
    files = []
    for source, name, digest, size in received:
        path = archive.find(digest, archive=home / "archive")
        if path is None:
            raise DomainError(f"L’original de « {name} » n’est plus dans l’archive.")
        if not archive.is_intact(path, digest):
            raise DomainError(
                f"L’original de « {name} » a changé dans l’archive : restaurez-le d’une sauvegarde, ou demandez-le au partenaire."
            )
        files.append(Received(source=source, name=name, sha256=digest, size=size, path=path))
    start = Start(origin=origin, started_by=started_by, replays=batch_id)
    return _load_batch(identity, lake=lake_of(home), files=files, start=start)


def _load_batch(
    identity: Identity, *, lake: Lake, files: Sequence[Received], start: Start
) -> LoadOutcome:
    batch_id = _batch_name(files)
    with unit_of_work(identity) as session:
        services.begin_batch(session, identity, batch_id=batch_id, start=start)
    try:
        outcome = _read_and_publish(identity, lake=lake, batch_id=batch_id, files=files)
    except Exception as failure:
        logger.error("import failed", batch=batch_id, exc_info=failure)
        error = faults.sentence(failure) or services.BROKEN
        untouched = [_unread(file) for file in files]
        # A full disk may refuse this too: the next import will find the batch interrupted.
        with suppress(Exception):
            refuse(identity, lake=lake, batch_id=batch_id, error=error, accounts=untouched)
        raise
    if outcome.error is not None:
        refuse(
            identity, lake=lake, batch_id=batch_id, error=outcome.error, accounts=outcome.accounts
        )
    return outcome


def _read_and_publish(
    identity: Identity, *, lake: Lake, batch_id: str, files: Sequence[Received]
) -> LoadOutcome:
    progress = ReadingProgress(identity, batch_id, total=len(files))
    with archive.laid_out(files) as folder:
        sent = [
            PartnerFile(path=folder / file.name, source=SOURCES[file.source], sha256=file.sha256)
            for file in files
        ]
        reports = import_files(
            sent, lake, batch_id=batch_id, today=today(), on_file=progress.reading
        )
    by_name = {file.name: file for file in files}
    errors = [f"{report.file} : {report.error}" for report in reports if report.error]
    if errors:
        error = "\n".join(errors)
        accounts = [FileAccount(received=by_name[report.file], report=report) for report in reports]
        return LoadOutcome(accounts=accounts, unrecognised=(), batch_id=batch_id, error=error)
    progress.checking()
    findings = quality.examine(lake, batch_id, reports)
    told = outside.tell(identity, lake=lake, batch_id=batch_id, reports=reports)
    accounts = [FileAccount(received=by_name[report.file], report=report) for report in told]
    # Whoever decides on it, or publishes it, may be on another host.
    lake.send(batch_id)
    with unit_of_work(identity) as session:
        waits = services.receive_batch(
            session,
            identity,
            batch_id=batch_id,
            accounts=accounts,
            checks=[_check(finding) for finding in findings],
        )
    if not waits:
        progress.publishing()
        publish.publish(identity, lake=lake, batch_id=batch_id)
    return LoadOutcome(accounts=accounts, unrecognised=(), batch_id=batch_id, waits=waits)


def refuse(
    identity: Identity,
    *,
    lake: Lake,
    batch_id: str,
    error: str,
    accounts: Iterable[FileAccount] = (),
) -> None:
    """Refuse a batch, unless the failure came after its commit: it is then published."""
    with unit_of_work(identity) as session:
        if queries.get_batch(session, identity, batch_id).state == BatchState.PUBLISHED:
            return
        services.fail_batch(session, identity, batch_id=batch_id, error=error, accounts=accounts)
    lake.discard(batch_id)


def _earlier_files(identity: Identity, files: Sequence[Received]) -> dict[str, BatchFile]:
    """Return the content that need not be read again, by digest.

    A batch replaces an entire source: if one of its files is new, all of them are read again.
    """
    with unit_of_work(identity) as session:
        earlier_files = queries.list_known_files(session, {file.sha256 for file in files})
        session.expunge_all()
    renewed = {file.source for file in files if file.sha256 not in earlier_files}
    return {file.sha256: earlier_files[file.sha256] for file in files if file.source not in renewed}


def _already_received(file: Received, former: BatchFile) -> FileAccount:
    waits_in = former.batch_id if former.batch.state is BatchState.WAITING else None
    return FileAccount(
        received=file,
        report=replace(former.report, file=file.name),
        already_received=True,
        waits_in=waits_in,
    )


def _unread(file: Received) -> FileAccount:
    return FileAccount(received=file, report=FileReport(file.source, file.name, file.sha256))


def _check(finding: quality.Finding) -> BatchCheck:
    """Return a finding together with the bounds that judged it."""
    bound = quality.rules().checks[finding.check]
    return BatchCheck(
        source=finding.source,
        source_label=SOURCES[finding.source].title,
        name=finding.check,
        label=bound.label,
        unit=bound.unit,
        level=finding.level,
        measure=finding.measure,
        orange=bound.orange,
        red=bound.red,
        before=finding.before,
        now=finding.now,
        detail=finding.detail,
    )


def _batch_name(files: Iterable[Received]) -> str:
    """Return a timestamp followed by a mark of the content: sorted by time, never the same twice."""
    mark = sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:8]
    return f"{utcnow():%Y%m%dT%H%M%S%f}-{mark}"
