"""Months as Ibis expressions, shared by the views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import ibis
from ibis.expr.types import ArrayValue, DateValue, NumericValue, StructValue, Table

ONE_MONTH = ibis.interval(months=1)


def month_of(day: DateValue) -> DateValue:
    """Return the first day of the month of a date."""
    return day.truncate("M").cast("date")


def next_month(month: DateValue) -> DateValue:
    """Return the first day of the following month."""
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
    """Return key, month and value, in this order: one row a month, duplicates merged by `combine`.

    The months of a key are gathered into a list, sorted and unnested. Grouping and sorting every
    month of the country one by one takes twice as long, and more memory than there is.
    """
    entries = ibis.struct({"month": rows.month, value: rows[value]}).collect()
    lists = rows.group_by(key).agg(entries=entries)
    lists = lists.mutate(entries=lists.entries.sort())
    is_repeated = lists.entries.map(
        lambda entry, rank: (rank > 0) & (entry.month == lists.entries[rank - 1].month)
    ).anys()
    combined = _combined(lists.entries, value, combine)
    lists = lists.mutate(entries=is_repeated.ifelse(combined, lists.entries))
    unnested = lists.order_by(key).select(key, entry=lists.entries.unnest())
    return unnested.select(key, unnested.entry.month, unnested.entry[value])


def _combined(
    entries: ArrayValue, value: str, combine: Callable[[ArrayValue], NumericValue]
) -> ArrayValue:
    """Return the months once each; slow, so only for the few keys that repeat a month."""
    months = entries.map(lambda entry: entry.month).unique().sort()

    def merged(month: DateValue) -> StructValue:
        same = entries.filter(lambda entry: entry.month == month)
        return ibis.struct({"month": month, value: combine(same.map(lambda entry: entry[value]))})

    return months.map(merged)
