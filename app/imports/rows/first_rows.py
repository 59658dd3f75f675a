"""The first lines of a batch, as they were understood: what somebody looks at before publishing."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from app.core.text.french import date_fr, number_fr
from scoring.data.lake import Lake
from scoring.data.sources import SOURCES

SHOWN = 5
#: sources that anybody may read: the others are looked at without knowing of whom they speak
PUBLIC = frozenset({"bodacc", "communes", "sirene_etab", "sirene_histo", "sirene_ul", "terrind"})
#: letters kept of a text: enough to see that the column was understood, too little to say which firm it is
KEPT, HIDDEN = 3, "•••"


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
    columns = SOURCES[source].schema
    masked = {name for name, kind in columns.items() if kind == "VARCHAR" and source not in PUBLIC}
    rows: list[list[str | None]] = []
    for path in lake.parts(source, batch_id):
        with pq.ParquetFile(path) as parquet:
            block = next(parquet.iter_batches(batch_size=SHOWN, columns=list(columns)), None)
        if block is not None:
            rows += [
                [
                    _masked(_text(row[name])) if name in masked else _text(row[name])
                    for name in columns
                ]
                for row in block.to_pylist()
            ]
    label = SOURCES[source].title
    return FirstRows(source=source, label=label, columns=list(columns), rows=rows[:SHOWN])


def _masked(text: str | None) -> str | None:
    return text if text is None or len(text) <= KEPT else f"{text[:KEPT]}{HIDDEN}"


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return date_fr(value)
    return number_fr(value, 2) if isinstance(value, float) else str(value)
