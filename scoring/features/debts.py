"""Urssaf debts: the amount owed, in months of contributions, its age and its trend.

Zero in the view of debts is a known zero, for a firm already seen. A firm never seen, or not yet
seen in a past month, is unknown: NaN.
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
SMALLEST_DEBT: Final = 1.0  # euros; anything less is a rounding left on the account


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm seen by Urssaf: amounts owed, means, slopes, start of the current debt."""
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
    """Return the feature columns from the joined aggregates; amounts are in usual monthly calls."""
    usual = wide.called_mean
    result = {AMOUNT.name: wide.owed_0, RATIO.name: ratio(wide.owed_0, usual)}
    for kind, spans in (("lag", LAGS), ("mean", MEANS), ("slope", SLOPES)):
        for span in spans:
            column = f"owed_{span}" if kind == "lag" else f"owed_{kind}{span}"
            result[f"{RATIO.name}_{kind}{span}"] = ratio(wide[column], usual)
    result[EMPLOYEE_PART.name] = ratio(wide.owed_employee, usual)
    result[PER_EMPLOYEE.name] = ratio(wide.owed_0, wide.staff_now)
    # a debt that began this month is one month old
    age = age_in_months(ibis.literal(snapshot.debts_until), wide.owed_since) + 1
    result[AGE.name] = ibis.cases(
        (wide.owed_0 > SMALLEST_DEBT, age.cast("float64")),
        (wide.owed_0.notnull(), ibis.literal(0.0)),
        else_=ibis.null("float64"),
    )
    return result
