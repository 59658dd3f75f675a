"""`python -m scoring sources IN_DIR OUT_DIR`: partner files to one Parquet a source."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import click
import duckdb

from scoring.data.importing import ignored, import_directory, told_ignored
from scoring.data.lake import Lake
from scoring.data.rows import first, give_back, refused
from scoring.data.sources.lines import literal, texts
from scoring.data.sources.loading import REJECT_COLUMNS, copy
from scoring.data.sources.registry import NOT_KEPT, SOURCES, returned_as
from scoring.data.sources.report import FileReport
from scoring.data.store import LakeStore

BATCH = "import"


@click.command(help="read partner files into typed Parquet")
@click.argument("in_dir", type=click.Path(path_type=Path))
@click.argument("out_dir", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="one JSON object a file")
@click.option("--today", type=date.fromisoformat)
@click.option(
    "--returned",
    type=click.Path(path_type=Path),
    help="where to give back the rejected lines of each file, to be corrected",
)
def sources(
    in_dir: Path, out_dir: Path, *, as_json: bool, today: date | None, returned: Path | None
) -> int:
    """Read every file that belongs to a source; if one of its files fails, a source keeps its former output."""
    if not in_dir.is_dir():
        print(f"Le dossier {in_dir} n’existe pas.", file=sys.stderr)
        return 1
    out_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out_dir, prefix=".import-") as scratch:
        lake = Lake(Path(scratch))
        reports = import_directory(in_dir, lake, batch_id=BATCH, today=today or _today())
        _write(lake, out_dir, failed={report.source for report in reports if report.error})
        if returned is not None:
            _give_back(lake, returned, reports)
    for report in reports:
        print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else _sentence(report))
    if not reports and not as_json:
        print(f"Aucun fichier partenaire reconnu dans {in_dir}.")
    for sentence in told_ignored(ignored(in_dir)):
        print(sentence, file=sys.stderr)
    return 0 if reports and not any(report.error for report in reports) else 1


def _write(lake: Lake, out_dir: Path, *, failed: set[str]) -> None:
    with duckdb.connect() as con:
        rejects = [_empty_rejects()]
        former = out_dir / "rejects.parquet"
        if failed and former.exists():
            names = ", ".join(literal(source) for source in sorted(failed))
            rejects.append(f"SELECT * FROM {literal(str(former))} WHERE source IN ({names})")
        rejects += [f"SELECT * FROM {literal(str(path))}" for path in lake.rejects(BATCH)]
        for source in lake.staged(BATCH):
            parts = texts([str(path) for path in lake.parts(source, BATCH)])
            columns = ", ".join(SOURCES[source].schema)
            rows = f"SELECT {columns} FROM read_parquet({parts})"
            copy(con, rows, out_dir / f"{source}.parquet")
        copy(con, " UNION ALL ".join(rejects), former)


def _give_back(lake: Lake, folder: Path, reports: Sequence[FileReport]) -> None:
    """Write the rejected lines of each file that has some, to be corrected and sent again."""
    for report in reports:
        target = folder / returned_as(report.file)
        if report.rejected and not report.error:
            folder.mkdir(parents=True, exist_ok=True)
            with target.open("w", encoding="utf-8", newline="") as sink:
                give_back(lake.rejects_of(BATCH, report.source, report.sha256), sink)
        elif not report.error:
            target.unlink(missing_ok=True)


def _empty_rejects() -> str:
    columns = ", ".join(
        f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in REJECT_COLUMNS.items()
    )
    return f"SELECT * FROM (SELECT {columns}) WHERE FALSE"


def _sentence(report: FileReport) -> str:
    if report.error:
        return f"{report.file} : refusé. {report.error}"
    return (
        f"{report.file} : {report.rows} lignes, {report.valid} valides, {report.rejected} rejetées,"
        f" {report.outside} hors périmètre, {report.duplicates} en double{report.details}"
    )


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Paris")).date()


@click.command(help="show the rows of a batch")
@click.argument("lake", type=click.Path(path_type=Path))
@click.argument("batch")
@click.argument("kind", type=click.Choice(["first", "refused"]))
def rows(lake: Path, batch: str, kind: str) -> int:
    """Write rows as JSON: `first`, one object a source, or `refused`, one array a line; days as AAAA-MM-JJ."""
    read = first if kind == "first" else refused
    for row in read(_shared(lake), batch):
        print(json.dumps(row, default=str))
    return 0


@click.command(help="give back the rejected lines of a file, to be corrected")
@click.argument("lake", type=click.Path(path_type=Path))
@click.argument("batch")
@click.argument("source")
@click.argument("sha256")
def give_back_one(lake: Path, batch: str, source: str, sha256: str) -> int:
    """Write them as CSV: the line and the reason, then the columns of the file.

    Exit with `NOT_KEPT` when there are none, or when a former version read the file.
    """
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    try:
        give_back(_shared(lake).rejects_of(batch, source, sha256), sys.stdout)
    except (LookupError, FileNotFoundError):
        return NOT_KEPT
    return 0


def _shared(root: Path) -> Lake:
    """The lake of an instance, which may be the copy of one in a store."""
    return Lake(root, store=LakeStore.of_environment())
