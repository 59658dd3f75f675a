"""The engines that compute tables: DuckDB, and Spark for what one machine does not hold.

Every table is an Ibis expression and says the same on both. What Ibis leaves different is here and
nowhere else: how files are read, how a table that serves several times is kept.
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

__all__ = ["ENGINES", "SPARK", "Backend", "DuckDB", "connect", "keep", "read", "spark"]

SPARK: Final = "spark"
ENGINES: Final = ("duckdb", SPARK)
# DuckDB divides by zero and rounds beyond a type into NULL: Spark must not stop there either.
SPARK_SETTINGS: Final = {"spark.sql.ansi.enabled": "false"}


def connect(
    *, threads: int = 2, memory_limit: str | None = None, spill: Path | None = None
) -> DuckDB:
    """Open an in-memory DuckDB for Ibis; `memory_limit` as DuckDB writes it (`4GB`).

    What exceeds the limit goes to the directory `spill`, made when needed and removed at the end;
    it holds what partners sent: choose it beside the lake.
    """
    options = {"memory_limit": memory_limit, "temp_directory": spill and str(spill)}
    chosen = {name: value for name, value in options.items() if value}
    con = ibis.duckdb.connect(threads=threads, **chosen)
    # It draws on the error output, whoever reads it: a person, a log, a scheduler.
    con.raw_sql("SET enable_progress_bar = false")
    return con


def spark() -> Backend:
    """Open the Spark session of the environment for Ibis: this machine, or the cluster that
    `spark-defaults.conf` names. Raises ImportError without pyspark (`requirements-spark.txt`).
    """
    con: Backend = ibis.pyspark.connect(**SPARK_SETTINGS)
    return con


def read(con: Backend, paths: Sequence[Path]) -> Table:
    """The rows of Parquet files of the same columns, at least one."""
    names = [str(path) for path in paths]
    if not isinstance(con, DuckDB):
        return ibis.union(*(con.read_parquet(name) for name in names))
    with warnings.catch_warnings():
        # Ibis 12 calls a method DuckDB 2 renamed; nothing here can do otherwise.
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        return con.read_parquet(names)


def keep(con: Backend, table: Table, *, name: str) -> Table:
    """The rows of a query, computed now and kept as `name` in place of those it had before."""
    if isinstance(con, DuckDB):
        # on this DuckDB the DROP that Ibis writes to replace a table does not parse: drop it in SQL
        con.raw_sql(f"DROP TABLE IF EXISTS {name}")
        return con.create_table(name, table, temp=True)
    con.raw_sql(f"UNCACHE TABLE IF EXISTS {name}")
    con.create_view(name, table, overwrite=True)
    con.raw_sql(f"CACHE TABLE {name}")
    # a date cut to its month is a timestamp in Spark, a date in the expression
    return con.table(name).cast(table.schema())
