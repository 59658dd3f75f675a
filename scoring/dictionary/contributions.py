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
    sentence="Aucune cotisation appelée depuis {value}",
    zero="Cotisations appelées jusqu’au dernier mois publié",
    label="Dernier appel de cotisations",
    nature=Nature.URSSAF,
)
DROP: Final = Feature(
    name="contribution_recent_ratio",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.SHARE,
    source="cotisation",
    sentence="Cotisations appelées sur 3 mois : {move} par rapport aux 12 mois précédents[, {sector}]",
    label="Cotisations des 3 derniers mois, rapportées aux 12 précédents",
    origin=1.0,
    rise_is_good=True,
    nature=Nature.URSSAF,
)
STOPPED: Final = Feature(
    name="contribution_stopped",
    variable="contribution_silence",
    theme=Theme.SOCIAL_DEBTS,
    unit=Unit.FLAG,
    source="cotisation",
    sentence="Appels de cotisations interrompus depuis au moins 3 mois",
    nature=Nature.URSSAF,
)
FEATURES: Final = (MEAN, SILENCE, DROP, STOPPED)
