"""The engines that compute tables: DuckDB, and Spark for what does not fit on one machine.

Every table is an Ibis expression and holds the same rows on both. The differences that Ibis does
not hide are handled here and nowhere else: how files are read, how a table that is used several
times is cached.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import ibis
from ibis.backends import BaseBackend as Backend
from ibis.backends.duckdb import Backend as DuckDB
from ibis.expr.types import Table

__all__ = ["ENGINES", "SPARK", "Backend", "DuckDB", "connect", "forget", "keep", "read", "spark"]

SPARK: Final = "spark"
ENGINES: Final = ("duckdb", SPARK)
# In DuckDB a division by zero or an overflow gives NULL: Spark must not raise on them either.
SPARK_SETTINGS: Final = {"spark.sql.ansi.enabled": "false"}
# Ibis fuses nested selects into one before it writes SQL, which the engines do again: a fifth of the time of
# a day's features went into it.
ibis.options.sql.fuse_selects = False


def connect(
    *, threads: int = 2, memory_limit: str | None = None, spill: Path | None = None
) -> DuckDB:
    """Open an in-memory DuckDB for Ibis; `memory_limit` as DuckDB writes it (`4GB`).

    What exceeds the limit goes to the directory `spill`, created when needed and removed at the
    end. It holds partners' data: put it next to the lake.
    """
    options = {"memory_limit": memory_limit, "temp_directory": spill and str(spill)}
    chosen = {name: value for name, value in options.items() if value}
    con = ibis.duckdb.connect(threads=threads, **chosen)
    # The bar would be drawn on standard error even when a log or a scheduler reads it.
    con.raw_sql("SET enable_progress_bar = false")
    return con


def spark() -> Backend:
    """Open the Spark session of the environment for Ibis: this machine, or the cluster named in
    `spark-defaults.conf`. Raises ImportError without pyspark (`requirements-spark.txt`).
    """
    con: Backend = ibis.pyspark.connect(**SPARK_SETTINGS)
    return con


def read(con: Backend, paths: Sequence[Path]) -> Table:
    """Return the rows of one or more Parquet files with the same columns."""
    names = [str(path) for path in paths]
    if not isinstance(con, DuckDB):
        return ibis.union(*(con.read_parquet(name) for name in names))
    with warnings.catch_warnings():
        # Ibis 12 calls a method that DuckDB 2 renamed; nothing can be done about it here.
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        return con.read_parquet(names)


def keep(con: Backend, table: Table, *, name: str) -> Table:
    """Compute a query now, cache its rows as `name`, replacing any former table, and return them."""
    if isinstance(con, DuckDB):
        # on this DuckDB the DROP that Ibis writes to replace a table does not parse: drop it in SQL
        con.raw_sql(f"DROP TABLE IF EXISTS {name}")
        return con.create_table(name, table, temp=True)
    con.raw_sql(f"UNCACHE TABLE IF EXISTS {name}")
    con.create_view(name, table, overwrite=True)
    con.raw_sql(f"CACHE TABLE {name}")
    # a date truncated to its month is a timestamp in Spark, a date in the expression
    return con.table(name).cast(table.schema())


def forget(con: Backend, name: str) -> None:
    """Free the rows that `keep` cached as `name`: what still reads them fails."""
    if isinstance(con, DuckDB):
        con.raw_sql(f"DROP TABLE IF EXISTS {name}")
    else:
        con.raw_sql(f"UNCACHE TABLE IF EXISTS {name}")
        con.drop_view(name, force=True)
