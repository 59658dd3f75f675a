"""What loading a directory would give, said before anything is kept: no batch, no archive, no lake."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import today
from app.core.text.french import number_fr
from app.imports import queries
from app.imports.intake import faults, outside
from app.imports.publication.place import lake_of
from scoring.data import quality
from scoring.data.importing import ignored, import_files, nothing_to_read, partner_files
from scoring.data.lake import ScratchLake
from scoring.data.quality import DeliveryChange, Finding
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.report import FileReport
from scoring.vocabulary import CheckLevel

BATCH = "essai"
SCRATCH = ".essai-"
#: a trial still on disk after this many seconds was killed
FORGOTTEN = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What each file would give, what would change in each source, and what the checks say."""

    reports: Sequence[FileReport]
    changes: Sequence[DeliveryChange]
    findings: Sequence[Finding]
    unrecognised: Sequence[str]
    #: digests of the content that is already imported, or waits
    known: Mapping[str, str]

    @property
    def error(self) -> str | None:
        """Why the batch would be refused, if it would."""
        errors = [f"{report.file} : {report.error}" for report in self.reports if report.error]
        return "\n".join(errors) or None

    @property
    def waits(self) -> bool:
        """Whether a person would have to decide."""
        return quality.worst(self.findings) is CheckLevel.RED


def rehearse(identity: Identity, *, directory: Path, home: Path) -> Rehearsal:
    """Read the partner files of ``directory`` and compare them with what is published; keep nothing.

    Raises `DomainError` when there are none, or when the disk is full.
    """
    if not directory.is_dir():
        raise DomainError(f"Le dossier {directory} n’existe pas.")
    files = partner_files(directory)
    if not files:
        raise DomainError(nothing_to_read(directory))
    _tidy(home)
    where = home if home.is_dir() else None
    with faults.explained(), tempfile.TemporaryDirectory(dir=where, prefix=SCRATCH) as scratch:
        draft = ScratchLake(Path(scratch), lake_of(home))
        reports = import_files(files, draft, batch_id=BATCH, today=today())
        findings = quality.examine(draft, BATCH, reports)
        return Rehearsal(
            reports=outside.tell(identity, lake=draft, batch_id=BATCH, reports=reports),
            changes=quality.changes(draft, BATCH),
            findings=findings,
            unrecognised=ignored(directory),
            known=_known(identity, reports),
        )


def as_sentences(found: Rehearsal) -> Iterator[str]:
    """Yield what the operator reads: files, then sources, then checks that are not green."""
    for report in found.reports:
        yield _of_file(report, known=report.sha256 in found.known)
    for change in found.changes:
        yield _of_source(change)
    for finding in found.findings:
        if finding.level is not CheckLevel.GREEN:
            label = quality.rules().checks[finding.check].label
            yield f"Contrôle {finding.level.label.lower()} : {SOURCES[finding.source].title}, {label.lower()}."
    if found.error is None:
        yield (
            "Ce lot attendrait une décision : un contrôle est anormal."
            if found.waits
            else "Ce lot serait publié."
        )
    yield "Essai : rien n’a été gardé ni publié."


def as_json(found: Rehearsal) -> Iterator[str]:
    """Yield one JSON object a file, then one a source."""
    for report in found.reports:
        values = report.as_dict() | {"known": report.sha256 in found.known}
        yield json.dumps(values, ensure_ascii=False)
    for change in found.changes:
        yield json.dumps(asdict(change), ensure_ascii=False)


def _of_file(report: FileReport, *, known: bool) -> str:
    if report.error:
        return f"{report.file} : refusé. {report.error}"
    said = " (contenu déjà reçu)" if known else ""
    return (
        f"{report.file}{said} : {report.rows} lignes, {report.valid} valides, {report.rejected} rejetées,"
        f" {report.outside} hors périmètre, {report.duplicates} en double{report.details}"
    )


def _of_source(change: DeliveryChange) -> str:
    before = "jamais reçue" if change.before is None else number_fr(change.before)
    firms = ""
    if change.firms_gone is not None and change.firms_new is not None:
        gone, new = number_fr(change.firms_gone), number_fr(change.firms_new)
        firms = f" ; entreprises disparues : {gone}, nouvelles : {new}"
    return f"{SOURCES[change.source].title} : lignes {before} → {number_fr(change.now)}{firms}"


def _known(identity: Identity, reports: Sequence[FileReport]) -> dict[str, str]:
    """Return the batch of each content that was received before, by digest."""
    with unit_of_work(identity) as session:
        files = queries.list_known_files(session, {report.sha256 for report in reports})
        return {digest: file.batch_id for digest, file in files.items()}


def _tidy(home: Path) -> None:
    """Remove what a killed trial left."""
    for left in home.glob(f"{SCRATCH}*"):
        if left.stat().st_mtime < time.time() - FORGOTTEN:
            shutil.rmtree(left)
