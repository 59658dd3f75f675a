"""The firm compared with its sector: some features minus their median among the firms at risk of its
NAF division, the same day.

What a figure means depends on the trade, and a drop shared by the entire sector is not specific to
the firm. Unlike the other families, this one reads features, not the snapshot.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from scoring.dictionary import accounts, contributions, workforce
from scoring.dictionary.feature import Feature
from scoring.dictionary.phrases import SECTOR_SUFFIX
from scoring.vocabulary import Unit

COMPARED: Final = (
    accounts.EBITDA_MARGIN,
    accounts.AUTONOMY,
    accounts.REVENUE_CHANGE,
    contributions.DROP,
    workforce.VARIATION,
)


def _feature(base: Feature) -> Feature:
    # it moves with its base feature, so it has the same sign; the sentence of the base says it
    return replace(
        base,
        name=f"{base.name}{SECTOR_SUFFIX}",
        variable=base.variable,
        unit=Unit.POINTS,
        label=f"{base.label}, écart au secteur",
        sentence=f"{base.label}, écart à la médiane du secteur : {{value}}",
    )


FEATURES: Final = tuple(_feature(base) for base in COMPARED)
