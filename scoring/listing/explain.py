"""Why a firm scores what it scores: native SHAP on the log-odds scale, summed by theme, with French
sentences by variable.

The 24-month risk is explained: the SHAP values of the eight intervals are averaged, each weighted by
what its interval adds to the risk. The contribution of the interval index itself goes to the base
value, so that base + contributions is the weighted log-odds. The 18-month risk, the one of alerts, is
explained by theme from its six intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier

from scoring.dictionary.feature import Feature
from scoring.dictionary.numbers import is_missing
from scoring.learning.follow_up import INTERVAL_MONTHS, INTERVALS, MAIN_HORIZON
from scoring.learning.hazard import design, hazards, pool

Floats = npt.NDArray[np.float64]
COLUMNS: Final = (
    "siren",
    "theme",
    "variable",
    "nature",
    "contribution",
    "value",
    "category",
    "unit",
    "sentence",
    "direction",
    "horizon",
)
LONGEST: Final = INTERVALS * INTERVAL_MONTHS  # the horizon that sentences explain
BASE: Final = "base"  # in place of a theme: the starting point common to all firms
CHUNK: Final = 20_000  # firms at a time: bounds memory to about 8 x CHUNK x features doubles


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Contributions of each firm on the log-odds scale.

    `contributions`: firms x features (registry order); `base`: firms; `log_odds`: firms, equal to
    base + contributions.sum(1).
    """

    contributions: Floats
    base: Floats
    log_odds: Floats


def interval_contributions(
    model: CatBoostClassifier,
    features: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    interval: int,
    thread_count: int = 2,
) -> Floats:
    """Return the SHAP values of one interval: firms x (features, interval index, expected value); rows sum to
    the raw log-odds.
    """
    frame = design(features, registry, intervals=np.full(len(features), float(interval)))
    values = model.get_feature_importance(
        pool(frame, registry), type="ShapValues", thread_count=thread_count
    )
    return np.asarray(values, dtype="float64")


def explain(
    model: CatBoostClassifier,
    features: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    thread_count: int = 2,
) -> Explanation:
    """Return the contributions to the 24-month risk, weighted over intervals by the probability of failing
    in each.
    """
    return by_horizon(model, features, registry, thread_count=thread_count)[LONGEST]


