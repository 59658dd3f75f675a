"""Months as Ibis expressions, shared by the views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import ibis
from ibis.expr.types import ArrayValue, DateValue, NumericValue, StructValue, Table

ONE_MONTH = ibis.interval(months=1)


def month_of(day: DateValue) -> DateValue:
    """First day of the month of a date."""
    return day.truncate("M").cast("date")


def next_month(month: DateValue) -> DateValue:
    """First day of the following month."""
    return (month + ONE_MONTH).cast("date")


def each_month(
    rows: Table, *, first: DateValue, after: DateValue, since: date | None = None
) -> Table:
    """Repeat each row for the months from `first` included to `after` excluded, as `month`.

    Months before `since` are left out.
    """
    if since is not None:
        start = ibis.literal(since, "date")
        rows, first = rows.filter(after > start), ibis.greatest(first, start)
    # Ibis has ranges of timestamps only.
    months = ibis.range(first.cast("timestamp"), after.cast("timestamp"), ONE_MONTH).unnest()
    repeated = rows.mutate(month=months)
    return repeated.mutate(month=repeated.month.cast("date"))


def one_a_month(
    rows: Table, *, key: str, value: str, combine: Callable[[ArrayValue], NumericValue]
) -> Table:
    """Return key, month and value in this order: one row a month, `combine` makes one of several.

    The months of a key are gathered, sorted and laid out again. Grouping and sorting every month of
    the country one by one takes twice as long, and more memory than there is.
    """
    said = ibis.struct({"month": rows.month, value: rows[value]}).collect()
    lists = rows.group_by(key).agg(said=said)
    lists = lists.mutate(said=lists.said.sort())
    is_repeated = lists.said.map(
        lambda one, rank: (rank > 0) & (one.month == lists.said[rank - 1].month)
    ).anys()
    lists = lists.mutate(said=is_repeated.ifelse(_combined(lists.said, value, combine), lists.said))
    laid_out = lists.order_by(key).select(key, said=lists.said.unnest())
    return laid_out.select(key, laid_out.said.month, laid_out.said[value])


def _combined(
    said: ArrayValue, value: str, combine: Callable[[ArrayValue], NumericValue]
) -> ArrayValue:
    """The same months once each; long, for the few that say a month twice."""
    months = said.map(lambda one: one.month).unique().sort()

    def made_one(month: DateValue) -> StructValue:
        same = said.filter(lambda one: one.month == month)
        return ibis.struct({"month": month, value: combine(same.map(lambda one: one[value]))})

    return months.map(made_one)
