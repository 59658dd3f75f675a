"""Month arithmetic shared by the families: sums, last values and slopes over the months before an
anchor, in Ibis.

Every aggregate works on a table (siren, month, value in whole millionths) grouped by siren: sums of
whole numbers do not depend on the order of rows and threads, so the same date gives the same bytes.
An absent row counts as nothing in a sum; callers decide whether nothing means zero or unknown.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import ibis

MICRO: Final = 1_000_000
LARGEST: Final = 2.0**63  # whole numbers are kept on 64 bits


def micro(value: Any) -> Any:
    """A number as whole millionths, so that sums do not depend on the order rows are read in; null
    beyond what they can hold (nine thousand billion).
    """
    scaled = value * MICRO
    held = (scaled.abs() < LARGEST).ifelse(scaled, ibis.null("float64"))
    return held.round().cast("int64")


def back(anchor: date, months: int) -> date:
    """First day of the month `months` before the anchor's."""
    index = anchor.year * 12 + anchor.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def month_value(value: Any, month: Any, *, anchor: date, ago: int) -> Any:
    """The value of one month; null when the firm has no row there."""
    return value.sum(where=month == ibis.literal(back(anchor, ago))) / MICRO


def window_sum(value: Any, month: Any, *, anchor: date, months: int, skip: int = 0) -> Any:
    """Sum over `months` months ending `skip` months before the anchor; null without any row."""
    first, last = back(anchor, skip + months - 1), back(anchor, skip)
    return value.sum(where=month.between(ibis.literal(first), ibis.literal(last))) / MICRO


def window_mean(value: Any, month: Any, *, anchor: date, months: int) -> Any:
    """Mean over the last `months` months; null unless every month is known."""
    inside = _inside(month, anchor=anchor, months=months)
    return _if_all_known(
        value.sum(where=inside) / (months * MICRO), value, where=inside, months=months
    )


def slope(value: Any, month: Any, *, anchor: date, months: int) -> Any:
    """Least-squares slope per month over the last `months` months; null unless all are known."""
    inside = _inside(month, anchor=anchor, months=months)
    position = age_in_months(month, ibis.literal(back(anchor, months - 1)))
    from_middle = position * 2 - (months - 1)  # in half months: whole numbers add up exactly
    spread = (months**3 - months) / 12
    found = (value * from_middle).sum(where=inside) / (2 * spread * MICRO)
    return _if_all_known(found, value, where=inside, months=months)


def _inside(month: Any, *, anchor: date, months: int) -> Any:
    return month.between(ibis.literal(back(anchor, months - 1)), ibis.literal(anchor))


def _if_all_known(result: Any, value: Any, *, where: Any, months: int) -> Any:
    return (value.count(where=where) == months).ifelse(result, ibis.null("float64"))


def age_in_months(later: Any, earlier: Any) -> Any:
    """Whole calendar months between two dates (Ibis expressions)."""
    return (later.year() - earlier.year()) * 12 + (later.month() - earlier.month())


def ratio(top: Any, bottom: Any) -> Any:
    """Division that answers null, never zero nor infinity, when the denominator is missing or not
    positive.
    """
    return (bottom > 0).ifelse(top / bottom, ibis.null("float64"))