def by_horizon(
    model: CatBoostClassifier,
    features: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    thread_count: int = 2,
) -> dict[int, Explanation]:
    """Return months -> contributions to the risk at 24 and 18 months, from the same SHAP values."""
    shap = np.stack(
        [
            interval_contributions(model, features, registry, interval=k, thread_count=thread_count)
            for k in range(1, INTERVALS + 1)
        ],
        axis=1,
    )
    return {
        months: _weighted(shap[:, : months // INTERVAL_MONTHS], len(registry))
        for months in (LONGEST, MAIN_HORIZON)
    }


def _weighted(shap: Floats, features: int) -> Explanation:
    """Average over intervals; `shap`: firms x intervals x (features, interval index, expected value)."""
    raw = shap.sum(axis=2)
    share = _interval_shares(hazards(raw))
    weighted = np.einsum("nk,nkf->nf", share, shap)
    return Explanation(
        contributions=weighted[:, :features],
        base=weighted[:, features] + weighted[:, features + 1],
        log_odds=(share * raw).sum(axis=1),
    )


def reasons(
    model: CatBoostClassifier,
    features: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    thread_count: int = 2,
) -> pd.DataFrame:
    """Return one row per firm for the base value and for each theme (variable None), then for each
    variable, at 24 months; then base value and themes at 18 months. Columns COLUMNS.

    `contribution` is in log-odds: base and themes of a horizon add up to the firm's log-odds.
    `value` is a numeric variable in its `unit`, `category` the text of a categorical one; both are None
    when missing. `direction` is raises, lowers, missing when the variable itself is missing, or base.
    Rows follow the order of `features`; themes and variables come by decreasing absolute contribution.
    """
    parts = []
    for start in range(0, len(features), CHUNK):
        chunk = features.iloc[start : start + CHUNK]
        explained = by_horizon(model, chunk, registry, thread_count=thread_count)
        parts.append(pd.DataFrame(_rows(chunk, explained, registry), columns=list(COLUMNS)))
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)


def _interval_shares(hazard: Floats) -> Floats:
    """Return the probability of failing in each interval, as a share of failing within all of them; rows sum
    to 1.
    """
    survival = np.cumprod(1 - hazard, axis=1)
    reached = np.column_stack([np.ones(len(hazard)), survival[:, :-1]])
    failing = np.maximum(reached * hazard, 1e-300)
    return np.asarray(failing / failing.sum(axis=1, keepdims=True))


def _rows(
    features: pd.DataFrame, explained: Mapping[int, Explanation], registry: Sequence[Feature]
) -> Iterator[tuple[object, ...]]:
    heads = [feature for feature in registry if feature.is_head]
    sums = _grouped(
        explained[LONGEST].contributions,
        [f.variable for f in registry],
        groups=[head.name for head in heads],
    )
    totals = {months: _Themes(each, registry) for months, each in explained.items()}
    for position, values in enumerate(features.to_dict("records")):
        row = {str(name): value for name, value in values.items()}
        yield from totals[LONGEST].rows(position, siren=row["siren"], horizon=LONGEST)
        for index in _by_weight(sums[position]):
            head, value = heads[index], float(sums[position, index])
            is_absent = is_missing(row[head.name])
            if value == 0 and not is_absent:
                continue  # the model does not use it: it neither raises nor lowers
            direction = "missing" if is_absent else _direction(value)
            yield (
                row["siren"],
                head.theme.value,
                head.name,
                head.nature,
                value,
                *_value_of(head, row[head.name]),
                head.explained(row, contribution=value),
                direction,
                LONGEST,
            )
        yield from totals[MAIN_HORIZON].rows(position, siren=row["siren"], horizon=MAIN_HORIZON)


class _Themes:
    """An explanation summed by theme."""

    def __init__(self, explanation: Explanation, registry: Sequence[Feature]) -> None:
        self.base = explanation.base
        self.themes = list(dict.fromkeys(feature.theme for feature in registry))
        self.natures = [
            next((f.nature for f in registry if f.theme is theme and f.nature), None)
            for theme in self.themes
        ]
        self.sums = _grouped(
            explanation.contributions, [f.theme for f in registry], groups=list(self.themes)
        )

    def rows(self, firm: int, *, siren: object, horizon: int) -> Iterator[tuple[object, ...]]:
        """Yield the base value of a firm, then its themes."""
        nothing = (None,) * 4  # neither value, category, unit nor sentence
        yield siren, BASE, None, None, float(self.base[firm]), *nothing, BASE, horizon
        for index in _by_weight(self.sums[firm]):
            value = float(self.sums[firm, index])
            yield (
                siren,
                self.themes[index].value,
                None,
                self.natures[index],
                value,
                *nothing,
                _direction(value),
                horizon,
            )


def _value_of(feature: Feature, value: object) -> tuple[float | None, str | None, str]:
    """Return the value, category and unit of a feature."""
    unit = feature.unit.value
    if is_missing(value):
        return None, None, unit
    return (None, str(value), unit) if feature.is_categorical else (float(str(value)), None, unit)


def _grouped(values: Floats, keys: Sequence[str], *, groups: Sequence[str]) -> Floats:
    member = np.array([[key == group for group in groups] for key in keys], dtype="float64")
    return np.asarray(values @ member)


def _by_weight(values: Floats) -> list[int]:
    return [int(index) for index in np.argsort(-np.abs(values), kind="stable")]


def _direction(value: float) -> str:
    return "raises" if value > 0 else "lowers"
