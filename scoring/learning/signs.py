"""The signs that the registry declares: a fitted model that moves against one is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from catboost import CatBoostClassifier

from scoring.dictionary.feature import Feature
from scoring.errors import UntrainableError
from scoring.learning import hazard

#: firms that the signs are looked at on
SAMPLE: Final = 1_500


class MonotoneViolationError(UntrainableError):
    """The fitted model breaks a declared sign."""


def require(
    booster: CatBoostClassifier, panel: pd.DataFrame, registry: Sequence[Feature], *, seed: int
) -> None:
    """Raise MonotoneViolationError when a declared sign does not hold on a grid."""
    sample = panel.sample(min(SAMPLE, len(panel)), random_state=seed)
    broken = hazard.monotone_violations(booster, sample, registry)
    if broken:
        names = ", ".join(f"{name} ({firms} entreprises)" for name, firms in broken.items())
        raise MonotoneViolationError(f"Le modèle appris contredit un signe déclaré : {names}.")
