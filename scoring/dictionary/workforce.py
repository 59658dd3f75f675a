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
    sentence="Effectif sur 12 mois : {value}",
    label="Variation de l’effectif sur 12 mois",
)
SILENCE: Final = Feature(
    name="workforce_silence",
    theme=Theme.WORKFORCE,
    unit=Unit.MONTHS,
    source="effectif_ent",
    sentence="Dernier effectif déclaré : {value} avant le dernier mois publié",
)
MISSING: Final = Feature(
    name="workforce_missing",
    theme=Theme.WORKFORCE,
    unit=Unit.FLAG,
    source="effectif_ent",
    sentence="Effectif du dernier mois non déclaré : {value}",
)
ESTABLISHMENTS: Final = Feature(
    name="establishments",
    theme=Theme.WORKFORCE,
    unit=Unit.COUNT,
    source="effectif",
    sentence="Établissements employeurs : {value}",
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
            sentence=f"Effectif sur {span} mois : {{value}}",
        )
        for span in SPANS
        if span != 12
    ),
    SILENCE,
    MISSING,
    ESTABLISHMENTS,
    ESTABLISHMENTS_CHANGE,
)
