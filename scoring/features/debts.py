"""Urssaf debts: what remains due, in months of contributions, since when, and which way it goes.

The view of debts says zero for a firm it has seen: that zero is known. A firm it has not seen, or
not yet at a past month, is unknown: NaN.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.debts import (
    AGE,
    AMOUNT,
    EMPLOYEE_PART,
    LAGS,
    MEANS,
    PER_EMPLOYEE,
    RATIO,
    SLOPES,
)
from scoring.features.months import age_in_months, level, level_mean, level_slope, ratio
from scoring.features.snapshot import Snapshot

CENTS: Final = 100
SMALLEST_DEBT: Final = 1.0  # euros: below, a rounding left on the account


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """One row per firm Urssaf knows: what it owed, means, slopes, when the present debt began."""
    debts, anchor = snapshot.debts, snapshot.debts_until
    total, month = debts.total, debts.month
    smallest = int(SMALLEST_DEBT * CENTS)
    begins = (debts.owed > smallest) & (debts.owed - total <= smallest)
    values = {f"owed_{ago}": level(total, month, anchor=anchor, ago=ago) for ago in (0, *LAGS)}
    values |= {f"owed_mean{n}": level_mean(total, month, anchor=anchor, months=n) for n in MEANS}
    values |= {f"owed_slope{n}": level_slope(total, month, anchor=anchor, months=n) for n in SLOPES}
    values["owed_employee"] = level(debts.employee, month, anchor=anchor, ago=0)
    euros = {name: value / CENTS for name, value in values.items()}
    owed = debts.group_by("siren").aggregate(owed_since=month.max(where=begins), **euros)
    return [owed]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Feature columns from the joined aggregates; what is owed is read in usual monthly calls."""
    usual = wide.called_mean
    result = {AMOUNT.name: wide.owed_0, RATIO.name: ratio(wide.owed_0, usual)}
    for kind, spans in (("lag", LAGS), ("mean", MEANS), ("slope", SLOPES)):
        for span in spans:
            column = f"owed_{span}" if kind == "lag" else f"owed_{kind}{span}"
            result[f"{RATIO.name}_{kind}{span}"] = ratio(wide[column], usual)
    result[EMPLOYEE_PART.name] = ratio(wide.owed_employee, usual)
    result[PER_EMPLOYEE.name] = ratio(wide.owed_0, wide.staff_now)
    # in debt since a month is one month of debt
    age = age_in_months(ibis.literal(snapshot.debts_until), wide.owed_since) + 1
    result[AGE.name] = ibis.cases(
        (wide.owed_0 > SMALLEST_DEBT, age.cast("float64")),
        (wide.owed_0.notnull(), ibis.literal(0.0)),
        else_=ibis.null("float64"),
    )
    return result
