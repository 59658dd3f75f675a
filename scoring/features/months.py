"""Month arithmetic shared by the families: sums, last values, levels and slopes over the months
before an anchor, in Ibis.

Values are integers, millionths (`micro`) or centimes: their sums do not depend on the order of rows
and threads, so the same date gives the same bytes. There are two kinds of tables, grouped by siren:
monthly values, where an absent row adds nothing to a sum (callers decide whether that means zero or
unknown); and changes, whose sum is the level, carried forward until the next change.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import ibis

MICRO: Final = 1_000_000
LARGEST: Final = 2.0**63  # integers are stored on 64 bits


def micro(value: Any) -> Any:
    """Return a number as integer millionths, so that sums do not depend on the order of rows; null
    when out of range (nine thousand billion).
    """
    scaled = value * MICRO
    in_range = (scaled.abs() < LARGEST).ifelse(scaled, ibis.null("float64"))
    return in_range.round().cast("int64")


def back(anchor: date, months: int) -> date:
    """Return the first day of the month `months` before the anchor's."""
    index = anchor.year * 12 + anchor.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def month_value(value: Any, month: Any, *, anchor: date, ago: int) -> Any:
    """Return the value of one month; null when the firm has no row in it."""
    return value.sum(where=month == ibis.literal(back(anchor, ago))) / MICRO


def latest(value: Any, month: Any, *, anchor: date, within: int) -> Any:
    """Return the value of the last known month, at most `within` months before the anchor."""
    months = range(within + 1)
    return ibis.coalesce(*(month_value(value, month, anchor=anchor, ago=ago) for ago in months))


def window_sum(value: Any, month: Any, *, anchor: date, months: int, skip: int = 0) -> Any:
    """Return the sum over `months` months ending `skip` months before the anchor; null without rows."""
    first, last = back(anchor, skip + months - 1), back(anchor, skip)
    return value.sum(where=month.between(ibis.literal(first), ibis.literal(last))) / MICRO


def level(change: Any, month: Any, *, anchor: date, ago: int) -> Any:
    """Return the sum of the changes up to a month, in their unit; null before the first change."""
    day = ibis.literal(back(anchor, ago))
    return _once_seen(change.sum(where=month <= day), month, day)


def level_mean(change: Any, month: Any, *, anchor: date, months: int) -> Any:
    """Return the mean level over the last `months` months; null unless every month is known."""
    day = ibis.literal(back(anchor, months - 1))
    in_force = months - _position(month, day)
    return _once_seen((change * in_force).sum() / months, month, day)


def level_slope(change: Any, month: Any, *, anchor: date, months: int) -> Any:
    """Return the least-squares slope per month of the level over the last `months` months; null unless
    every month is known.
    """
    day = ibis.literal(back(anchor, months - 1))
    # a change at position p lifts the positions p to the last: their distances from the middle,
    # in half months, add up to p × (months - p)
    position = _position(month, day)
    spread = (months**3 - months) / 12
    slope = (change * (position * (months - position))).sum() / (2 * spread)
    return _once_seen(slope, month, day)


def _position(month: Any, first: Any) -> Any:
    return ibis.greatest(age_in_months(month, first), ibis.literal(0))


def _once_seen(result: Any, month: Any, day: Any) -> Any:
    return (month.min() <= day).ifelse(result, ibis.null("float64"))


def age_in_months(later: Any, earlier: Any) -> Any:
    """Return the number of calendar months between two dates (Ibis expressions)."""
    return (later.year() - earlier.year()) * 12 + (later.month() - earlier.month())


def ratio(top: Any, bottom: Any) -> Any:
    """Return top / bottom; null, never zero or infinity, when the denominator is missing or not
    positive.
    """
    return (bottom > 0).ifelse(top / bottom, ibis.null("float64"))
