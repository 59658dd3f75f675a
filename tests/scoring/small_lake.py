"""A lake of a few rows written by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from ibis.expr.types import Table

from scoring.data.lake import Lake, arrow_schema

LONG_KNOWN = date(2000, 1, 1)


def lake_of(root: Path, **sources: list[dict[str, Any]]) -> Lake:
    """Publish the rows given by source; a row without `known_at` has always been known."""
    lake = Lake(root)
    lake.open_batch("b1")
    for source, rows in sources.items():
        lake.write("b1", source, table_of(source, rows))
    lake.restate(["b1"])
    return lake


def table_of(source: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a table of the source, absent columns being NULL."""
    dated = [{"known_at": LONG_KNOWN, **row} for row in rows]
    return pa.Table.from_pylist(dated, schema=arrow_schema(source))


def rows_of(table: Table, *columns: str) -> list[tuple[Any, ...]]:
    """Return the given columns of a view as sorted tuples."""
    found = table.select(*columns).to_pyarrow().to_pylist()
    return sorted(tuple(row[column] for column in columns) for row in found)
