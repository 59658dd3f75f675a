"""Read one file into Parquet: valid rows, rejects, report."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from scoring.data.sources.base import Source
from scoring.data.sources.errors import SourceError
from scoring.data.sources.layouts import choose_layout
from scoring.data.sources.lines import literal, texts
from scoring.data.sources.reading import clean_text, plain_name, sha256
from scoring.data.sources.report import FileReport
from scoring.data.sources.returned import is_returned, original_name
from scoring.data.sources.statements import Statements, statements

REJECTS = "rejects"
QUOTED = re.compile(r"'[^']*'?|\"[^\"]*\"?")
THREADS = 2
# Beyond this, the engine spills to disk: a national file needs no more.
MEMORY = "4GB"
NO_ACCOUNTS = (
    "Ce fichier donne des comptes Urssaf sans siret (présentation d’avant décembre 2025) : joignez-y"
    " le fichier des comptes et de leurs établissements (« Sigfaible_etablissement »)."
)
REJECT_COLUMNS = {
    "source": "VARCHAR",
    "file": "VARCHAR",
    "line": "BIGINT",
    "column": "VARCHAR",
    "reason": "VARCHAR",
    "raw": "VARCHAR",
}


@dataclass(frozen=True)
class Setting:
    """What the lines of a file are judged against.

    Events dated after `today` are rejected. `perimeter` is a set of sirens (None for all): valid
    lines of other firms are counted as outside. `accounts` are the Parquet files of `admin_urssaf`,
    which give the siret of the lines of older files; without them such a file is refused.
    """

    today: date
    perimeter: Collection[str] | None = None
    accounts: Sequence[Path] = ()


def load_file(
    path: Path,
    source: Source,
    *,
    out_dir: Path,
    batch_id: str,
    setting: Setting,
    digest: str | None = None,
) -> FileReport:
    """Write the valid rows and the rejects of one file under `out_dir`; return its report. `digest`
    is its SHA-256, when it is known.

    Written files: `<source>/<batch>/part-<sha>.parquet` and, when there are rejects,
    `rejects/<batch>/<source>-<sha>.parquet` (source, file, line, column, reason, raw). Raises
    SourceError when the file cannot be read at all, leaving nothing behind, and duckdb.Error when
    the disk is full.
    """
    digest = digest or sha256(path)
    target = out_dir / source.name / batch_id / part_name(digest)
    rejects = out_dir / REJECTS / batch_id / reject_name(source.name, digest)
    with (
        TemporaryDirectory(prefix="vigie-lecture-") as scratch,
        clean_text(path, scratch=Path(scratch)) as text,
        _engine(path, setting, spill=Path(scratch)) as con,
    ):
        layout, header = choose_layout(source, text.path)
        if layout.account:
            _load_accounts(con, setting.accounts)
        has_perimeter = setting.perimeter is not None
        plan = statements(source, layout, header, text_file=text.path, has_perimeter=has_perimeter)
        report = FileReport(source.name, path.name, digest, warnings=text.remarks)
        try:
            return _write(con, plan, report, target, rejects)
        except duckdb.Error as error:
            target.unlink(missing_ok=True)
            rejects.unlink(missing_ok=True)
            if isinstance(error, duckdb.IOException):
                # The disk is at fault, not the file: nobody should be asked to fix the file.
                raise
            raise SourceError(
                "Le fichier ne peut pas être lu comme un tableau"
                f" (ligne démesurée ou fichier d’un autre type) : {first_line(error)}"
            ) from error


def first_line(error: Exception) -> str:
    """Return the first line of an error message, without what it quotes: it may be a cell of the file."""
    return QUOTED.sub("« … »", str(error).partition("\n")[0])


def _write(
    con: duckdb.DuckDBPyConnection,
    plan: Statements,
    report: FileReport,
    target: Path,
    rejects: Path,
) -> FileReport:
    con.execute(plan.judge)
    rows, rejected, outside, *warned = con.execute(plan.totals()).fetchone() or ()
    reasons: dict[str, int] = {}
    if rejected:
        con.execute(plan.reject(report.file))
        # What the rejected lines are given back with.
        header = {"header": json.dumps(plan.header), "separator": plan.layout.separator}
        copy(con, "SELECT * FROM rejects", rejects, about=header)
        reasons = dict(
            con.execute(
                "SELECT reason, count(*) AS n FROM rejects GROUP BY 1 ORDER BY n DESC, 1"
            ).fetchall()
        )
    copy(con, plan.valid_rows(), target)
    labels = [warning.label for warning in plan.source.warnings]
    return replace(
        report,
        is_returned=is_returned(plan.header),
        rows=rows,
        valid=rows - rejected - outside,
        rejected=rejected,
        outside=outside,
        reasons=reasons,
        warnings=report.warnings | {label: n for label, n in zip(labels, warned, strict=True) if n},
    )


def part_name(digest: str) -> str:
    """Return the name of the Parquet file of the rows of a file, by its SHA-256."""
    return f"part-{digest[:16]}.parquet"


def reject_name(source: str, digest: str) -> str:
    """Return the name of the Parquet file of the lines rejected from a file."""
    return f"{source}-{digest[:16]}.parquet"


def copy(
    con: duckdb.DuckDBPyConnection, query: str, target: Path, *, about: Mapping[str, str] = {}
) -> None:
    """Write a query to Parquet under a temporary name, then rename it atomically; `about` is kept with it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".half")
    try:
        con.execute(f"COPY ({query}) TO {literal(str(half))} (FORMAT parquet{_metadata(about)})")
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _metadata(about: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{name}: {literal(value)}" for name, value in about.items())
    return f", KV_METADATA {{{pairs}}}" if pairs else ""


@contextmanager
def _engine(path: Path, setting: Setting, *, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    name = original_name(plain_name(path))
    with engine(spill) as con:
        con.execute(f"SET VARIABLE today = DATE '{setting.today.isoformat()}'")
        con.execute(f"SET VARIABLE file = {literal(name)}")
        if setting.perimeter is not None:
            sirens = pa.table({"siren": pa.array(sorted(setting.perimeter), pa.string())})
            con.register("perimeter", sirens)
        yield con


@contextmanager
def engine(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB whose memory is bounded: what exceeds it goes to the directory `spill`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS,
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
    }
    with duckdb.connect(config=config) as con:
        yield con


def _load_accounts(con: duckdb.DuckDBPyConnection, parts: Sequence[Path]) -> None:
    """Create the table `accounts`: one row an account, its sirets by the day each one ended."""
    if not parts:
        raise SourceError(NO_ACCOUNTS)
    con.execute(
        f"""
        CREATE TEMP TABLE accounts AS
        SELECT account AS account_number,
            list({{'ends_on': ends_on, 'siret': siret}} ORDER BY ends_on, siret) AS sirets
        FROM read_parquet({texts([str(part) for part in parts])}) GROUP BY account
        """
    )
