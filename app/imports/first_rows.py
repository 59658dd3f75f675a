"""The first lines of a batch, as they were understood: what somebody looks at before publishing."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from app.core.formats import date_fr, number_fr
from scoring.lake import Lake
from scoring.sources import SOURCES

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class FirstRows:
    """The first lines of a source: its columns, and their values as texts, `None` for an absent one."""

    source: str
    label: str
    columns: list[str]
    rows: list[list[str | None]]


def of_batch(home: Path, batch_id: str) -> list[FirstRows]:
    """The first lines of each source of a batch; none for a batch whose rows were removed."""
    lake = Lake(home / "lake")
    return [_of_source(lake, batch_id, source) for source in lake.staged(batch_id)]


def _of_source(lake: Lake, batch_id: str, source: str) -> FirstRows:
    columns = list(SOURCES[source].schema)
    rows: list[list[str | None]] = []
    for path in lake.parts(source, batch_id):
        with pq.ParquetFile(path) as parquet:
            block = next(parquet.iter_batches(batch_size=SHOWN, columns=columns), None)
        if block is not None:
            rows += [[_text(row[name]) for name in columns] for row in block.to_pylist()]
    label = SOURCES[source].title
    return FirstRows(source=source, label=label, columns=columns, rows=rows[:SHOWN])


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return date_fr(value)
    return number_fr(value, 2) if isinstance(value, float) else str(value)
