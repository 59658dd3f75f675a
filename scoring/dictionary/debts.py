"""Urssaf debts: what remains due, in months of contributions, since when, and which way it goes.

The view of debts says zero for a firm it has seen: that zero is known. A firm it has not seen, or
not yet at a past month, is unknown: NaN.
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit

LAGS: Final = (1, 3, 6, 12, 24)
MEANS: Final = (3, 6, 12, 24)
SLOPES: Final = (3, 6, 12, 24)

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
PER_EMPLOYEE: Final = Feature(
    name="debt_per_employee",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.EUROS,
    source="debit",
    sentence="Dette Urssaf par salarié : {value}",
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
    PER_EMPLOYEE,
)
