"""The discrete-time hazard: CatBoost on firm-intervals, with survival products that make the
horizons ordered by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier, Pool, sum_models, to_classifier

from scoring.dictionary.feature import Feature
from scoring.learning.follow_up import INTERVAL_MONTHS, SCALE, Scale

Floats = npt.NDArray[np.float64]
INTERVAL: Final = "interval"
#: largest category to one-hot encode; beyond, CatBoost uses the target's mean, which takes twice the
#: time at national size and, measured on départements and divisions, ranks no better
ONE_HOT: Final = 255
#: number of failures above which boosting takes larger steps with deeper trees
MANY_FAILURES: Final = 10_000
LARGE_STEP: Final = 0.25
DEEPER: Final = 6
VIOLATION: Final = 1e-9  # on the log-odds scale; anything less is rounding


@dataclass(frozen=True, kw_only=True)
class Params:
    """Boosting parameters. Seed and thread count are part of the model: changing either changes the
    scores. Above 1, `max_ctr_complexity` lets CatBoost combine categories with numeric splits, which
    breaks the monotone constraints.
    """

    depth: int = 5
    learning_rate: float = 0.06
    iterations: int = 600
    patience: int = 50
    l2_leaf_reg: float = 5.0
    border_count: int = 32
    max_ctr_complexity: int = 1
    thread_count: int = 2
    seed: int = 1

    def paced(self, failures: int) -> Params:
        """Return larger steps and deeper trees when failures are many: as accurate with a quarter of
        the trees.
        """
        if failures < MANY_FAILURES:
            return self
        return replace(
            self,
            learning_rate=max(self.learning_rate, LARGE_STEP),
            depth=max(self.depth, DEEPER),
        )

    def recorded(self) -> dict[str, Any]:
        """Return a plain dict for the metadata."""
        return asdict(self)


def columns(features: pd.DataFrame, registry: Sequence[Feature]) -> pd.DataFrame:
    """Return the columns of a model in registry order. A missing number stays NaN, a missing category is ""."""
    found: dict[str, object] = {}
    for feature in registry:
        column = features[feature.name]
        if feature.is_categorical:
            found[feature.name] = column.astype(object).where(column.notna(), "").astype(str)
        else:
            found[feature.name] = column.astype("float64")
    return pd.DataFrame(found, index=features.index)


def design(
    features: pd.DataFrame, registry: Sequence[Feature], *, intervals: npt.ArrayLike
) -> pd.DataFrame:
    """Return the columns of the hazard: those of the features, then the interval index."""
    frame = columns(features, registry)
    frame[INTERVAL] = np.asarray(intervals, dtype="float64")
    return frame


def pool(
    frame: pd.DataFrame, registry: Sequence[Feature], *, rows: pd.DataFrame | None = None
) -> Pool:
    """Return the CatBoost pool of a design, with y and weight when `rows` (aligned) is given."""
    return Pool(
        frame,
        label=None if rows is None else rows["y"].to_numpy(),
        weight=None if rows is None else rows["weight"].to_numpy(),
        cat_features=[feature.name for feature in registry if feature.is_categorical],
    )


def fit(
    learning: Pool, registry: Sequence[Feature], *, params: Params, watched: Pool | None = None
) -> CatBoostClassifier:
    """Fit the hazard on `learning`; with `watched` (later quarters, other firms) boosting stops
    when the loss on it no longer improves.
    """
    stop: dict[str, Any] = {}
    if watched is not None:
        stop = {"od_type": "Iter", "od_wait": params.patience, "use_best_model": True}
    model = CatBoostClassifier(
        loss_function="Logloss",
        boosting_type="Plain",
        grow_policy="SymmetricTree",
        depth=params.depth,
        learning_rate=params.learning_rate,
        iterations=params.iterations,
        l2_leaf_reg=params.l2_leaf_reg,
        border_count=params.border_count,
        one_hot_max_size=ONE_HOT,
        max_ctr_complexity=params.max_ctr_complexity,
        monotone_constraints=[feature.monotone for feature in registry] + [0],
        # from a log-odds of zero, the first dozens of trees do nothing but go down to the base rate, and a
        # model stopped early predicts twice what comes
        boost_from_average=True,
        random_seed=params.seed,
        thread_count=params.thread_count,
        allow_writing_files=False,
        verbose=False,
        **stop,
    )
    model.fit(learning, eval_set=watched)
    return model


def averaged(boosters: Sequence[CatBoostClassifier]) -> CatBoostClassifier:
    """Return one model whose log-odds are the mean of those of `boosters`; so are its contributions."""
    if len(boosters) == 1:
        return boosters[0]
    return to_classifier(sum_models(list(boosters), weights=[1 / len(boosters)] * len(boosters)))


def log_odds(
    model: CatBoostClassifier,
    features: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    thread_count: int = 2,
    scale: Scale = SCALE,
) -> Floats:
    """Return raw hazards on the log-odds scale, shape (firms, 8): one column per 3-month interval."""
    base = design(features, registry, intervals=np.ones(len(features)))
    columns = []
    for interval in range(1, scale.intervals + 1):
        base[INTERVAL] = float(interval)
        raw = model.predict(
            pool(base, registry), prediction_type="RawFormulaVal", thread_count=thread_count
        )
        columns.append(np.asarray(raw, dtype="float64"))
    return np.column_stack(columns)


def hazards(raw: Floats) -> Floats:
    """Return probabilities from log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-raw)))


def horizon_risks(hazard: Floats, *, scale: Scale = SCALE) -> Floats:
    """Return P of an opening by 12, 18 and 24 months, shape (firms, 3): 1 - product of survivals, so
    that rows never decrease.
    """
    failed = -np.expm1(np.cumsum(np.log1p(-hazard), axis=1))
    return np.asarray(failed[:, [months // INTERVAL_MONTHS - 1 for months in scale.horizons]])


def monotone_violations(
    model: CatBoostClassifier,
    sample: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    steps: int = 8,
) -> dict[str, int]:
    """Count the firms of `sample` whose log-odds move against a declared sign when one feature takes
    the values of a grid of its quantiles.

    Returns feature name -> number of firms; an empty dict when every constraint holds.
    """
    violations = {}
    frame = design(sample, registry, intervals=np.ones(len(sample)))
    for feature in registry:
        if not feature.monotone:
            continue
        grid = np.unique(frame[feature.name].dropna().quantile(np.linspace(0, 1, steps)))
        raw = [
            model.predict(
                pool(frame.assign(**{feature.name: value}), registry),
                prediction_type="RawFormulaVal",
                thread_count=1,  # a sample is too small to be worth sharing
            )
            for value in grid
        ]
        if len(raw) < 2:
            continue
        moves = np.diff(np.column_stack(raw), axis=1) * feature.monotone
        broken = int((moves < -VIOLATION).any(axis=1).sum())
        if broken:
            violations[feature.name] = broken
    return violations
