"""The rows of a batch shown to people: the first ones, the rejected ones, those given back to be corrected."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import duckdb
import pyarrow.parquet as pq

from scoring.data.lake import Lake
from scoring.data.sources.lines import fields, literal
from scoring.data.sources.loading import REJECT_COLUMNS
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.returned import COLUMNS, is_returned, marked, remarked

SHOWN = 5
BLOCK = 10_000
BOM = "\ufeff"


def first(lake: Lake, batch_id: str) -> Iterator[dict[str, object]]:
    """Yield the first rows of each source of a batch, values in the order of its columns."""
    for source in lake.staged(batch_id):
        columns = list(SOURCES[source].schema)
        rows: list[list[object]] = []
        for path in lake.parts(source, batch_id):
            with pq.ParquetFile(path) as parquet:
                block = next(parquet.iter_batches(batch_size=SHOWN, columns=columns), None)
            if block is not None:
                rows += [[row[name] for name in columns] for row in block.to_pylist()]
        yield {"source": source, "rows": rows[:SHOWN]}


def refused(lake: Lake, batch_id: str) -> Iterator[tuple[object, ...]]:
    """Yield the rejected lines of a batch, values in the order of `REJECT_COLUMNS`."""
    for path in lake.rejects(batch_id):
        with pq.ParquetFile(path) as parquet:
            for block in parquet.iter_batches(columns=list(REJECT_COLUMNS)):
                yield from zip(*block.to_pydict().values(), strict=True)


def give_back(rejects: Path, sink: TextIO) -> None:
    """Write the rejected lines of a file as CSV, to be corrected and sent again: the line and the reason,
    then the columns of the file, separated as they were.

    Raises LookupError when the columns were not kept: the file was read by a former version.
    """
    header, separator = _layout(rejects)
    # A file that comes back a second time already has the two columns, and its marks.
    first, protect = (len(COLUMNS), remarked) if is_returned(header) else (0, marked)
    writer = csv.writer(sink, delimiter=separator)
    sink.write(BOM)
    writer.writerow([*COLUMNS, *header[first:]])
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT line, concat_ws(' : ', \"column\", reason), CASE WHEN len(cells) = 0"
            f" THEN string_split(raw, {literal(separator)}) ELSE cells END FROM"
            f" (SELECT *, {fields(separator)} AS cells FROM read_parquet({literal(str(rejects))}))"
            " ORDER BY line"
        )
        while block := found.fetchmany(BLOCK):
            for line, reason, cells in block:
                writer.writerow([line, reason, *map(protect, cells[first:])])


def _layout(rejects: Path) -> tuple[list[str], str]:
    """Return the columns of the file that the lines were rejected from, and their separator."""
    with pq.ParquetFile(rejects) as parquet:
        about = parquet.metadata.metadata or {}
    if b"header" not in about:
        raise LookupError(rejects.name)
    return json.loads(about[b"header"]), about[b"separator"].decode()
