"""Annual accounts: the figures of the last known closing, and its age.

Only the firm's own public accounts are used: consolidated ones describe the health of its group, and
confidential ones disclose nothing but their closing date.
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Theme, Unit

EBITDA_MARGIN: Final = Feature(
    name="accounts_ebitda_margin",
    theme=Theme.FINANCIAL_HEALTH,
    unit=Unit.SHARE,
    source="comptes",
    sentence="Excédent brut d’exploitation : {value} du chiffre d’affaires[, {sector}]",
    monotone=-1,
)
AUTONOMY: Final = Feature(
    name="accounts_autonomy",
    theme=Theme.FINANCIAL_HEALTH,
    unit=Unit.SHARE,
    source="comptes",
    sentence="Fonds propres : {value} du bilan[, {sector}]",
    negative="Fonds propres négatifs : {value} du bilan[, {sector}]",
    label="Autonomie financière",
    monotone=-1,
)
# no sign: negative equity makes the ratio of the worst firms negative
DEBT_RATIO: Final = Feature(
    name="accounts_debt_ratio",
    variable="accounts_autonomy",
    theme=Theme.FINANCIAL_HEALTH,
    unit=Unit.SHARE,
    source="comptes",
    sentence="Taux d’endettement : {value} des fonds propres",
)
REVENUE_CHANGE: Final = Feature(
    name="accounts_revenue_change",
    theme=Theme.FINANCIAL_HEALTH,
    unit=Unit.SHARE,
    source="comptes",
    sentence="Chiffre d’affaires {move} d’un exercice à l’autre[, {sector}]",
    label="Chiffre d’affaires d’un exercice à l’autre",
    rise_is_good=True,
)
AGE: Final = Feature(
    name="accounts_age",
    theme=Theme.FINANCIAL_HEALTH,
    unit=Unit.MONTHS,
    source="comptes",
    sentence="Derniers comptes connus : exercice clos depuis {value}",
)
OVERDUE: Final = Feature(
    name="accounts_overdue",
    theme=Theme.FINANCIAL_HEALTH,
    unit=Unit.FLAG,
    source="comptes",
    sentence="Comptes de l’exercice suivant en retard",
    zero="Pas de retard dans le dépôt des comptes",
)
FEATURES: Final = (EBITDA_MARGIN, AUTONOMY, DEBT_RATIO, REVENUE_CHANGE, AGE, OVERDUE)
