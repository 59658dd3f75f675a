"""The rows of a batch shown to people: the first ones, the rejected ones."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.parquet as pq

from scoring.data.lake import Lake
from scoring.data.sources.loading import REJECT_COLUMNS
from scoring.data.sources.registry import SOURCES

SHOWN = 5


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
