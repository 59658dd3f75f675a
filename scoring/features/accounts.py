"""Annual accounts: the figures of the last known closing, and its age.

Only the firm's own public accounts are used: consolidated ones describe the health of its group, and
confidential ones disclose nothing but their closing date.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.accounts import (
    AGE,
    AUTONOMY,
    DEBT_RATIO,
    EBITDA_MARGIN,
    OVERDUE,
    REVENUE_CHANGE,
)
from scoring.features.months import age_in_months, ratio
from scoring.features.snapshot import Snapshot

CONSOLIDATED: Final = "K"
PUBLIC: Final = "public"
STALE_MONTHS: Final = 36  # older accounts say nothing about today
DUE_MONTHS: Final = 12 + 7  # a year, plus the seven months allowed for publication
YEAR: Final = (9, 15)  # months between two closings with comparable revenues
# Feature → column of the source, in percent.
RATIOS: Final = {
    EBITDA_MARGIN.name: "ebitda_margin",
    AUTONOMY.name: "financial_autonomy",
    DEBT_RATIO.name: "debt_ratio",
}


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm with known accounts: the last closing and the one before."""
    closings = _closings(snapshot)
    in_time = ibis.window(group_by=closings.siren, order_by=closings.closed_on)
    backwards = ibis.window(group_by=closings.siren, order_by=closings.closed_on.desc())
    compared = closings.mutate(
        revenue_before=closings.revenue.lag().over(in_time),
        closed_before=closings.closed_on.lag().over(in_time),
        rank=ibis.row_number().over(backwards),
    )
    last = compared.filter(compared["rank"] == 0)
    figures = last.select(
        "siren",
        "closed_on",
        "closed_before",
        "revenue_before",
        **{name: last[column] / 100 for name, column in RATIOS.items()},
        revenue_last=last.revenue,
    )
    return [figures]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates."""
    age = age_in_months(ibis.literal(snapshot.as_of), wide.closed_on)
    year = age_in_months(wide.closed_on, wide.closed_before)
    change = ratio(wide.revenue_last, wide.revenue_before) - 1
    values = {
        **{name: wide[name] for name in RATIOS},
        REVENUE_CHANGE.name: year.between(*YEAR).ifelse(change, ibis.null("float64")),
    }
    fresh = {
        name: (age <= STALE_MONTHS).ifelse(value, ibis.null("float64"))
        for name, value in values.items()
    }
    is_late = (age > DUE_MONTHS).cast("float64")
    return {**fresh, AGE.name: age.cast("float64"), OVERDUE.name: is_late}


def _closings(snapshot: Snapshot) -> ibis.Table:
    """Return one row per firm and closing, amounts NULL when confidential; a complete statement
    takes precedence over a simplified one.
    """
    accounts = snapshot.accounts
    own = accounts.filter(
        accounts.statement_type.fill_null("") != CONSOLIDATED,
        accounts.closed_on <= ibis.literal(snapshot.as_of),
    )
    best = ibis.window(group_by=[own.siren, own.closed_on], order_by=own.statement_type)
    is_public = own.confidentiality.lower() == PUBLIC
    amounts = {
        column: is_public.ifelse(own[column], ibis.null("float64"))
        for column in ("revenue", *RATIOS.values())
    }
    ranked = own.select("siren", "closed_on", **amounts, rank=ibis.row_number().over(best))
    return ranked.filter(ranked["rank"] == 0).drop("rank")
