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
from app.imports.publication import compared
from app.imports.publication.extracts import Extracts

CHUNK = 1 << 20
#: one firm in so many is most of them, once indexes are counted
MOST_IS = 8

#: columns of the extracts that replace a table, in the order of the file
REPLACED: dict[str, tuple[str, ...]] = {
    "payment_plan": (
        "siret", "siren", "department", "created_on", "due_on", "amount", "stage", "action",
    ),
    "procedure_event": ("siren", "effective_on", "kind", "stage", "label"),
    "annual_accounts": (
        "siren", "closed_on", "filed_on", "nature", "revenue", "ebitda", "ebit", "net_income", "ebitda_margin",
        "financial_autonomy", "debt_ratio", "liquidity_ratio", "customer_days", "supplier_days",
    ),
    "territory": ("code", "name", "departments"),
    "territory_commune": ("commune_code", "territory"),
}  # fmt: skip
COLUMNS = compared.COLUMNS | REPLACED
#: what is added up or changed one by one, in this order -> columns that the database makes of the others
IDENTITIES = {"company": {"name_sort": "upper(unaccent(i.name))"}, "establishment": {}}
SERIES = ("siret", "code", "siren", "department", "nature", "first_month", "values")


def refresh(session: Session, extracts: Extracts) -> None:
    """Bring what the portal shows to what the extracts say, inside the transaction of ``session``.

    Firms and establishments never vanish: when Sirene was imported, those it no longer names become inactive.
    What opened a firm is never touched.
    """
    # Firms come before what refers to them: nothing need be remembered of millions of rows to be checked at the end.
    session.execute(text("set constraints all immediate"))
    session.execute(text("select series_stage()"))
    _copy(session, "company_series_next", SERIES, extracts.files["company_series"])
    for table in IDENTITIES:
        _receive(session, table, COLUMNS[table], extracts.files[table])
    makes_search = _changes_most(session)
    if makes_search:
        session.execute(text("select search_hold()"))
    for table, derived in IDENTITIES.items():
        key = COLUMNS[table][0]
        _merge(session, table, key=key, derived=derived)
        if extracts.has_firms:
            _retire(session, table, key=key, gone=extracts.gone[table])
    for table, columns in REPLACED.items():
        _receive(session, table, columns, extracts.files[table])
        _replace(session, table)
    if makes_search:
        session.execute(text("select search_stage()"))
    session.execute(text("select figures_stage('company_series_next_')"))
    session.execute(text("select totals_store('company_series_next_')"))
    # The swaps come last: readers wait only for them.
    if makes_search:
        session.execute(text("select search_swap()"))
    session.execute(text("select figures_swap()"))
    session.execute(text("select series_swap()"))


def _changes_most(session: Session) -> bool:
    """Whether so many firms are new or changed that what is searched costs less made again than followed one by one."""
    changed, known = session.execute(
        text("select (select count(*) from incoming_company), (select count(*) from company)")
    ).one()
    return bool(changed * MOST_IS > known)


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
    session.execute(
        text(
            f"create temporary table incoming_{table} on commit drop as"
            f" select {_list(columns)} from {table} with no data"
        )
    )
    _copy(session, f"incoming_{table}", columns, file)


def _copy(session: Session, table: str, columns: tuple[str, ...], file: Path) -> None:
    cursor = session.connection().connection.cursor()
    statement = f"copy {table} ({_list(columns)}) from stdin (format csv)"
    with cursor.copy(statement) as target, file.open("rb") as source:
        while block := source.read(CHUNK):
            target.write(block)


def _merge(session: Session, table: str, *, key: str, derived: Mapping[str, str]) -> None:
    """Insert the new rows and update the others: all of them differ from what is there."""
    values = {name: f'i."{name}"' for name in COLUMNS[table]} | dict(derived)
    changed = [name for name in values if name != key]
    session.execute(
        text(
            f"insert into {table} ({_list(values)}) select {', '.join(values.values())} from incoming_{table} i"
            f" on conflict ({key}) do update set ({_list(changed)}) ="
            f" row ({_list(changed, prefix='excluded.')})"
        )
    )


def _retire(session: Session, table: str, *, key: str, gone: Path) -> None:
    """Make inactive the rows whose keys are in a file."""
    session.execute(
        text(
            f"create temporary table gone_{table} on commit drop as select {key} from {table} with no data"
        )
    )
    _copy(session, f"gone_{table}", (key,), gone)
    session.execute(text(f"analyze gone_{table}"))
    session.execute(
        text(f"update {table} k set is_active = false from gone_{table} g where g.{key} = k.{key}")
    )


def _replace(session: Session, table: str) -> None:
    names = _list(COLUMNS[table])
    session.execute(text(f"delete from {table}"))
    session.execute(text(f"insert into {table} ({names}) select {names} from incoming_{table}"))


def _list(names: Iterable[str], *, prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in names)
