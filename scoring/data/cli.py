"""`python -m scoring sources IN_DIR OUT_DIR`: partner files to one Parquet a source."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import duckdb

from scoring.data import rows
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.lines import literal, texts
from scoring.data.sources.loading import REJECT_COLUMNS, copy
from scoring.data.sources.report import FileReport

BATCH = "import"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the `sources` command."""
    parser = subparsers.add_parser("sources", help="read partner files into typed Parquet")
    parser.add_argument("in_dir", type=Path, help="directory of the partners' files")
    parser.add_argument("out_dir", type=Path, help="directory of <source>.parquet, rejects.parquet")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")
    parser.add_argument("--today", type=date.fromisoformat, default=_today())
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read every known file; a source with a file that fails keeps its former output."""
    if not args.in_dir.is_dir():
        print(f"Le dossier {args.in_dir} n’existe pas.", file=sys.stderr)
        return 1
    args.out_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=args.out_dir, prefix=".import-") as scratch:
        lake = Lake(Path(scratch))
        reports = import_directory(args.in_dir, lake, batch_id=BATCH, today=args.today)
        _write(lake, args.out_dir, failed={report.source for report in reports if report.error})
    for report in reports:
        print(json.dumps(report.as_dict(), ensure_ascii=False) if args.json else _sentence(report))
    if not reports and not args.json:
        print(f"Aucun fichier partenaire reconnu dans {args.in_dir}.")
    return 0 if reports and not any(report.error for report in reports) else 1


def _write(lake: Lake, out_dir: Path, *, failed: set[str]) -> None:
    with duckdb.connect() as con:
        rejects = [_empty_rejects()]
        former = out_dir / "rejects.parquet"
        if failed and former.exists():
            kept = ", ".join(literal(source) for source in sorted(failed))
            rejects.append(f"SELECT * FROM {literal(str(former))} WHERE source IN ({kept})")
        rejects += [f"SELECT * FROM {literal(str(path))}" for path in lake.rejects(BATCH)]
        for source in lake.staged(BATCH):
            parts = texts([str(path) for path in lake.parts(source, BATCH)])
            copy(con, f"SELECT * FROM read_parquet({parts})", out_dir / f"{source}.parquet")
        copy(con, " UNION ALL ".join(rejects), former)


def _empty_rejects() -> str:
    columns = ", ".join(
        f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in REJECT_COLUMNS.items()
    )
    return f"SELECT * FROM (SELECT {columns}) WHERE FALSE"


def _sentence(report: FileReport) -> str:
    if report.error:
        return f"{report.file} : refusé. {report.error}"
    reasons = "".join(f"\n    {count} × {reason}" for reason, count in report.reasons.items())
    return (
        f"{report.file} : {report.rows} lignes, {report.valid} valides,"
        f" {report.rejected} rejetées, {report.outside} hors périmètre{reasons}"
    )


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Paris")).date()


def add_rows_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the `rows` command."""
    parser = subparsers.add_parser("rows", help="show rows of a batch")
    parser.add_argument("lake", type=Path, help="directory of the lake")
    parser.add_argument("batch", help="name of the batch")
    parser.add_argument("kind", choices=["first", "refused"])
    parser.set_defaults(run=show_rows)


def show_rows(args: argparse.Namespace) -> int:
    """Write `first`, one object a source, or `refused`, one array a line; days as AAAA-MM-JJ."""
    asked = rows.first if args.kind == "first" else rows.refused
    for row in asked(Lake(args.lake), args.batch):
        print(json.dumps(row, default=str))
    return 0
