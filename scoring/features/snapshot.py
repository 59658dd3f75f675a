"""What was known at a date, aggregated by firm: the tables every feature family reads.

Every table comes from the lake with `known_at` on or before the date: a family cannot see the future,
even by mistake. Monthly tables are summed over the establishments of a firm, and each has an anchor,
the last month its partner had published by then. Only the months that features use are generated:
ten years of the country are read once, not rebuilt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import pandas as pd

from scoring.data import views
from scoring.data.engine import Backend, keep
from scoring.data.lake import NEVER, Tables
from scoring.data.nomenclature import in_rev2
from scoring.data.perimeter_rule import rule
from scoring.data.sources.series import SERIES
from scoring.features.months import back, micro

SHORT_TIME: Final = ("etp_consumed", "etp_authorised")
CALLED_MONTHS: Final = 15  # a quarter, and the year before it
SERIES_MONTHS: Final = 15  # a quarter, and the same quarter a year earlier


@dataclass(frozen=True, kw_only=True)
class Census:
    """What says which firms are at risk at `as_of`: those that exist, with the département of their head office, and the
    contributions they were called for (siren, month, due in integer millionths), until the last month published by then.
    """

    as_of: date
    identity: ibis.Table
    contributions: ibis.Table
    contributions_until: date


@dataclass(frozen=True, kw_only=True)
class Snapshot(Census):
    """Tables known at `as_of`; `*_until` is the last month published by then; for a partner that has
    never published, it is None or the one of contributions.

    `contributions` and `short_time` are (siren, month, values in integer millionths). `seen` is (siren,
    first_seen, first_called, last_called), months. `debts` is (siren, month, employee, total, owed):
    changes and the resulting balance, in integer centimes. `workforce` and `establishments` are rows of
    the source (siren, month, workforce) for the months of the perimeter. `series` holds, for
    each declared series with rows, its last months (siren, month, value in millionths).
    """

    seen: ibis.Table
    debts: ibis.Table
    debts_until: date
    workforce: ibis.Table
    workforce_until: date
    establishments: ibis.Table
    establishments_until: date
    short_time: ibis.Table
    short_time_until: date
    has_short_time: bool
    plans: ibis.Table
    has_plans: bool
    openings: ibis.Table
    accounts: ibis.Table
    bank_ratios: ibis.Table
    late_payment: ibis.Table
    late_payment_until: date | None
    groups: ibis.Table
    has_groups: bool
    series: Mapping[str, ibis.Table]
    series_until: Mapping[str, date]


def take(lake: Tables, as_of: date, *, con: Backend) -> Snapshot:
    """Return the snapshot of `lake` at `as_of`. Raises ValueError when no contribution is known."""
    firms = census(lake, as_of, con=con)
    until = firms.contributions_until
    seen = keep(con, _seen(lake, as_of, con=con), name="known_firms")
    debts_until = lake.covered(con, "debit", as_of=as_of)
    short_time = keep(con, _short_time(lake, as_of, con=con), name="known_short_time")
    workforce_until = lake.covered(con, "effectif_ent", as_of=as_of) or until
    establishments_until = lake.covered(con, "effectif", as_of=as_of) or until
    consumed_until = lake.covered(con, "ap_conso", as_of=as_of)
    plans, groups = (lake.table(con, source, as_of=as_of) for source in ("delai", "ellisphere"))
    series_until = _series_until(lake, as_of, con=con)
    return Snapshot(
        as_of=as_of,
        identity=firms.identity,
        seen=seen,
        contributions=firms.contributions,
        contributions_until=until,
        debts=keep(
            con, _debts(lake, as_of, debts_until or NEVER, seen=seen, con=con), name="known_debts"
        ),
        debts_until=debts_until or until,
        workforce=_window(lake, "effectif_ent", as_of, workforce_until, con=con),
        workforce_until=workforce_until,
        establishments=_window(lake, "effectif", as_of, establishments_until, con=con),
        establishments_until=establishments_until,
        short_time=short_time,
        short_time_until=consumed_until or until,
        has_short_time=consumed_until is not None,
        plans=plans.mutate(siren=plans.siret.left(9)),
        has_plans=_has_rows(plans),
        openings=views.procedure_openings(lake, con, as_of),
        accounts=lake.table(con, "comptes", as_of=as_of),
        bank_ratios=lake.table(con, "bdf", as_of=as_of),
        late_payment=_late_payment(lake, as_of, con=con),
        late_payment_until=lake.covered(con, "paydex", as_of=as_of),
        groups=groups,
        has_groups=_has_rows(groups),
        series=_series(lake, as_of, series_until, con=con),
        series_until=series_until,
    )


def census(lake: Tables, as_of: date, *, con: Backend) -> Census:
    """Return the census of `lake` at `as_of`. Raises ValueError when no contribution is known."""
    until = lake.covered(con, "cotisation", as_of=as_of)
    if until is None:
        message = f"no contribution is known on {as_of}: features cannot be built"
        raise ValueError(message)
    calls = keep(con, _contributions(lake, as_of, until, con=con), name="known_contributions")
    return Census(
        as_of=as_of,
        identity=_identity(lake, as_of, con=con),
        contributions=calls,
        contributions_until=until,
    )


def fetch(table: ibis.Table) -> pd.DataFrame:
    """Return the rows of a query in pandas (through Arrow: dates stay dates, text stays text)."""
    frame: pd.DataFrame = table.to_pyarrow().to_pandas()
    return frame


def last_called(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    """Return (siren, first_called, last_called): first month called, last month with an amount due;
    null when there is none.
    """
    until = lake.covered(con, "cotisation", as_of=as_of) or NEVER
    calls = lake.table(con, "cotisation", as_of=as_of)
    spans = calls.group_by(siren=calls.siret.left(9)).aggregate(
        first_called=calls.period_start.min(),
        after=calls.period_end.max(where=calls.due > 0),
    )
    last = (spans.after - ibis.interval(months=1)).cast("date")
    return spans.select(
        "siren",
        first_called=spans.first_called,
        # least() ignores nulls, but a firm that never owed anything has no last month
        last_called=spans.after.notnull().ifelse(
            ibis.least(last, ibis.literal(until)), ibis.null("date")
        ),
    )


def _seen(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    """Return the firms seen by Urssaf, and since which month: first debt, call or declared workforce."""
    calls = last_called(lake, as_of, con=con)
    firsts = [calls.select("siren", day=calls.first_called)]
    for source, column in (("debit", "effective_month"), ("effectif", "month")):
        rows = lake.table(con, source, as_of=as_of)
        firsts.append(rows.group_by(siren=rows.siret.left(9)).aggregate(day=rows[column].min()))
    all_firsts = ibis.union(*firsts)
    first = all_firsts.group_by("siren").aggregate(first_seen=all_firsts.day.min())
    return first.left_join(calls, "siren").select(
        "siren",
        calls.first_called,
        calls.last_called,
        first_seen=first.first_seen.truncate("M").cast("date"),
    )


def _contributions(lake: Tables, as_of: date, until: date, *, con: Backend) -> ibis.Table:
    calls = views.calls_by_month(lake, con, as_of, since=back(until, CALLED_MONTHS - 1))
    return calls.group_by(siren=calls.siret.left(9), month=calls.month).aggregate(
        due=micro(calls.due).sum()
    )


def _debts(lake: Tables, as_of: date, until: date, *, seen: ibis.Table, con: Backend) -> ibis.Table:
    """Return the changes of firms’ debts; a firm owes nothing in the month it is first seen."""
    changes = views.debt_changes(lake, con, as_of)
    nothing = ibis.literal(0, "int64")
    begins = seen.select("siren", month=seen.first_seen, employee=nothing, total=nothing)
    moves = changes.select(
        month=changes.month,
        employee=changes.employee,
        total=changes.employee + changes.employer,
        siren=changes.siret.left(9),
    ).select(*begins.columns)
    moves = ibis.union(begins, moves)
    moves = moves.filter(moves.month <= ibis.literal(until))
    by_month = moves.group_by("siren", "month").aggregate(
        employee=moves.employee.sum().cast("int64"), total=moves.total.sum().cast("int64")
    )
    so_far = ibis.window(group_by=by_month.siren, order_by=by_month.month, following=0)
    return by_month.mutate(owed=by_month.total.sum().over(so_far).cast("int64"))


def _short_time(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    months = views.ap_month(lake, con, as_of)
    sums: dict[str, Any] = {value: micro(months[value]).sum() for value in SHORT_TIME}
    return months.group_by("siren", "month").aggregate(**sums)


def _window(lake: Tables, source: str, as_of: date, until: date, *, con: Backend) -> ibis.Table:
    """Return the months of the perimeter rule: a firm at risk declared a workforce in one of them."""
    rows = lake.table(con, source, as_of=as_of)
    return rows.filter(rows.month > ibis.literal(back(until, rule().months)))


def _late_payment(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    """Return (siren, month, days in millionths): the worst value of the month."""
    values = lake.table(con, "paydex", as_of=as_of)
    month = values.valued_on.truncate("M").cast("date")
    return values.group_by("siren", month=month).aggregate(days=micro(values.days_late.max()))


def _series_until(lake: Tables, as_of: date, *, con: Backend) -> dict[str, date]:
    months = {name: lake.covered(con, name, as_of=as_of) for name in SERIES}
    return {name: month for name, month in months.items() if month is not None}


def _series(
    lake: Tables, as_of: date, until: Mapping[str, date], *, con: Backend
) -> dict[str, ibis.Table]:
    parts = {}
    for name, month in until.items():
        rows = lake.table(con, name, as_of=as_of)
        recent = rows.filter(rows.month >= ibis.literal(back(month, SERIES_MONTHS - 1)))
        siren = recent.siren if SERIES[name].key == "siren" else recent.siret.left(9)
        parts[name] = recent.select(siren=siren, month=recent.month, value=micro(recent.value))
    return parts


def _has_rows(table: ibis.Table) -> bool:
    return bool(table.count().to_pyarrow().as_py())


def _identity(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    """Return one row per firm in Sirene at the date, with the département of its head office."""
    units = in_rev2(lake.table(con, "sirene_ul", as_of=as_of))
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
        heads.department,
    )
