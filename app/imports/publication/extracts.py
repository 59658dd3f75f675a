"""From the lake to what the portal shows: one CSV per table, as PostgreSQL reads it.

DuckDB does all the work; nothing here knows the portal's database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from app.imports.publication.compared import open_known, write_difference
from scoring.data.engine import connect
from scoring.data.kept import Held, left_out_places, left_out_units
from scoring.data.lake import NEVER, Lake, Tables
from scoring.data.nomenclature import in_rev2
from scoring.data.opened import Opened
from scoring.data.outside import CHARTED, shown_firms
from scoring.data.perimeter import can_tell, counted_firms
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.series import SERIES
from scoring.data.views import (
    ap_month,
    contribution_month,
    debt_month,
    procedure_events,
    procedure_state_month,
    workforce_month,
)
from scoring.data.views.events import ENDS, IGNORED, PLAN
from scoring.data.views.procedures import MONTHLY

SQL = Path(__file__).with_name("sql")
MONTHS = 36
#: annual accounts of a firm that the portal shows
CLOSINGS = 5
#: beyond this, the engine spills to disk
MEMORY = "4GB"
SIRENE = ("sirene_ul", "sirene_etab")
#: each table is built by the file of the same name, in this order: later ones read earlier ones
IDENTITIES = ("establishment", "company")
TABLES = (
    "company_series", "payment_plan", "procedure_event", "annual_accounts", "territory", "territory_commune",
)  # fmt: skip


class Pending(Tables):
    """The lake as readers would see it with a given batch for each source."""

    def __init__(self, lake: Lake, current: Mapping[str, str]) -> None:
        self.lake = lake
        self.current = current

    def published(self, source: str) -> list[Path]:
        """Return the files of the chosen batch; none for a source without one."""
        return self.lake.parts(source, self.current[source]) if source in self.current else []


def with_batch(lake: Lake, batch_id: str) -> Pending:
    """Return the lake with a batch published."""
    current = {source: entry["current"] for source, entry in lake.manifest().items()}
    return Pending(lake, current | dict.fromkeys(lake.staged(batch_id), batch_id))


def without_batch(lake: Lake, batch_id: str) -> Pending:
    """Return the lake with a published batch withdrawn; raise `LookupError` naming a source left with nothing."""
    current = {}
    for source, entry in lake.manifest().items():
        left = [batch for batch in entry["batches"] if batch != batch_id]
        if not left:
            raise LookupError(SOURCES[source].title)
        current[source] = left[-1]
    return Pending(lake, current)


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """The last month a source covers, and the batch it comes from."""

    source: str
    label: str
    month: date | None
    batch_id: str
    #: set for a monthly series declared without code; `None` for any other source
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class MonthlyCoverage:
    """Number of lines of a source for each of the `MONTHS` months from the first one."""

    source: str
    first_month: date
    rows: list[int]


@dataclass(frozen=True, kw_only=True)
class Extracts:
    """CSV files by table, those of firms and establishments holding what differs from the portal, and the freshness of each source."""

    files: dict[str, Path]
    #: keys of the firms and establishments that the portal holds as active, and that are no longer told of
    gone: dict[str, Path]
    freshness: Sequence[Freshness]
    coverage: Sequence[MonthlyCoverage]
    #: whether Sirene was ever imported: without it, an absent firm has not vanished
    has_firms: bool


def write_extracts(tables: Pending, *, folder: Path, known: Path | None = None) -> Extracts:
    """Write under ``folder`` what the portal would hold with these tables published: of firms and establishments, what differs
    from the files of ``known``, in which it is written what it holds; nothing is known without it.
    """
    con = connect(memory_limit=MEMORY, spill=folder / "spill")
    covered = tables.freshness(con)
    window = _window(tables, con, covered)
    opened = Opened(tables, con)
    held = open_known(con, known)
    _prepare_sirene(opened, con, held, folder=folder)
    _prepare(opened, con, covered, window=window, folder=folder)
    files, gone = {}, {}
    for table in IDENTITIES:
        _write(con, folder, table, _sql(table))
        files[table], gone[table] = write_difference(con, table, folder=folder)
    for table in TABLES:
        files[table] = folder / f"{table}.csv"
        con.raw_sql(f"COPY ({_sql(table)}) TO '{files[table]}' (FORMAT csv, HEADER false)")
    return Extracts(
        files=files,
        gone=gone,
        freshness=_freshness(tables.current, covered),
        coverage=[_coverage(tables, con, source, window["first_month"]) for source in covered],
        has_firms=any(tables.published(source) for source in SIRENE),
    )


def _sql(table: str) -> str:
    return (SQL / f"{table}.sql").read_text("utf-8")


def _prepare_sirene(tables: Tables, con: Backend, known: Held, *, folder: Path) -> None:
    """Create what is shown of Sirene, and the firms whose figures are."""
    units = _keep(con, folder, "left_out_unit", left_out_units(tables, con, known))
    places = left_out_places(tables, con, known, units=units)
    _keep(con, folder, "left_out_place", places)
    con.create_view("lake_sirene_ul", in_rev2(tables.table(con, "sirene_ul")))
    con.create_view("lake_sirene_etab", tables.table(con, "sirene_etab"))
    firms = _keep(con, folder, "perimeter", counted_firms(tables, con))
    _keep(con, folder, "shown_firm", shown_firms(firms, known))
    con.raw_sql(f"SET VARIABLE has_perimeter = {can_tell(tables)}")


def _prepare(
    tables: Tables, con: Backend, covered: dict[str, date], *, window: dict[str, Any], folder: Path
) -> None:
    """Create what the statements read: sources, monthly views, window, state of procedures."""
    for name, value in window.items():
        con.raw_sql(f"SET VARIABLE {name} = {_literal(value)}")
    first = window["first_month"]
    con.create_view("lake_delai", tables.table(con, "delai"))
    con.create_view("lake_comptes", tables.table(con, "comptes"))
    con.create_view("lake_terrind", tables.table(con, "terrind"))
    for name, rows in {
        "debt_month": debt_month(tables, con, since=first),
        "contribution_month": contribution_month(tables, con, since=first),
        "workforce_month": workforce_month(tables, con, since=first),
        "ap_month": ap_month(tables, con).filter(lambda t: t.month >= first),
    }.items():
        _keep(con, folder, name, rows)
    _keep(con, folder, "latest_workforce", _latest_workforce(tables, con))
    _prepare_declared(tables, con, first_month=first, folder=folder)
    _keep(con, folder, "procedures_told", procedure_events(tables, con))
    states = procedure_state_month(tables, con)
    present = max((covered[source] for source in MONTHLY if source in covered), default=NEVER)
    _keep(con, folder, "procedure_state", states.filter(states.month == present))


def _latest_workforce(tables: Tables, con: Backend) -> Table:
    """Return siren, month, workforce: the latest of each firm, which may be older than the charted months.

    For a firm absent from the file of firms: what its establishments declared in their last month.
    """
    declared = _last_month(tables.table(con, "effectif_ent"))
    places = tables.table(con, "effectif")
    absent = places.mutate(siren=places.siret.left(9)).anti_join(declared, "siren")
    counted = absent.group_by("siren", "month").agg(workforce=absent.workforce.sum())
    return ibis.union(declared, _last_month(counted))


def _last_month(rows: Table) -> Table:
    """Return siren, month, workforce: the last month of each firm."""
    latest = ibis.struct({"month": rows.month, "workforce": rows.workforce})
    last = rows.group_by("siren").agg(said=latest.max())
    return last.select("siren", month=last.said.month, workforce=last.said.workforce)


def _prepare_declared(tables: Tables, con: Backend, *, first_month: date, folder: Path) -> None:
    """Write the series declared without code: (siret, month, code, value), and the nature of each.

    Figures for an entire firm are charted at its head office; several figures for one month add up.
    """
    seats = tables.table(con, "sirene_etab").filter(lambda t: t.is_head_office)
    seats = seats.select("siren", seat="siret")
    parts = []
    for code, series in SERIES.items():
        rows = tables.table(con, code)
        rows = rows.filter(rows.month >= first_month)
        if series.key == "siren":
            rows = rows.join(seats, "siren").rename(siret="seat")
        monthly = rows.group_by("siret", "month").agg(value=rows.value.sum())
        parts.append(monthly.mutate(code=ibis.literal(code)))
    _keep(con, folder, "declared", ibis.union(*parts))
    natures = [{"code": code, "nature": series.nature} for code, series in SERIES.items()]
    schema = {"code": "string", "nature": "string"}
    _keep(con, folder, "declared_series", ibis.memtable(natures, schema=schema))


def _window(tables: Tables, con: Backend, covered: dict[str, date]) -> dict[str, Any]:
    """Create the window of the statements: the charted months, and those in which no line means none.

    A file of activité partielle lists what was used: in the months it covers, an establishment
    without a line has no activité partielle.
    """
    last = max((covered[source] for source in CHARTED if source in covered), default=NEVER)
    since = tables.table(con, "ap_conso").month.min().to_pyarrow().as_py()
    consumed_until = covered.get("ap_conso", NEVER)
    return {
        "first_month": _months_before(last, MONTHS - 1),
        "months": MONTHS,
        "closings": CLOSINGS,
        "ap_since": since or last,
        "ap_consumed_until": consumed_until,
        "ap_authorised_until": max(consumed_until, covered.get("ap_demande", NEVER)),
        "plan": PLAN,
        "inactive_stages": [*ENDS, IGNORED],
    }


def _keep(con: Backend, folder: Path, name: str, rows: Table) -> Table:
    """Materialise rows on disk, under the name by which the statements read them; return them."""
    con.to_parquet(rows, folder / f"{name}.parquet")
    return _kept(con, folder, name)


def _write(con: Backend, folder: Path, name: str, query: str) -> None:
    """Materialise on disk what a statement gives."""
    con.raw_sql(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
    _kept(con, folder, name)


def _kept(con: Backend, folder: Path, name: str) -> Table:
    con.raw_sql(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet('{folder / name}.parquet')")
    return con.table(name)


def _coverage(tables: Tables, con: Backend, source: str, first_month: date) -> MonthlyCoverage:
    """Count the lines of a source by month, from the first charted month."""
    day = SOURCES[source].covers
    rows = tables.table(con, source)
    months = rows.filter(rows[day] >= first_month)[day].truncate("M").cast("date").name("month")
    counts = months.as_table().group_by("month").agg(lines=lambda t: t.count()).to_pyarrow()
    by_month = {row["month"]: row["lines"] for row in counts.to_pylist()}
    wanted = [_months_before(first_month, -position) for position in range(MONTHS)]
    return MonthlyCoverage(
        source=source, first_month=first_month, rows=[by_month.get(month, 0) for month in wanted]
    )


def _freshness(current: Mapping[str, str], covered: dict[str, date]) -> list[Freshness]:
    # Both Sirene files come from one monthly extraction; a month without a creation is not stale.
    sirene = max((covered[source] for source in SIRENE if source in covered), default=None)
    return [
        Freshness(
            source=source,
            label=SOURCES[source].title,
            month=sirene if source in SIRENE else covered.get(source),
            batch_id=batch,
            unit=SERIES[source].unit if source in SERIES else None,
        )
        for source, batch in current.items()
    ]


def _months_before(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def _literal(value: object) -> str:
    return f"DATE '{value}'" if isinstance(value, date) else repr(value)
