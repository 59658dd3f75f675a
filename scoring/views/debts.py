"""What establishments owe to URSSAF and what they are called for, by month."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.types import IntegerValue, NumericValue, Table

from scoring.lake import NEVER, Tables
from scoring.views.calendar import each_month, month_of, next_month

# One debt; the account belongs to it: two accounts of one siret may share a debt number.
DEBT = ("siret", "account", "period_start", "period_end", "debt_number")


def debt_month(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siret, siren, month, employee_part, employer_part: euros owed, once the month counted.

    The balance of a debt is the one left by its last operation, carried forward up to the last
    month the file of debts covers; later months are absent because unknown. An establishment has
    rows from the first month it appears in debts, contributions or workforce: before its first
    debt it owes 0. One that appears nowhere has no row at all.
    """
    last = tables.covered(con, "debit", as_of=as_of) or NEVER
    changes = _changes(tables.table(con, "debit", as_of=as_of))
    seen = _first_seen(tables, con, as_of)
    spine = each_month(
        seen,
        first=seen.first_month,
        after=next_month(ibis.literal(last, "date")),
    )
    rows = spine.left_join(changes, ["siret", "month"])
    so_far = ibis.window(group_by=rows.siret, order_by=rows.month, following=0)
    owed = {
        part: rows[part].fill_null(0).sum().over(so_far).cast("float64") / 100
        for part in ("employee_part", "employer_part")
    }
    return rows.select("siret", siren=rows.siret.left(9), month=rows.month, **owed)


def contribution_month(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siret, siren, month, due: euros called, a call spread evenly over its months."""
    last = tables.covered(con, "cotisation", as_of=as_of) or NEVER
    calls = tables.table(con, "cotisation", as_of=as_of)
    length = calls.period_end.delta(calls.period_start, unit="month")
    calls = calls.mutate(share=calls.due / length)
    spread = each_month(calls, first=calls.period_start, after=calls.period_end)
    spread = spread.filter(spread.month <= ibis.literal(last, "date"))
    return spread.group_by("siret", siren=spread.siret.left(9), month=spread.month).agg(
        due=spread.share.sum()
    )


def _changes(operations: Table) -> Table:
    """By siret and month, how much what is owed changed, in whole centimes.

    Centimes are whole numbers, so that adding up the changes gives back the balances exactly.
    """
    month = {"month": operations.effective_month}
    balances = operations.group_by(*DEBT, **month).agg(
        employee=_centimes(operations.employee_part.argmax(operations.operation_number)),
        employer=_centimes(operations.employer_part.argmax(operations.operation_number)),
    )
    before = ibis.window(group_by=[balances[key] for key in DEBT], order_by=balances.month)
    moves = balances.mutate(
        employee=balances.employee - balances.employee.lag().over(before).fill_null(0),
        employer=balances.employer - balances.employer.lag().over(before).fill_null(0),
    )
    return moves.group_by("siret", "month").agg(
        employee_part=moves.employee.sum(), employer_part=moves.employer.sum()
    )


def _centimes(euros: NumericValue) -> IntegerValue:
    return (euros * 100).round().cast("int64")


def _first_seen(tables: Tables, con: Backend, as_of: date | None) -> Table:
    """By siret, the first month it appears in debts, contributions or workforce."""
    debts = tables.table(con, "debit", as_of=as_of)
    calls = tables.table(con, "cotisation", as_of=as_of)
    workforce = tables.table(con, "effectif", as_of=as_of)
    seen = ibis.union(
        debts.select("siret", month=debts.effective_month),
        calls.select("siret", month=month_of(calls.period_start)),
        workforce.select("siret", "month"),
    )
    return seen.group_by("siret").agg(first_month=seen.month.min())
