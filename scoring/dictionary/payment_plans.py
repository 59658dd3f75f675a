"""Délais de paiement granted by Urssaf: an approved plan running at the date, and whether the debt
decreases as agreed.

Only plans known at the date are read: a plan granted after the date, say because of an alert,
cannot leak into it.
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit

RUNNING: Final = Feature(
    name="plan_running",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.FLAG,
    source="delai",
    sentence="Délai de paiement Urssaf en cours : {value}",
    nature=Nature.URSSAF,
)
BEHIND: Final = Feature(
    name="plan_behind",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.SHARE,
    source="delai",
    sentence="Retard sur le délai de paiement Urssaf : {value} du montant accordé",
    absent="Pas de délai de paiement Urssaf en cours",
    nature=Nature.URSSAF,
    monotone=1,
)
LEFT: Final = Feature(
    name="plan_months_left",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.MONTHS,
    source="delai",
    sentence="Fin du délai de paiement Urssaf dans {value}",
    label="Durée restante du délai de paiement Urssaf",
    absent="Pas de délai de paiement Urssaf en cours",
    nature=Nature.URSSAF,
)
GRANTED: Final = Feature(
    name="plan_granted",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.CONTRIBUTION_MONTHS,
    source="delai",
    sentence="Dette étalée par un délai Urssaf : {value}",
    absent="Pas de délai de paiement Urssaf en cours",
    nature=Nature.URSSAF,
)
FEATURES: Final = (RUNNING, BEHIND, LEFT, GRANTED)
