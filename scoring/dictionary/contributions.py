"""Contributions called by Urssaf: their usual level, their recent drop, and silence (a firm that
stops declaring).
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit

MEAN: Final = Feature(
    name="contribution_mean_12m",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.EUROS,
    source="cotisation",
    sentence="Cotisations appelées : {value} par mois en moyenne sur 12 mois",
    nature=Nature.URSSAF,
)
SILENCE: Final = Feature(
    name="contribution_silence",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.MONTHS,
    source="cotisation",
    sentence="Dernier appel de cotisations : il y a {value}",
    nature=Nature.URSSAF,
)
DROP: Final = Feature(
    name="contribution_recent_ratio",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.SHARE,
    source="cotisation",
    sentence="Cotisations des 3 derniers mois : {value} de celles des 12 mois précédents",
    nature=Nature.URSSAF,
)
STOPPED: Final = Feature(
    name="contribution_stopped",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.FLAG,
    source="cotisation",
    sentence="Appels de cotisations interrompus depuis au moins 3 mois : {value}",
    nature=Nature.URSSAF,
)
FEATURES: Final = (MEAN, SILENCE, DROP, STOPPED)
