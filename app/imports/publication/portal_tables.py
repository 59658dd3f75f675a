"""The portal's copy of the lake, replaced in the transaction that publishes a batch.

PostgreSQL refuses COPY into a table with row-level security: rows arrive in temporary tables, and
the statements that move them are subject to the policies like any other. The series, by far the
largest, and the figures that lists show, made of them, are written in partitions that nobody reads yet, then swapped
with those in use.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.companies.models import SourceFreshness
from app.core.database.tables import Base
from app.imports.models import SourceCoverage

CHUNK = 1 << 20

#: columns of each extract, in the order of the file
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
    "payment_plan": (
        "siret", "siren", "department", "created_on", "due_on", "amount", "stage", "action",
    ),
    "procedure_event": ("siren", "effective_on", "kind", "stage", "label"),
}  # fmt: skip
SERIES = ("siret", "code", "siren", "department", "nature", "first_month", "values")


def refresh(session: Session, files: Mapping[str, Path], *, has_firms: bool) -> None:
    """Replace what the portal shows with the extracts, inside the transaction of ``session``.

    Firms and establishments never vanish: when Sirene was imported (``has_firms``), those it no
    longer names become inactive. What opened a firm is never touched.
    """
    for table, columns in COLUMNS.items():
        _receive(session, table, columns, files[table])
    session.execute(text("select series_stage()"))
    _copy(session, "company_series_next", SERIES, files["company_series"])
    _merge(session, "company", key="siren", derived={"name_sort": "upper(unaccent(i.name))"})
    _merge(session, "establishment", key="siret")
    if has_firms:
        _retire(session, "company", key="siren")
        _retire(session, "establishment", key="siret")
    for table in ("payment_plan", "procedure_event"):
        _replace(session, table)
    session.execute(text("select figures_stage('company_series_next_')"))
    session.execute(text("select totals_store('company_series_next_')"))
    # Deferred constraints are checked now, and the swaps come last: readers wait only for them.
    session.execute(text("set constraints all immediate"))
    session.execute(text("select figures_swap()"))
    session.execute(text("select series_swap()"))


def write_freshness(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Record the last month each source covers; a source no longer published is removed."""
    _rewrite(session, SourceFreshness, rows)


def write_coverage(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Record how many lines of each source cover each month."""
    _rewrite(session, SourceCoverage, rows)


def _rewrite(session: Session, model: type[Base], rows: Iterable[Mapping[str, object]]) -> None:
    session.execute(delete(model))
    for row in rows:
        session.execute(insert(model).values(**row))


def _receive(session: Session, table: str, columns: tuple[str, ...], file: Path) -> None:
    """Copy a CSV file into a temporary table, dropped at the end of the transaction."""
    names = _list(columns)
    session.execute(
        text(
            f"create temporary table incoming_{table} on commit drop as"
            f" select {names} from {table} with no data"
        )
    )
    _copy(session, f"incoming_{table}", columns, file)
    session.execute(text(f"analyze incoming_{table}"))


def _copy(session: Session, table: str, columns: tuple[str, ...], file: Path) -> None:
    cursor = session.connection().connection.cursor()
    statement = f"copy {table} ({_list(columns)}) from stdin (format csv)"
    with cursor.copy(statement) as target, file.open("rb") as source:
        while block := source.read(CHUNK):
            target.write(block)


def _merge(
    session: Session, table: str, *, key: str, derived: Mapping[str, str] | None = None
) -> None:
    """Insert new rows and update changed ones; leave the others alone."""
    values = {name: f'i."{name}"' for name in COLUMNS[table]} | dict(derived or {})
    changed = [name for name in values if name != key]
    session.execute(
        text(
            f"insert into {table} as known ({_list(values)})"
            f" select {', '.join(values.values())} from incoming_{table} i"
            f" on conflict ({key}) do update set ({_list(changed)}) ="
            f" row ({_list(changed, prefix='excluded.')})"
            f" where ({_list(changed, prefix='known.')})"
            f" is distinct from ({_list(changed, prefix='excluded.')})"
        )
    )


def _retire(session: Session, table: str, *, key: str) -> None:
    session.execute(
        text(
            f"update {table} k set is_active = false where is_active"
            f" and not exists (select from incoming_{table} i where i.{key} = k.{key})"
        )
    )


def _replace(session: Session, table: str) -> None:
    names = _list(COLUMNS[table])
    session.execute(text(f"delete from {table}"))
    session.execute(text(f"insert into {table} ({names}) select {names} from incoming_{table}"))


def _list(names: Iterable[str], *, prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in names)
