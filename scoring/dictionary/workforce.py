"""Workforce: level, variations, and the age of the last declared figure."""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Theme, Unit

SPANS: Final = (3, 6, 12, 24)

LEVEL: Final = Feature(
    name="workforce",
    theme=Theme.WORKFORCE,
    unit=Unit.EMPLOYEES,
    source="effectif_ent",
    sentence="Effectif : {value}",
)
VARIATION: Final = Feature(
    name="workforce_change_12m",
    theme=Theme.WORKFORCE,
    unit=Unit.SHARE,
    source="effectif_ent",
    sentence="Effectif {move} sur 12 mois[, {sector}]",
    rise_is_good=True,
    label="Variation de l’effectif sur 12 mois",
)
SILENCE: Final = Feature(
    name="workforce_silence",
    theme=Theme.WORKFORCE,
    unit=Unit.MONTHS,
    source="effectif_ent",
    sentence="Effectif non déclaré depuis {value}",
    zero="Effectif déclaré jusqu’au dernier mois publié",
    label="Dernier effectif déclaré",
)
MISSING: Final = Feature(
    name="workforce_missing",
    variable="workforce_silence",
    theme=Theme.WORKFORCE,
    unit=Unit.FLAG,
    source="effectif_ent",
    sentence="Effectif du dernier mois non déclaré",
)
ESTABLISHMENTS: Final = Feature(
    name="establishments",
    theme=Theme.WORKFORCE,
    unit=Unit.COUNT,
    source="effectif",
    sentence="{value} établissements employeurs",
    zero="Aucun établissement employeur",
    one="Un établissement employeur",
    label="Établissements employeurs",
)
ESTABLISHMENTS_CHANGE: Final = Feature(
    name="establishments_change_12m",
    variable=ESTABLISHMENTS.name,
    theme=Theme.WORKFORCE,
    unit=Unit.COUNT,
    source="effectif",
    sentence="Établissements employeurs gagnés ou perdus sur 12 mois : {value}",
)
FEATURES: Final = (
    LEVEL,
    VARIATION,
    *(
        Feature(
            name=f"workforce_change_{span}m",
            variable=VARIATION.name,
            theme=Theme.WORKFORCE,
            unit=Unit.SHARE,
            source="effectif_ent",
            sentence=f"Effectif {{move}} sur {span} mois",
            label=f"Variation de l’effectif sur {span} mois",
        )
        for span in SPANS
        if span != 12
    ),
    SILENCE,
    MISSING,
    ESTABLISHMENTS,
    ESTABLISHMENTS_CHANGE,
)
