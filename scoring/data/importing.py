"""A directory of partner files into one batch of the lake, left for someone to publish."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.data.sources import admin_urssaf
from scoring.data.sources.base import Source
from scoring.data.sources.errors import SourceError
from scoring.data.sources.loading import Setting, load_file
from scoring.data.sources.reading import sha256
from scoring.data.sources.registry import identify
from scoring.data.sources.report import FileReport

if TYPE_CHECKING:
    from scoring.data.lake import Lake

ACCOUNTS = admin_urssaf.SOURCE.name


def partner_files(in_dir: Path) -> list[tuple[Path, Source]]:
    """List the files of a directory that belong to a source, in order of name.

    The accounts of URSSAF come first: other files are read with them.
    """
    files = sorted(path for path in in_dir.iterdir() if path.is_file())
    found = [(path, source) for path in files if (source := identify(path)) is not None]
    return sorted(found, key=lambda file: file[1].name != ACCOUNTS)


def import_directory(
    in_dir: Path,
    lake: Lake,
    *,
    batch_id: str,
    today: date,
    perimeter: Collection[str] | None = None,
    on_file: Callable[[str], None] | None = None,
) -> list[FileReport]:
    """Stage every known file of `in_dir` into a new batch, not published; one report a file.

    A file that cannot be read is reported (`error`, in French) and the others go on. When one file
    of a source fails, the whole source is withdrawn from the batch: half a source is not a source.
    `on_file` hears the name of each file before it is read.
    Raises ValueError when the batch is already published.
    """
    lake.open_batch(batch_id)
    reports = []
    for path, source in partner_files(in_dir):
        if on_file is not None:
            on_file(path.name)
        accounts = lake.parts(ACCOUNTS, batch_id) or lake.published(ACCOUNTS)
        setting = Setting(today, perimeter, accounts)
        reports.append(_load(path, source, lake=lake, batch_id=batch_id, setting=setting))
    for failed in {report.source for report in reports if report.error}:
        lake.withdraw(batch_id, failed)
    return reports


def _load(path: Path, source: Source, *, lake: Lake, batch_id: str, setting: Setting) -> FileReport:
    try:
        return load_file(path, source, out_dir=lake.root, batch_id=batch_id, setting=setting)
    except SourceError as error:
        return FileReport(source.name, path.name, sha256(path), error=str(error))
