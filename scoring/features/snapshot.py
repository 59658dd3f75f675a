"""What was known at a date, brought to the firm: the tables every feature family reads.

Every table comes from the views with `known_at` on or before the date: a family cannot see later,
even by mistake. Monthly tables are summed over the establishments of a firm, and each has its
anchor, the last month its partner had published by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import pandas as pd
from ibis.backends.duckdb import Backend

from scoring import views
from scoring.features.months import back, micro
from scoring.lake import Tables
from scoring.sources.series import SERIES

MONEY: Final = ("employee_part", "employer_part")
SHORT_TIME: Final = ("etp_consumed", "etp_authorised")
SERIES_MONTHS: Final = 15  # a quarter, and the same one a year before
SERIES_SCHEMA: Final = {"series": "string", "siren": "string", "month": "date", "value": "int64"}


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Tables known at `as_of`; monthly ones are (siren, month, values in whole millionths),
    `*_until` is the last month published by then.

    `series` stacks the last months of the declared series (series, siren, month, value);
    `series_until` names only those that have rows.
    """

    as_of: date
    identity: ibis.Table
    contributions: ibis.Table
    contributions_until: date
    debts: ibis.Table
    debts_until: date
    workforce: ibis.Table
    workforce_until: date
    short_time: ibis.Table
    short_time_until: date
    has_short_time: bool
    plans: ibis.Table
    has_plans: bool
    openings: ibis.Table
    accounts: ibis.Table
    series: ibis.Table
    series_until: Mapping[str, date]


def take(lake: Tables, as_of: date, *, con: Backend) -> Snapshot:
    """The snapshot of `lake` at `as_of`. Raises ValueError without any contribution known."""
    contributions = _by_firm(
        views.contribution_month(lake, con, as_of), ("due",), name="known_contributions", con=con
    )
    until = _last_month(contributions)
    if until is None:
        message = f"no contribution is known on {as_of}: features cannot be built"
        raise ValueError(message)
    debts = _by_firm(views.debt_month(lake, con, as_of), MONEY, name="known_debts", con=con)
    short_time = _by_firm(
        views.ap_month(lake, con, as_of), SHORT_TIME, name="known_short_time", con=con
    )
    workforce = _by_firm(
        views.workforce_company_month(lake, con, as_of),
        ("workforce",),
        name="known_workforce",
        con=con,
    )
    consumed_until = _last_month(short_time.filter(short_time.etp_consumed.notnull()))
    plans = lake.table(con, "delai", as_of=as_of)
    series_until = _series_until(lake, as_of, con=con)
    return Snapshot(
        as_of=as_of,
        identity=_identity(lake, as_of, con=con),
        contributions=contributions,
        contributions_until=until,
        debts=debts,
        debts_until=_last_month(debts) or until,
        workforce=workforce,
        workforce_until=_last_month(workforce) or until,
        short_time=short_time,
        short_time_until=consumed_until or until,
        has_short_time=consumed_until is not None,
        plans=plans.mutate(siren=plans.siret.left(9)),
        has_plans=bool(plans.count().to_pyarrow().as_py()),
        openings=views.procedure_openings(lake, con, as_of),
        accounts=lake.table(con, "comptes", as_of=as_of),
        series=_series(lake, as_of, series_until, con=con),
        series_until=series_until,
    )


def fetch(table: ibis.Table) -> pd.DataFrame:
    """The rows of a query in pandas (through Arrow: dates stay dates, text stays text)."""
    frame: pd.DataFrame = table.to_pyarrow().to_pandas()
    return frame


def _by_firm(table: ibis.Table, values: tuple[str, ...], *, name: str, con: Backend) -> ibis.Table:
    """Monthly values of the firm in whole millionths, kept in DuckDB as `name`."""
    sums: dict[str, Any] = {value: micro(table[value]).sum() for value in values}
    grouped = table.group_by("siren", "month").aggregate(**sums)
    # on this DuckDB the DROP that Ibis writes to replace a table does not parse: drop it in SQL
    con.raw_sql(f"DROP TABLE IF EXISTS {name}")
    return con.create_table(name, grouped, temp=True)


def _series_until(lake: Tables, as_of: date, *, con: Backend) -> dict[str, date]:
    months = {name: lake.covered(con, name, as_of=as_of) for name in SERIES}
    return {name: month for name, month in months.items() if month is not None}


def _series(lake: Tables, as_of: date, until: Mapping[str, date], *, con: Backend) -> ibis.Table:
    """The last months of each series, summed over the establishments of a firm."""
    parts = [ibis.memtable([], schema=SERIES_SCHEMA)]
    for name, month in until.items():
        rows = lake.table(con, name, as_of=as_of)
        recent = rows.filter(rows.month >= ibis.literal(back(month, SERIES_MONTHS - 1)))
        siren = recent.siren if SERIES[name].key == "siren" else recent.siret.left(9)
        grouped = recent.group_by(siren=siren, month=recent.month).aggregate(
            value=micro(recent.value).sum()
        )
        parts.append(grouped.select("siren", "month", "value", series=ibis.literal(name)))
    return ibis.union(*(part.select(*SERIES_SCHEMA) for part in parts))


def _last_month(table: ibis.Table) -> date | None:
    found: date | None = table.month.max().to_pyarrow().as_py()
    return None if found is None else found.replace(day=1)


def _identity(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    """One row per firm known to Sirene at the date, with the département of its head office."""
    units = lake.table(con, "sirene_ul", as_of=as_of)
    offices = lake.table(con, "sirene_etab", as_of=as_of)
    heads = (
        offices.filter(offices.is_head_office)
        .group_by("siren")
        .aggregate(department=offices.department.max())
    )
    return units.left_join(heads, "siren").select(
        units.siren,
        units.naf,
        units.legal_category,
        units.created_on,
        units.is_active,
        heads.department,
    )
