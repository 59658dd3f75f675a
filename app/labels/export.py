"""Labels as training reads them: one Parquet file, dates without times."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from app.core.now import day_of
from app.labels import queries

SCHEMA = pa.schema(
    [
        ("siren", pa.string()),
        ("kind", pa.string()),
        ("occurred_on", pa.date32()),
        ("known_at", pa.date32()),
        ("value", pa.string()),
        ("p_select", pa.float64()),
    ]
)


def write_labels(session: Session, path: Path, *, known_before: date) -> int:
    """Write the labels known on ``known_before`` to ``path`` atomically; return how many.

    Columns: siren, kind, occurred_on (DATE), known_at (DATE, Paris), value, p_select (null outside a list).
    """
    rows = [
        {
            "siren": label.siren,
            "kind": label.kind.value,
            "occurred_on": label.occurred_on,
            "known_at": day_of(label.known_at),
            "value": label.value,
            "p_select": label.p_select,
        }
        for label in queries.list_labels(session, known_before=known_before)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), half)
    half.replace(path)
    return len(rows)
