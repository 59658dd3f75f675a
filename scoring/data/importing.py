"""Reads a directory of partner files into one batch of the lake, for someone to publish."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scoring.data.sources import admin_urssaf
from scoring.data.sources.base import Source
from scoring.data.sources.duplicates import Dropped, copy_of, keep_one
from scoring.data.sources.errors import SourceError
from scoring.data.sources.loading import Setting, load_file, part_name
from scoring.data.sources.reading import sha256
from scoring.data.sources.registry import SOURCES, identify, why_ignored
from scoring.data.sources.report import FileReport

if TYPE_CHECKING:
    from scoring.data.lake import Lake

ACCOUNTS = admin_urssaf.SOURCE.name
ALONE = "Ces lignes corrigées remplaceraient toute la source : joignez-y le fichier d’où elles viennent."


@dataclass(frozen=True, kw_only=True)
class PartnerFile:
    """A file, the source it belongs to, and its SHA-256 when already computed."""

    path: Path
    source: Source
    sha256: str | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the file as it was sent."""
        return self.sha256 or sha256(self.path)


def partner_files(in_dir: Path) -> list[PartnerFile]:
    """List the files of a directory that belong to a source, by name."""
    paths = sorted(path for path in in_dir.iterdir() if path.is_file())
    owned = [(path, identify(path)) for path in paths]
    return [PartnerFile(path=path, source=source) for path, source in owned if source is not None]


def ignored(in_dir: Path) -> list[str]:
    """List the files of a directory that belong to no source, by name."""
    return sorted(path.name for path in in_dir.iterdir() if path.is_file() and not identify(path))


def told_ignored(names: Iterable[str]) -> list[str]:
    """Say in French, for each of these files, why it is left out and what to do."""
    return [f"{name} : ignoré, {why_ignored(Path(name))}." for name in names]


def nothing_to_read(in_dir: Path) -> str:
    """Say in French that no file of a directory belongs to a source, and why."""
    return "\n".join(
        [f"Aucun fichier partenaire reconnu dans {in_dir}.", *told_ignored(ignored(in_dir))]
    )


def import_directory(
    in_dir: Path,
    lake: Lake,
    *,
    batch_id: str,
    today: date,
    perimeter: Collection[str] | None = None,
    on_file: Callable[[str], None] | None = None,
) -> list[FileReport]:
    """Stage every file of `in_dir` that belongs to a source, as `import_files` does."""
    return import_files(
        partner_files(in_dir),
        lake,
        batch_id=batch_id,
        today=today,
        perimeter=perimeter,
        on_file=on_file,
    )


def import_files(
    files: Iterable[PartnerFile],
    lake: Lake,
    *,
    batch_id: str,
    today: date,
    perimeter: Collection[str] | None = None,
    on_file: Callable[[str], None] | None = None,
) -> list[FileReport]:
    """Stage files into a new batch, unpublished; return one report a file.

    The URSSAF accounts come first, because other files need them. What is written twice counts once,
    within a file and between the files of a source. A file that cannot be read is
    reported (`error`, in French) and the others are still read. When one file of a source fails, the
    entire source is withdrawn from the batch: half a source is not a source; nor are corrected lines without
    the file they come from. `on_file` is called with
    the name of each file before it is read. Raises ValueError when the batch is already published.
    """
    lake.open_batch(batch_id)
    reports: list[FileReport] = []
    by_content: dict[tuple[str, str], FileReport] = {}
    for file in sorted(files, key=lambda file: file.source.name != ACCOUNTS):
        if on_file is not None:
            on_file(file.path.name)
        content = (file.source.name, file.digest)
        if content in by_content:
            reports.append(copy_of(by_content[content], name=file.path.name))
            continue
        accounts = lake.parts(ACCOUNTS, batch_id) or lake.published(ACCOUNTS)
        setting = Setting(today, perimeter, accounts)
        by_content[content] = _load(file, lake=lake, batch_id=batch_id, setting=setting)
        reports.append(by_content[content])
    reports = _with_originals(reports)
    for failed in {report.source for report in reports if report.error}:
        lake.withdraw(batch_id, failed)
    return _without_duplicates(reports, lake=lake, batch_id=batch_id)


def _with_originals(reports: Sequence[FileReport]) -> list[FileReport]:
    """Return the reports, where corrected lines sent without their original are refused: they would
    replace the entire source.
    """
    whole = {report.source for report in reports if not report.is_returned}
    return [
        FileReport(report.source, report.file, report.sha256, error=ALONE, is_returned=True)
        if report.source not in whole
        else report
        for report in reports
    ]


def _without_duplicates(
    reports: Sequence[FileReport], *, lake: Lake, batch_id: str
) -> list[FileReport]:
    """Leave one row a key in the batch; return the reports with what each file lost."""
    dropped: dict[tuple[str, str], Dropped] = {}
    with TemporaryDirectory(prefix="vigie-doublons-") as spill:
        for name in lake.staged(batch_id):
            parts = lake.parts(name, batch_id)
            lost = keep_one(SOURCES[name], parts, spill=Path(spill))
            dropped |= {(name, part.name): of_part for part, of_part in lost.items()}
    told = []
    for report in reports:
        # A copy of another file has no part: it was counted as it was read.
        lost_lines = dropped.pop((report.source, part_name(report.sha256)), None)
        told.append(lost_lines.told(report, SOURCES[report.source]) if lost_lines else report)
    return told


def _load(file: PartnerFile, *, lake: Lake, batch_id: str, setting: Setting) -> FileReport:
    path, source, digest = file.path, file.source, file.digest
    try:
        return load_file(
            path, source, out_dir=lake.root, batch_id=batch_id, setting=setting, digest=digest
        )
    except SourceError as error:
        return FileReport(source.name, path.name, digest, error=str(error))
