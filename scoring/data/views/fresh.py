"""The last month each source covers."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import Tables


def freshness(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return source, month: the last month each source covers; sources without rows are absent."""
    return ibis.memtable(
        list(tables.freshness(con, as_of=as_of).items()),
        schema={"source": "string", "month": "date"},
    )
