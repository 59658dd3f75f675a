"""Every feature, in the order of the table that `scoring.features` builds."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Final

from scoring.data.sources.series import SeriesError
from scoring.dictionary import (
    accounts,
    bank_ratios,
    context,
    contributions,
    debts,
    declared,
    groups,
    late_payment,
    payment_plans,
    sector,
    short_time,
    workforce,
)
from scoring.dictionary.feature import Feature

FAMILIES: Final[tuple[ModuleType, ...]] = (
    contributions,
    debts,
    payment_plans,
    short_time,
    workforce,
    accounts,
    bank_ratios,
    late_payment,
    context,
    groups,
    declared,
    sector,
)


def _registry() -> tuple[Feature, ...]:
    """The features of every family. Raises SeriesError when a declared series brings to a theme another nature than its own."""
    features = tuple(feature for family in FAMILIES for feature in family.FEATURES)
    for feature in features:
        if feature.nature not in (None, feature.theme.nature):
            own = feature.theme.nature
            needed = f"se lit avec la nature « {own} »" if own else "se lit sans habilitation"
            raise SeriesError(
                f"{feature.source}.yaml : le thème « {feature.theme} » {needed},"
                f" et non « {feature.nature} »."
            )
    return features


REGISTRY: Final[tuple[Feature, ...]] = _registry()


class UnknownFeatureError(LookupError):
    """A model needs a feature that is no longer computed."""


def select(names: Iterable[str]) -> tuple[Feature, ...]:
    """Return features by name, in the given order. Raises UnknownFeatureError."""
    by_name = {feature.name: feature for feature in REGISTRY}
    wanted = list(names)
    absent = [name for name in wanted if name not in by_name]
    if absent:
        message = f"unknown features: {', '.join(absent)}"
        raise UnknownFeatureError(message)
    return tuple(by_name[name] for name in wanted)
