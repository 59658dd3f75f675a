"""Urssaf debts: the amount owed, in months of contributions, its age and its trend.

Zero in the view of debts is a known zero, for a firm already seen. A firm never seen, or not yet
seen in a past month, is unknown: NaN.
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
    variable="debt_ratio",
    sentence="Dette Urssaf : {value}",
    label="Montant de la dette Urssaf",
    nature=Nature.URSSAF,
)
AGE: Final = Feature(
    name="debt_age",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.MONTHS,
    source="debit",
    variable="debt_ratio",
    sentence="Ancienneté de la dette Urssaf : {value}",
    nature=Nature.URSSAF,
    monotone=1,
)
RATIO: Final = Feature(
    name="debt_ratio",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.CONTRIBUTION_MONTHS,
    source="debit",
    sentence="Dette Urssaf[ {evolution}] : [{debt_amount}, soit ]{value}[, due depuis {debt_age}]",
    zero="Aucune dette Urssaf",
    label="Dette Urssaf",
    nature=Nature.URSSAF,
    monotone=1,
    beside=(AMOUNT, AGE),
    past=tuple((ago, f"debt_ratio_lag{ago}") for ago in LAGS),
)
EMPLOYEE_PART: Final = Feature(
    name="debt_employee_part_ratio",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.CONTRIBUTION_MONTHS,
    source="debit",
    sentence="Part salariale impayée : {value}",
    zero="Part salariale des cotisations entièrement payée",
    label="Part salariale impayée",
    nature=Nature.URSSAF,
    monotone=1,
)
PER_EMPLOYEE: Final = Feature(
    name="debt_per_employee",
    variable="debt_ratio",
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
    # past levels have no sign: for a given debt today, a higher past one means the firm is repaying
    *(RATIO.derived(f"lag{ago}", monotone=0) for ago in LAGS),
    *(RATIO.derived(f"mean{months}", monotone=0) for months in MEANS),
    *(RATIO.derived(f"slope{months}", unit=Unit.PER_MONTH, monotone=0) for months in SLOPES),
    EMPLOYEE_PART,
    AGE,
    PER_EMPLOYEE,
)
