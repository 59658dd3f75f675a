"""Is a batch like the one it would replace? Checks with their bounds, declared in `quality.yaml`.

Nothing is decided here: a red finding calls for a person’s decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from scoring.data.consistency import disagreement, missing_companions, serious
from scoring.data.findings import Finding, judged, rules
from scoring.data.lake import Lake, WithBatch
from scoring.data.sources.base import Source
from scoring.data.sources.lines import literal
from scoring.data.sources.loading import MEMORY, THREADS
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.report import FileReport, told_once
from scoring.vocabulary import CheckLevel

__all__ = ["DeliveryChange", "Finding", "changes", "examine", "rules", "worst"]

SHOWN_CODES = 5
# what a code of a nomenclature looks like: anything else is cut, it may be of a firm
CODE = re.compile(r"(?!.*\d{5})\S{1,12}")
KEPT = 4
IDENTIFIERS = ("siren", "siret")


@dataclass(frozen=True, kw_only=True)
class DeliveryChange:
    """What a batch would change in a source: rows (`before` is None for a source never published), and
    firms that are gone or new; None where a source is not about firms, or was never published.
    """

    source: str
    before: int | None
    now: int
    firms_gone: int | None
    firms_new: int | None


@dataclass(frozen=True, kw_only=True)
class _Profile:
    """A source in one batch: lines, lines with a value by column, last month covered."""

    rows: int
    filled: dict[str, int]
    last: date | None


def examine(lake: Lake, batch_id: str, reports: Sequence[FileReport]) -> list[Finding]:
    """Compare each source of an unpublished batch with what readers see; the worst findings first.

    A source published for the first time is judged on its lines and on what it goes with only.
    """
    staged = lake.staged(batch_id)
    findings = [
        finding
        for source in staged
        for finding in (*_rejects(source, reports), *serious(source, reports))
    ]
    findings += missing_companions(lake, staged)
    findings += disagreement(WithBatch(lake, batch_id), staged)
    with _engine(lake) as con:
        for name in staged:
            former = lake.published(name)
            if former:
                findings += _compare(con, SOURCES[name], former, lake.parts(name, batch_id))
    return sorted(findings, key=lambda finding: list(CheckLevel).index(finding.level), reverse=True)


def changes(lake: Lake, batch_id: str) -> list[DeliveryChange]:
    """Return what each source of an unpublished batch would change in what readers see."""
    with _engine(lake) as con:
        return [
            _change(con, SOURCES[name], lake.published(name), lake.parts(name, batch_id))
            for name in lake.staged(batch_id)
        ]


def _change(
    con: duckdb.DuckDBPyConnection, source: Source, former: list[Path], latter: list[Path]
) -> DeliveryChange:
    now = con.execute(f"SELECT count(*) FROM ({_rows(latter)})").fetchall()[0][0]
    before = gone = new = None
    if former:
        before = con.execute(f"SELECT count(*) FROM ({_rows(former)})").fetchall()[0][0]
    if former and any(name in source.schema for name in IDENTIFIERS):
        firms = (
            f"SELECT DISTINCT {source.siren} AS siren FROM ({_rows(parts)})"
            for parts in (former, latter)
        )
        was, will_be = firms
        gone, new = con.execute(
            "SELECT count(*) FILTER (w.siren IS NULL), count(*) FILTER (f.siren IS NULL)"
            f" FROM ({was}) f FULL JOIN ({will_be}) w ON f.siren = w.siren"
        ).fetchall()[0]
    return DeliveryChange(
        source=source.name, before=before, now=now, firms_gone=gone, firms_new=new
    )


@contextmanager
def _engine(lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}) as con:
        con.execute(f"SET temp_directory = {literal(str(lake.root / '.spill'))}")
        yield con


def worst(findings: Sequence[Finding]) -> CheckLevel:
    """Return the most serious level; green when there is no finding."""
    levels = (finding.level for finding in findings)
    return max(levels, key=list(CheckLevel).index, default=CheckLevel.GREEN)


def _rejects(source: str, reports: Sequence[FileReport]) -> Iterator[Finding]:
    files = told_once(reports, source)
    rows = sum(report.rows for report in files)
    rejected = sum(report.rejected for report in files)
    yield judged(source, "rejected", rejected / rows if rows else 0.0, rows=rows)


def _compare(
    con: duckdb.DuckDBPyConnection, source: Source, former: list[Path], latter: list[Path]
) -> Iterator[Finding]:
    con.execute(f"CREATE OR REPLACE TEMP VIEW former AS {_rows(former)}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW latter AS {_rows(latter)}")
    before, now = _profile(con, source, "former"), _profile(con, source, "latter")
    yield from _freshness(source, before, now)
    yield from _counts(source, before, now)
    yield from _missing(source, before, now)
    if before.rows >= rules().few_lines:
        yield from _codes(con, source, before, now)
    if "is_active" in before.filled and len(source.key) == 1:
        yield from _closures(con, source)


def _profile(con: duckdb.DuckDBPyConnection, source: Source, view: str) -> _Profile:
    """Count in one pass, leaving out the columns that an older batch lacks."""
    present = {name for name, *_ in con.execute(f"DESCRIBE {view}").fetchall()}
    columns = [name for name in source.schema if name in present]
    counted = ", ".join(f'count("{name}")' for name in columns)
    rows, last, *filled = con.execute(
        f'SELECT count(*), max("{source.covers}"), {counted} FROM {view}'
    ).fetchall()[0]
    return _Profile(rows=rows, filled=dict(zip(columns, filled, strict=True)), last=last)


def _freshness(source: Source, before: _Profile, now: _Profile) -> Iterator[Finding]:
    if before.last is None or now.last is None:
        return
    lost = (before.last.year - now.last.year) * 12 + before.last.month - now.last.month
    detail = f"{before.last:%m/%Y} → {now.last:%m/%Y}"
    yield judged(source.name, "earlier", max(lost, 0), rows=now.rows, detail=detail)


def _counts(source: Source, before: _Profile, now: _Profile) -> Iterator[Finding]:
    if not before.rows:
        return
    change = (now.rows - before.rows) / before.rows
    for check, measure in (("fewer_rows", max(-change, 0)), ("more_rows", max(change, 0))):
        yield judged(
            source.name, check, measure, rows=before.rows, before=before.rows, now=now.rows
        )


def _missing(source: Source, before: _Profile, now: _Profile) -> Iterator[Finding]:
    """Yield the column whose share of missing values grew most."""
    if not before.rows or not now.rows:
        return
    shares = {
        name: (1 - before.filled[name] / before.rows, 1 - now.filled[name] / now.rows)
        for name in before.filled
        if name in now.filled
    }
    name = max(shares, key=lambda column: shares[column][1] - shares[column][0])
    former, latter = shares[name]
    growth = max(latter - former, 0)
    yield judged(
        source.name, "missing", growth, rows=min(before.rows, now.rows),
        before=former, now=latter, detail=name if growth else None,
    )  # fmt: skip


def _codes(
    con: duckdb.DuckDBPyConnection, source: Source, before: _Profile, now: _Profile
) -> Iterator[Finding]:
    """Yield the column of codes with the largest share of lines holding a new value."""
    kinds = source.schema
    texts = [
        name
        for name in before.filled
        if kinds[name] == "VARCHAR" and name not in IDENTIFIERS and name in now.filled
    ]
    if not texts or not now.rows:
        return
    counts = ", ".join(f'approx_count_distinct("{name}")' for name in texts)
    distinct = con.execute(f"SELECT {counts} FROM former").fetchall()[0]
    columns = [
        n for n, seen in zip(texts, distinct, strict=True) if 0 < seen <= rules().codes_at_most
    ]
    unseen = {name: _unseen(con, name) for name in columns}
    name = max(unseen, key=lambda column: sum(unseen[column].values()), default=None)
    lines = sum(unseen[name].values()) if name else 0
    codes = ", ".join(map(_shown, list(unseen[name])[:SHOWN_CODES])) if name else ""
    yield judged(
        source.name, "unseen_codes", lines / now.rows, rows=now.rows,
        detail=f"{name} : {codes}" if lines else None,
    )  # fmt: skip


def _shown(code: str) -> str:
    """Return a value that should be a code, cut when it is not: in a shifted column it may be a number or a name."""
    return code if CODE.fullmatch(code) else f"{code[:KEPT]}•••"


def _unseen(con: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    """Return the values absent from the former batch, with their lines, most frequent first."""
    return dict(
        con.execute(
            f'SELECT "{column}", count(*) AS lines FROM latter WHERE "{column}" IS NOT NULL'
            f' AND "{column}" NOT IN (SELECT "{column}" FROM former WHERE "{column}" IS NOT NULL)'
            " GROUP BY 1 ORDER BY lines DESC, 1"
        ).fetchall()
    )


def _closures(con: duckdb.DuckDBPyConnection, source: Source) -> Iterator[Finding]:
    """Yield the share of active firms or establishments that the batch closes or no longer lists."""
    (key,) = source.key
    active, left = con.execute(
        f'WITH was AS (SELECT DISTINCT "{key}" FROM former WHERE is_active),'
        f' still AS (SELECT DISTINCT "{key}" FROM latter WHERE is_active IS NOT FALSE)'
        f' SELECT count(*), count(*) FILTER (still."{key}" IS NOT NULL)'
        f' FROM was LEFT JOIN still USING ("{key}")'
    ).fetchall()[0]
    share = (active - left) / active if active else 0.0
    yield judged(source.name, "closures", share, rows=active, before=active, now=left)


def _rows(paths: list[Path]) -> str:
    names = ", ".join(literal(str(path)) for path in paths)
    return f"SELECT * FROM read_parquet([{names}], union_by_name = true)"
