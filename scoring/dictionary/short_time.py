"""Activité partielle: full-time equivalents consumed and authorised, relative to the workforce.

The partner files are complete: a firm absent from them used none. The share is missing only when
the workforce is.
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit

SPANS: Final = (3, 6, 12)

CONSUMED: Final = Feature(
    name="short_time_consumed_12m",
    theme=Theme.SHORT_TIME,
    unit=Unit.SHARE,
    source="ap_conso",
    sentence="Activité partielle consommée : {value} de l’effectif sur 12 mois",
    zero="Pas d’activité partielle consommée sur 12 mois",
    label="Activité partielle consommée",
    nature=Nature.ACTIVITE_PARTIELLE,
)
AUTHORISED: Final = Feature(
    name="short_time_authorised_12m",
    theme=Theme.SHORT_TIME,
    unit=Unit.SHARE,
    source="ap_demande",
    sentence="Activité partielle autorisée : {value} de l’effectif sur 12 mois",
    zero="Pas d’activité partielle autorisée sur 12 mois",
    label="Activité partielle autorisée",
    nature=Nature.ACTIVITE_PARTIELLE,
)


def _shorter(head: Feature, kind: str) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            name=f"short_time_{kind}_{span}m",
            variable=head.name,
            theme=head.theme,
            unit=head.unit,
            source=head.source,
            sentence=head.sentence.replace("12 mois", f"{span} mois"),
            nature=head.nature,
        )
        for span in SPANS
        if span != 12
    )


FEATURES: Final = (
    CONSUMED,
    *_shorter(CONSUMED, "consumed"),
    AUTHORISED,
    *_shorter(AUTHORISED, "authorised"),
)
