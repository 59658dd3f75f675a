"""One row a key: what is written twice in the files of a source counts once.

The same line twice, the same file under two names or compressions, two files that tell of the same
firms: rows with the same key are found among all the parts of a batch, the one that `Source.keeps`
prefers stays, and each file is told how many of its lines it lost.

The first look groups 64-bit hashes of the keys: it is all that a batch without duplicates costs, and it
spills to disk rather than grow. Only the rows under a hash met twice are then compared, and only the
parts that lose rows are written again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from scoring.data.sources.base import Source
from scoring.data.sources.lines import literal, texts
from scoring.data.sources.loading import copy, engine
from scoring.data.sources.report import FileReport
from scoring.data.sources.statements import LINE


@dataclass(frozen=True)
class Dropped:
    """What a part lost: rows that said the same as the one kept, rows that said something else, and the
    lines of the file that have no row left.
    """

    same: int
    other: int
    lines: int

    def told(self, report: FileReport, source: Source) -> FileReport:
        """Return the report of the file with these lines counted as duplicates, and a warning."""
        what = "valeur" if source.periods else "ligne"
        key = ", ".join(source.key)
        remarks = {
            f"{what} en double, comptée une fois": self.same,
            f"{what} de même clé qu’une autre ({key}) mais différente : une seule est gardée": self.other,
        }
        return replace(
            report,
            valid=report.valid - self.lines,
            duplicates=report.duplicates + self.lines,
            warnings=report.warnings | {remark: n for remark, n in remarks.items() if n},
        )


def copy_of(first: FileReport, *, name: str) -> FileReport:
    """Return the report of a file whose content is, byte for byte, that of another one."""
    remark = f"même contenu que « {first.file} », compté une fois"
    return FileReport(
        source=first.source,
        file=name,
        sha256=first.sha256,
        rows=first.rows,
        duplicates=first.rows,
        warnings={remark: first.rows},
        error=first.error,
        is_returned=first.is_returned,
    )


def keep_one(source: Source, parts: Sequence[Path], *, spill: Path) -> dict[Path, Dropped]:
    """Leave one row a key in the parts of a batch; return what each part lost, if anything.

    Raises duckdb.IOException when the disk is full.
    """
    with engine(spill) as con:
        coarse = _coarse(con, source, parts)
        if not parts or not (_find_repeated(con, source, parts) or coarse):
            return {}
        _choose(con, source, parts)
        if coarse:
            _choose_finer(con, source, parts, coarse=coarse)
        return {part: _drop(con, source, part) for part in parts if _loses(con, part)}


def _coarse(con: duckdb.DuckDBPyConnection, source: Source, parts: Sequence[Path]) -> list[Path]:
    """Return the parts without any value in a column of the key that a file may lack, when others have some."""
    if len(parts) < 2 or not source.optional_key:
        return []
    is_told = " AND ".join(f"count({name}) > 0" for name in source.optional_key)
    told = {
        part
        for part in parts
        if con.execute(f"SELECT {is_told} FROM {_rows([part])}").fetchall()[0][0]
    }
    return [part for part in parts if part not in told] if told else []


def _find_repeated(con: duckdb.DuckDBPyConnection, source: Source, parts: Sequence[Path]) -> int:
    con.execute(
        f"CREATE TEMP TABLE repeated AS SELECT h FROM (SELECT {_hash(source)} AS h FROM {_rows(parts)})"
        " GROUP BY h HAVING count(*) > 1"
    )
    return _number(con, "SELECT count(*) FROM repeated")


def _choose(con: duckdb.DuckDBPyConnection, source: Source, parts: Sequence[Path]) -> None:
    """Create the table `dropped`: each row that another one replaces, where it is, whether it says the same."""
    content = [column for column in source.schema if column not in source.key]
    order = [*source.keeps, *(f"{column} DESC NULLS LAST" for column in content)]
    line = LINE if source.unfolds else "file_row_number"
    said = f"hash({', '.join(content)})" if content else "0"
    con.execute(
        f"""
        CREATE TEMP TABLE dropped AS
        SELECT filename AS part, file_row_number AS place, line, said = first AS is_same
        FROM (
            SELECT filename, file_row_number, {line} AS line, {said} AS said,
                row_number() OVER ranked AS rank, first_value({said}) OVER ranked AS first
            FROM {_rows(parts)} WHERE {_hash(source)} IN (SELECT h FROM repeated)
            WINDOW ranked AS (PARTITION BY {", ".join(source.key)}
                ORDER BY {", ".join([*order, "filename", "file_row_number"])})
        ) WHERE rank > 1
        """
    )


def _choose_finer(
    con: duckdb.DuckDBPyConnection, source: Source, parts: Sequence[Path], *, coarse: list[Path]
) -> None:
    """Add to `dropped` the rows of the `coarse` parts that others tell in more detail: an establishment
    as a whole in one file, account by account in another.
    """
    fine = [part for part in parts if part not in coarse]
    shared = ", ".join(name for name in source.key if name not in source.optional_key)
    line = LINE if source.unfolds else "file_row_number"
    con.execute(
        f"""
        INSERT INTO dropped
        SELECT filename, file_row_number, {line}, FALSE FROM {_rows(coarse)}
        SEMI JOIN (SELECT {shared} FROM {_rows(fine)}) USING ({shared})
        WHERE (filename, file_row_number) NOT IN (SELECT (part, place) FROM dropped)
        """
    )


def _loses(con: duckdb.DuckDBPyConnection, part: Path) -> int:
    return _number(con, f"SELECT count(*) FROM dropped WHERE part = {literal(str(part))}")


def _drop(con: duckdb.DuckDBPyConnection, source: Source, part: Path) -> Dropped:
    """Write a part again without the rows it loses; count them."""
    lost = f"SELECT * FROM dropped WHERE part = {literal(str(part))}"
    copy(
        con,
        f"SELECT * EXCLUDE (file_row_number, filename) FROM {_rows([part])}"
        f" WHERE file_row_number NOT IN (SELECT place FROM ({lost}))",
        part,
    )
    same, other = con.execute(
        f"SELECT count(*) FILTER (WHERE is_same), count(*) FILTER (WHERE NOT is_same) FROM ({lost})"
    ).fetchall()[0]
    lines = same + other
    if source.unfolds:
        left = f"SELECT {LINE} FROM {_rows([part])}"
        lines = _number(
            con, f"SELECT count(DISTINCT line) FROM ({lost}) WHERE line NOT IN ({left})"
        )
    return Dropped(same, other, lines)


def _hash(source: Source) -> str:
    return f"hash({', '.join(source.key)})"


def _rows(parts: Sequence[Path]) -> str:
    names = texts([str(part) for part in parts])
    return f"read_parquet({names}, filename = true, file_row_number = true)"


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])
