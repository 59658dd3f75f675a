"""A hazard for a small panel: what the product learns from blocks set aside, learnt by
cross-fitting.

At national size a block of later quarters of other firms says when boosting must stop, and another
calibrates. A panel with a hundred failures cannot spare them: firms are cut into groups, each group
is scored by a model that never saw it, and these scores choose the number of trees and recalibrate.
The final model then learns from every row, several times with other seeds: with few failures one
seed alone moves the ranking, the mean of their log-odds much less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier

from scoring import hazard, splits
from scoring.features.registry import Feature
from scoring.hazard import Params
from scoring.labels import SCALE, Scale

Floats = npt.NDArray[np.float64]
STAGE: Final = 10  # trees between two looks at the loss
SEEDS: Final = 5  # final fits averaged


@dataclass(frozen=True, kw_only=True)
class Learning:
    """What a hazard learns from: a panel (siren, features), its interval rows, its variables."""

    panel: pd.DataFrame
    rows: pd.DataFrame
    registry: Sequence[Feature]
    scale: Scale = SCALE

    def design(self) -> pd.DataFrame:
        """Model columns aligned with `rows`."""
        taken = self.panel.iloc[self.rows["row"].to_numpy()]
        frame = hazard.design(taken, self.registry, intervals=self.rows["interval"])
        return frame.reset_index(drop=True)


@dataclass(frozen=True, kw_only=True)
class CrossFitted:
    """The final models, to be averaged, and the risks (snapshots x horizons) each snapshot got from
    a model that had not seen its firm.
    """

    boosters: tuple[CatBoostClassifier, ...]
    unseen: Floats

    @property
    def trees(self) -> int:
        """Trees of each model."""
        return int(self.boosters[0].tree_count_)


def fit(learning: Learning, *, params: Params) -> CrossFitted:
    """Choose the number of trees on firms left out, then fit that many on every row.

    Raises ValueError when all failures belong to one group of firms: nothing could be left out.
    """
    design, rows = learning.design(), learning.rows.reset_index(drop=True)
    group = _groups(rows["siren"])
    losses, models = np.zeros(-(-params.iterations // STAGE)), {}
    for left_out in np.unique(group):
        out = group == left_out
        models[left_out] = _fit(learning, design[~out], rows[~out], params=params)
        losses += _losses(models[left_out], learning, design[out], rows[out], stages=len(losses))
    trees = min(params.iterations, (int(np.argmin(losses)) + 1) * STAGE)
    final = tuple(
        _fit(learning, design, rows, params=replace(params, iterations=trees, seed=seed))
        for seed in range(params.seed, params.seed + SEEDS)
    )
    unseen = _unseen(models, learning, trees=trees, threads=params.thread_count)
    return CrossFitted(boosters=final, unseen=unseen)


def risks(
    boosters: Sequence[CatBoostClassifier],
    panel: pd.DataFrame,
    learning: Learning,
    *,
    threads: int,
) -> Floats:
    """Risks of `panel` before calibration, shape (snapshots, horizons), from the mean log-odds of
    the models.
    """
    raw = [
        hazard.log_odds(each, panel, learning.registry, thread_count=threads, scale=learning.scale)
        for each in boosters
    ]
    return hazard.horizon_risks(hazard.hazards(np.mean(raw, axis=0)), scale=learning.scale)


def _groups(sirens: pd.Series) -> npt.NDArray[np.int64]:
    """Neighbouring folds, two by two: the folds of a firm never change, nor does its group."""
    return splits.folds(sirens).to_numpy().astype(np.int64) // 2


def _fit(
    learning: Learning, design: pd.DataFrame, rows: pd.DataFrame, *, params: Params
) -> CatBoostClassifier:
    if rows["y"].nunique() < 2:
        message = "failures of a single group of firms: none is left to learn from without it"
        raise ValueError(message)
    pool = hazard.pool(design, learning.registry, rows=rows)
    return hazard.fit(pool, learning.registry, params=params)


def _losses(
    booster: CatBoostClassifier,
    learning: Learning,
    design: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    stages: int,
) -> Floats:
    """Weighted log-loss of the rows left out, each STAGE trees; a model that stopped growing keeps
    its last loss.
    """
    outcome, weight = rows["y"].to_numpy(), rows["weight"].to_numpy()
    found = [
        float((weight * np.logaddexp(0, np.where(outcome == 1, -raw, raw))).sum())
        for raw in booster.staged_predict(
            hazard.pool(design, learning.registry), "RawFormulaVal", eval_period=STAGE
        )
    ]
    return np.array(found + found[-1:] * (stages - len(found)))


def _unseen(
    models: dict[np.int64, CatBoostClassifier], learning: Learning, *, trees: int, threads: int
) -> Floats:
    group = _groups(learning.panel["siren"])
    result = np.full((len(learning.panel), len(learning.scale.horizons)), np.nan)
    for left_out, model in models.items():
        model.shrink(ntree_end=min(trees, int(model.tree_count_)))
        out = group == left_out
        result[out] = risks([model], learning.panel[out], learning, threads=threads)
    return result
