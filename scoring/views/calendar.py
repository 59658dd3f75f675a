"""Months as Ibis expressions, shared by the views."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import DateValue, Table

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
