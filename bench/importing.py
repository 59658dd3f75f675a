"""Reading partner files, against the time DuckDB takes to read the same CSV and write plain Parquet."""

import tempfile
from datetime import date
from pathlib import Path

import duckdb

from bench.measuring import best
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.registry import SOURCES, identify


def table(files: Path, *, today: date) -> str:
    """Return Markdown: rows, rows/s and the ratio to DuckDB, for the entire directory."""
    with tempfile.TemporaryDirectory() as scratch:
        rows = _load(files, Path(scratch) / "first", today)
        ours = min(_timed(files, Path(scratch) / f"round{number}", today) for number in range(3))
        floor = best(lambda: read_plainly(files, Path(scratch)))
    return "\n".join([
        "| work | rows | seconds | rows/s | ratio |",
        "|---|---|---|---|---|",
        f"| DuckDB `read_csv` → Parquet, no check | {rows:,} | {floor:.2f} | {rows / floor:,.0f} | 1 |",
        f"| `scoring.data.sources`, checks, rejects, typed Parquet | {rows:,} | {ours:.2f} | {rows / ours:,.0f} | {ours / floor:.1f} |",
    ])  # fmt: skip


def _timed(files: Path, root: Path, today: date) -> float:
    return best(lambda: _load(files, root, today), rounds=1)


def _load(files: Path, root: Path, today: date) -> int:
    lake = Lake(root)
    reports = import_directory(files, lake, batch_id="bench", today=today)
    lake.restate(["bench"])
    return sum(report.rows for report in reports)


def read_plainly(files: Path, scratch: Path) -> None:
    """Read every file that has a source, and write it to ``scratch`` as plain Parquet."""
    with duckdb.connect(config={"threads": 2}) as connection:
        for path in sorted(files.iterdir()):
            source = identify(path) if path.is_file() else None
            if source is None:
                continue
            delimiter = SOURCES[source.name].separator
            target = scratch / f"{source.name}.parquet"
            read = f"read_csv('{path}', delim='{delimiter}', header=true, all_varchar=true)"
            connection.execute(f"copy (select * from {read}) to '{target}' (format parquet)")
