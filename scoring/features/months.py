"""Month arithmetic shared by the families: sums, last values and slopes over the months before an
anchor, in Ibis.

Every aggregate works on a table (siren, month, value…) grouped by siren. An absent row counts as
nothing in a sum, so callers decide whether nothing means zero (a firm without debt) or unknown (a
firm without workforce) before dividing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis


def back(anchor: date, months: int) -> date:
    """First day of the month `months` before the anchor's."""
    index = anchor.year * 12 + anchor.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def month_value(value: Any, month: Any, *, anchor: date, ago: int) -> Any:
    """The value of one month; null when the firm has no row there."""
    return value.sum(where=month == ibis.literal(back(anchor, ago)))


def window_sum(value: Any, month: Any, *, anchor: date, months: int, skip: int = 0) -> Any:
    """Sum over `months` months ending `skip` months before the anchor; null without any row."""
    first, last = back(anchor, skip + months - 1), back(anchor, skip)
    return value.sum(where=month.between(ibis.literal(first), ibis.literal(last)))


def slope(value: Any, month: Any, *, anchor: date, months: int) -> Any:
    """Least-squares slope per month over the last `months` months, absent months counting as zero;
    null without any row.
    """
    first = back(anchor, months - 1)
    position = age_in_months(month, ibis.literal(first))
    centred = position - (months - 1) / 2
    spread = (months**3 - months) / 12
    inside = month.between(ibis.literal(first), ibis.literal(anchor))
    return (value * centred).sum(where=inside) / spread


def age_in_months(later: Any, earlier: Any) -> Any:
    """Whole calendar months between two dates (Ibis expressions)."""
    return (later.year() - earlier.year()) * 12 + (later.month() - earlier.month())


def ratio(top: Any, bottom: Any) -> Any:
    """Division that answers null, never zero nor infinity, when the denominator is missing or not
    positive.
    """
    return (bottom > 0).ifelse(top / bottom, ibis.null("float64"))
