"""What establishments owe URSSAF and the contributions called from them, by month."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import ArrayValue, IntegerValue, NumericValue, Table

from scoring.data.engine import Backend
from scoring.data.lake import NEVER, Tables
from scoring.data.views.calendar import each_month, month_of, next_month, one_a_month

# What identifies a debt; two accounts of one siret may share a debt number.
DEBT = ("siret", "account", "period_start", "period_end", "debt_number")
# The sources that show that an establishment exists, and their date column.
FIRST_SEEN_IN = {"debit": "effective_month", "cotisation": "period_start", "effectif": "month"}


def debt_month(
    tables: Tables, con: Backend, as_of: date | None = None, *, since: date | None = None
) -> Table:
    """Return siret, siren, month, employee_part, employer_part: euros owed at the end of the month.

    The balance of a debt is the one left by its last operation, carried forward to the last month
    that the file of debts covers; later months are absent because unknown. An establishment has
    rows from the first month it appears in debts, contributions or workforce: before its first
    debt it owes 0. One that appears nowhere has no row at all. Months before `since` are left out.
    """
    last = tables.covered(con, "debit", as_of=as_of) or NEVER
    after = next_month(ibis.literal(last, "date"))
    spells = _spells(tables, con, as_of).order_by("siret", "since")
    until = ibis.least(spells.until.fill_null(after), after)
    rows = each_month(spells, first=spells.since, after=until, since=since)
    return rows.select("siret", "siren", "month", "employee_part", "employer_part")


def contribution_month(
    tables: Tables, con: Backend, as_of: date | None = None, *, since: date | None = None
) -> Table:
    """Return siret, siren, month, due: euros called, a call spread evenly over its months.

    Months before `since` are left out.
    """
    spread = calls_by_month(tables, con, as_of, since=since)
    called = one_a_month(spread, key="siret", value="due", combine=ArrayValue.sums)
    return called.mutate(siren=called.siret.left(9)).relocate("siren", after="siret")


def calls_by_month(
    tables: Tables, con: Backend, as_of: date | None = None, *, since: date | None = None
) -> Table:
    """Return siret, month, due: euros of each call in each of its months, not yet added up."""
    last = tables.covered(con, "cotisation", as_of=as_of) or NEVER
    calls = tables.table(con, "cotisation", as_of=as_of)
    length = calls.period_end.delta(calls.period_start, unit="month")
    calls = calls.mutate(due=calls.due / length)
    spread = each_month(calls, first=calls.period_start, after=calls.period_end, since=since)
    return spread.filter(spread.month <= ibis.literal(last, "date")).select("siret", "month", "due")


def debt_changes(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siret, month, employee, employer: by how much each debt changed, in whole centimes.

    Centimes are integers, so that adding up the changes gives back the exact balances.
    """
    operations = tables.table(con, "debit", as_of=as_of)
    month = {"month": operations.effective_month}
    balances = operations.group_by(*DEBT, **month).agg(
        employee=_centimes(operations.employee_part.argmax(operations.operation_number)),
        employer=_centimes(operations.employer_part.argmax(operations.operation_number)),
    )
    before = ibis.window(group_by=[balances[key] for key in DEBT], order_by=balances.month)
    return balances.select(
        "siret",
        "month",
        employee=balances.employee - balances.employee.lag().over(before).fill_null(0),
        employer=balances.employer - balances.employer.lag().over(before).fill_null(0),
    )


def _spells(tables: Tables, con: Backend, as_of: date | None) -> Table:
    """Return siret, siren, since, until (excluded, NULL for the last one) and what is owed then.

    A balance changes a few times a year: months are generated from one change to the next.
    """
    nothing = ibis.literal(0, "int64")
    start = _first_seen(tables, con, as_of).mutate(employee=nothing, employer=nothing)
    changes = ibis.union(debt_changes(tables, con, as_of), start)
    by_month = changes.group_by("siret", "month").agg(
        employee=changes.employee.sum().cast("float64"),
        employer=changes.employer.sum().cast("float64"),
    )
    in_time = {"group_by": by_month.siret, "order_by": by_month.month}
    so_far = ibis.window(**in_time, following=0)
    return by_month.select(
        "siret",
        siren=by_month.siret.left(9),
        since=by_month.month,
        until=by_month.month.lead().over(ibis.window(**in_time)),
        employee_part=by_month.employee.sum().over(so_far) / 100,
        employer_part=by_month.employer.sum().over(so_far) / 100,
    )


def _centimes(euros: NumericValue) -> IntegerValue:
    return (euros * 100).round().cast("int64")


def _first_seen(tables: Tables, con: Backend, as_of: date | None) -> Table:
    """Return siret, month: the first month it appears in debts, contributions or workforce."""
    firsts = []
    for source, day in FIRST_SEEN_IN.items():
        rows = tables.table(con, source, as_of=as_of)
        firsts.append(rows.group_by("siret").agg(month=rows[day].min()))
    seen = ibis.union(*firsts)
    return seen.group_by("siret").agg(month=month_of(seen.month.min()))
