"""What two models must share to be compared, and what a model read of the register of supports."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from scoring import features
from scoring.learning import splits
from scoring.learning.follow_up import FollowUp

SAMPLE_SIRENS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What two models must share to be comparable: folds of firms, features, file format."""

    folds: str
    registry: str
    file_format: str


def recipe_in_force() -> Recipe:
    """Return the recipe of this code. Folds are identified by where they put sample numbers, so that
    another hash gives another recipe.
    """
    placed = ",".join(str(splits.fold(f"{number:09d}")) for number in range(SAMPLE_SIRENS))
    roles = f"{splits.FOLDS}/{splits.TEST_FOLD}/{splits.CALIBRATION_FOLD}"
    columns = [
        (f.name, f.theme.value, f.unit.value, f.source, f.monotone) for f in features.REGISTRY
    ]
    return Recipe(
        folds=_digest(f"{roles}:{placed}"),
        registry=_digest(repr(columns)),
        file_format=f"catboost {version('catboost')}",
    )


def recipe_of(metadata: Mapping[str, Any]) -> Recipe | None:
    """Return the recipe declared in a model's metadata (key `recipe`), None without one."""
    recipe = metadata.get("recipe")
    return Recipe(**recipe) if recipe else None


def reading_of(history: FollowUp) -> str:
    """Return what identifies the supports of a follow-up: their number, a colon, a digest."""
    lines = [
        f"{siren} {day:%Y-%m-%d}" for siren, day in history.support[["siren", "on"]].to_numpy()
    ]
    return f"{len(lines)}:{_digest(repr(sorted(lines)))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
