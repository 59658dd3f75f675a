"""What of the firms and establishments differs from what the portal holds: only that is sent to its database.

The files of what it holds are written by ``known``; DuckDB reads and compares, on disk beyond its memory.
"""

from collections.abc import Mapping
from pathlib import Path

from ibis.backends.duckdb import Backend

from scoring.data.kept import Held

#: tables that are compared -> their key, then what is compared, in the order of their files
COLUMNS: dict[str, tuple[str, ...]] = {
    "company": (
        "siren", "name", "legal_category", "naf", "created_on", "is_active", "department",
        "departments", "commune", "workforce", "workforce_month", "procedure_status",
        "procedure_since", "in_perimeter",
    ),
    "establishment": (
        "siret", "siren", "is_head_office", "address", "postal_code", "commune", "commune_code",
        "department", "naf", "created_on", "is_active", "longitude", "latitude",
    ),
}  # fmt: skip
#: firms that agents work on, or that were ever in alert
FOLLOWED = "followed"
#: columns that are no text
KINDS = {
    **dict.fromkeys(("is_active", "in_perimeter", "is_head_office"), "BOOLEAN"),
    **dict.fromkeys(("created_on", "workforce_month", "procedure_since"), "DATE"),
    **dict.fromkeys(("workforce", "longitude", "latitude"), "DOUBLE"),
}


def columns_known(table: str, *, is_whole: bool) -> tuple[str, ...]:
    """Return what is written of the rows that the portal holds: all that is compared, or their key."""
    return COLUMNS[table] if is_whole else COLUMNS[table][:1]


def open_known(con: Backend, folder: Path | None, *, is_whole: bool = True) -> Held:
    """Open what the portal holds, as views `known_<table>`; nothing without a ``folder``."""
    for table in COLUMNS:
        columns = columns_known(table, is_whole=is_whole)
        _open(con, f"known_{table}", columns, folder and folder / f"{table}.csv")
    _open(con, FOLLOWED, ("siren",), folder and folder / f"{FOLLOWED}.csv")
    return Held(
        firms=con.table("known_company").select("siren"),
        places=con.table("known_establishment").select("siret"),
        followed=con.table(FOLLOWED),
    )


def write_difference(con: Backend, table: str, *, folder: Path) -> tuple[Path, Path]:
    """Compare a table of the engine with the one the portal holds. Return two CSV files: the rows that are new or changed, and the
    keys of those that are held as active and no longer told of.
    """
    key, *others = COLUMNS[table]
    rows, gone = folder / f"{table}.csv", folder / f"{table}-gone.csv"
    columns = ", ".join(f'n."{name}"' for name in COLUMNS[table])
    changed = " OR ".join(f'n."{name}" IS DISTINCT FROM k."{name}"' for name in others)
    _copy(
        con,
        f"SELECT {columns} FROM {table} n LEFT JOIN known_{table} k ON n.{key} = k.{key}"
        f" WHERE k.{key} IS NULL OR {changed}",
        rows,
    )
    _copy(
        con,
        f"SELECT {key} FROM known_{table} k ANTI JOIN {table} n USING ({key}) WHERE k.is_active",
        gone,
    )
    return rows, gone


def _open(con: Backend, view: str, columns: tuple[str, ...], file: Path | None) -> None:
    kinds: Mapping[str, str] = {name: KINDS.get(name, "VARCHAR") for name in columns}
    if file is None:
        nulls = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in kinds.items())
        rows = f"SELECT {nulls} WHERE FALSE"
    else:
        told = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
        # An empty text is written between quotes, an absent one is not.
        rows = (
            f"SELECT * FROM read_csv('{file}', columns = {{{told}}}, header = false, auto_detect = false,"
            " delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false)"
        )
    con.raw_sql(f"CREATE TEMP VIEW {view} AS {rows}")


def _copy(con: Backend, query: str, target: Path) -> None:
    con.raw_sql(f"COPY ({query}) TO '{target}' (FORMAT csv, HEADER false)")
