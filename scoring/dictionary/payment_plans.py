"""Délais de paiement granted by Urssaf: an approved plan running at the date, and whether the debt
decreases as agreed.

Only plans known at the date are read: a plan granted after the date, say because of an alert,
cannot leak into it.
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit

BEHIND: Final = Feature(
    name="plan_behind",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.SHARE,
    source="delai",
    sentence="Délai de paiement Urssaf mal suivi : retard de {value} du montant accordé",
    zero="Délai de paiement Urssaf suivi sans retard",
    negative="Délai de paiement Urssaf suivi en avance",
    absent="",
    label="Retard sur le délai de paiement Urssaf",
    nature=Nature.URSSAF,
    monotone=1,
)
LEFT: Final = Feature(
    name="plan_months_left",
    variable="plan_running",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.MONTHS,
    source="delai",
    sentence="Fin du délai de paiement Urssaf dans {value}",
    label="Durée restante du délai de paiement Urssaf",
    absent="",
    nature=Nature.URSSAF,
)
GRANTED: Final = Feature(
    name="plan_granted",
    variable="plan_running",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.CONTRIBUTION_MONTHS,
    source="delai",
    sentence="Dette étalée par un délai Urssaf : {value}",
    absent="",
    nature=Nature.URSSAF,
)
RUNNING: Final = Feature(
    name="plan_running",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.FLAG,
    source="delai",
    sentence="Délai de paiement Urssaf en cours[, étalant {plan_granted}][, encore {plan_months_left}]",
    zero="Pas de délai de paiement Urssaf en cours",
    label="Délai de paiement Urssaf en cours",
    nature=Nature.URSSAF,
    beside=(GRANTED, LEFT),
)
FEATURES: Final = (RUNNING, BEHIND, LEFT, GRANTED)
