"""Urssaf debts: what remains due, in months of contributions, since when, and which way it goes.

The view of debts says zero for a firm it has seen: that zero is known. A firm it has not seen, or
not yet at a past month, is unknown: NaN.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.features.months import MICRO, age_in_months, month_value, ratio, slope, window_mean
from scoring.features.registry import Feature, Nature, Theme, Unit
from scoring.features.snapshot import Snapshot

LAGS: Final = (1, 3, 6, 12)
MEANS: Final = (3, 12)
SLOPES: Final = (6, 12)
SMALLEST_DEBT: Final = 1.0  # euros: below, a rounding left on the account

AMOUNT: Final = Feature(
    name="debt_amount",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.EUROS,
    source="debit",
    sentence="Dette Urssaf : {value}",
    label="Montant de la dette Urssaf",
    nature=Nature.URSSAF,
)
RATIO: Final = Feature(
    name="debt_ratio",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.CONTRIBUTION_MONTHS,
    source="debit",
    sentence="Dette Urssaf : {value}{trend}",
    nature=Nature.URSSAF,
    monotone=1,
    past=tuple((ago, f"debt_ratio_lag{ago}") for ago in LAGS),
)
EMPLOYEE_PART: Final = Feature(
    name="debt_employee_part_ratio",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.CONTRIBUTION_MONTHS,
    source="debit",
    sentence="Part salariale impayée : {value}",
    nature=Nature.URSSAF,
    monotone=1,
)
AGE: Final = Feature(
    name="debt_age",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.MONTHS,
    source="debit",
    sentence="Ancienneté de la dette Urssaf : {value}",
    nature=Nature.URSSAF,
    monotone=1,
)
FEATURES: Final = (
    AMOUNT,
    RATIO,
    # past levels carry no sign: today's debt fixed, a higher past one means the firm is paying back
    *(RATIO.derived(f"lag{ago}", monotone=0) for ago in LAGS),
    *(RATIO.derived(f"mean{months}", monotone=0) for months in MEANS),
    *(RATIO.derived(f"slope{months}", unit=Unit.PER_MONTH, monotone=0) for months in SLOPES),
    EMPLOYEE_PART,
    AGE,
)


def aggregate(snapshot: Snapshot) -> ibis.Table:
    """One row per firm Urssaf knows: what it owed, means, slopes, first and last clear months."""
    debts, anchor = snapshot.debts, snapshot.debts_until
    total, month = debts.employee_part + debts.employer_part, debts.month
    smallest = int(SMALLEST_DEBT * MICRO)
    values = {
        f"owed_{ago}": month_value(total, month, anchor=anchor, ago=ago) for ago in (0, *LAGS)
    }
    values |= {f"owed_mean{n}": window_mean(total, month, anchor=anchor, months=n) for n in MEANS}
    values |= {f"owed_slope{n}": slope(total, month, anchor=anchor, months=n) for n in SLOPES}
    return debts.group_by("siren").aggregate(
        owed_employee=month_value(debts.employee_part, month, anchor=anchor, ago=0),
        owed_first=month.min(where=total > smallest),
        owed_last_clear=month.max(where=total <= smallest),
        **values,
    )


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Feature columns from the joined aggregates; what is owed is read in usual monthly calls."""
    usual = wide.called_mean
    result = {AMOUNT.name: wide.owed_0, RATIO.name: ratio(wide.owed_0, usual)}
    for ago in LAGS:
        result[f"{RATIO.name}_lag{ago}"] = ratio(wide[f"owed_{ago}"], usual)
    for months in MEANS:
        result[f"{RATIO.name}_mean{months}"] = ratio(wide[f"owed_mean{months}"], usual)
    for months in SLOPES:
        result[f"{RATIO.name}_slope{months}"] = ratio(wide[f"owed_slope{months}"], usual)
    result[EMPLOYEE_PART.name] = ratio(wide.owed_employee, usual)
    result[AGE.name] = _age(wide, snapshot=snapshot)
    return result


def _age(wide: ibis.Table, *, snapshot: Snapshot) -> Any:
    """Months since the present debt began: after the last clear month, or since the first debt ever
    seen; 0 without debt.
    """
    anchor = ibis.literal(snapshot.debts_until)
    clear = wide.owed_last_clear.isnull() | (wide.owed_last_clear < wide.owed_first)
    since = clear.ifelse(
        age_in_months(anchor, wide.owed_first) + 1, age_in_months(anchor, wide.owed_last_clear)
    )
    return ibis.cases(
        (wide.owed_0 > SMALLEST_DEBT, since.cast("float64")),
        (wide.owed_0.notnull(), ibis.literal(0.0)),
        else_=ibis.null("float64"),
    )
