"""A hazard for a small panel: cross-fitting replaces the blocks that are set aside at national size.

At national size, a block of later quarters of other firms decides when boosting stops, and another
one calibrates. A panel with a hundred failures cannot spare them. Firms are split into groups, each
left out in turn: models fitted on the earlier rows of the others and evaluated on its later rows
choose the number of trees; models fitted on all rows of the others provide the risks to recalibrate
on. The final model is then fitted on every row with several seeds: with few failures, a single seed
moves the ranking more than the mean of their log-odds does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier

from scoring.dictionary.feature import Feature
from scoring.learning import hazard, splits
from scoring.learning.calibrate import MIN_EVENTS
from scoring.learning.follow_up import SCALE, Scale
from scoring.learning.hazard import Params

Floats = npt.NDArray[np.float64]
STAGE: Final = 10  # trees between two evaluations of the loss
LATE: Final = 0.4  # share of the failures in the snapshots that choose the number of trees
SEEDS: Final = 5  # final fits averaged


@dataclass(frozen=True, kw_only=True)
class Learning:
    """What a hazard is fitted on: a panel (siren, features), its interval rows, its features."""

    panel: pd.DataFrame
    rows: pd.DataFrame
    registry: Sequence[Feature]
    scale: Scale = SCALE

    def design(self) -> pd.DataFrame:
        """Return model columns aligned with `rows`."""
        snapshots = self.panel.iloc[self.rows["row"].to_numpy()]
        frame = hazard.design(snapshots, self.registry, intervals=self.rows["interval"])
        return frame.reset_index(drop=True)


@dataclass(frozen=True, kw_only=True)
class CrossFitted:
    """The final models, to be averaged, and out-of-fold risks (snapshots x horizons): those given by
    models that had not seen the firm.
    """

    boosters: tuple[CatBoostClassifier, ...]
    unseen: Floats

    @property
    def trees(self) -> int:
        """The number of trees of each model."""
        return int(self.boosters[0].tree_count_)


def fit(learning: Learning, *, params: Params) -> CrossFitted:
    """Choose the number of trees on firms left out, then fit that many on every row.

    Raises ValueError when all failures belong to one group of firms: it could not be left out.
    """
    design, rows = learning.design(), learning.rows.reset_index(drop=True)
    chosen = replace(params, iterations=_trees(learning, design, rows, params=params))
    final = tuple(
        _fit(learning, design, rows, params=replace(chosen, seed=seed))
        for seed in range(params.seed, params.seed + SEEDS)
    )
    return CrossFitted(boosters=final, unseen=_unseen(learning, design, rows, params=chosen))


def risks(
    boosters: Sequence[CatBoostClassifier],
    panel: pd.DataFrame,
    learning: Learning,
    *,
    threads: int,
) -> Floats:
    """Return the risks of `panel` before calibration, shape (snapshots, horizons), from the mean
    log-odds of the models.
    """
    raw = [
        hazard.log_odds(each, panel, learning.registry, thread_count=threads, scale=learning.scale)
        for each in boosters
    ]
    return hazard.horizon_risks(hazard.hazards(np.mean(raw, axis=0)), scale=learning.scale)


def _groups(sirens: pd.Series) -> npt.NDArray[np.int64]:
    """Return groups of two folds: the fold of a firm never changes, so neither does its group."""
    return splits.folds(sirens).to_numpy().astype(np.int64) // 2


def _trees(learning: Learning, design: pd.DataFrame, rows: pd.DataFrame, *, params: Params) -> int:
    """Return the number of trees with the lowest loss on the later rows of firms left out."""
    group, late = _groups(rows["siren"]), later(rows)
    losses = np.zeros(-(-params.iterations // STAGE))
    for left_out in np.unique(group):
        out = group == left_out
        fitted = ~out & (~late | late.all())
        booster = _fit(learning, design[fitted], rows[fitted], params=params)
        watched = out & late
        losses += _losses(booster, learning, design[watched], rows[watched], stages=len(losses))
    return min(params.iterations, (int(np.argmin(losses)) + 1) * STAGE)


def later(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the mask of the rows (as_of, y) of the last snapshots, with at least LATE of the
    failures; every row when these are too few to choose on, or when nothing precedes them.
    """
    by_day = rows.groupby("as_of")["y"].sum().sort_index(ascending=False)
    enough = max(LATE * by_day.sum(), MIN_EVENTS)
    reached = by_day.cumsum().ge(enough)
    first = reached.idxmax() if reached.any() else by_day.index[-1]
    late = rows["as_of"].ge(first).to_numpy()
    return late if rows["y"][~late].any() else np.ones(len(rows), dtype=bool)


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
    """Return the weighted log-loss of the rows left out, every STAGE trees; a model that stopped
    growing keeps its last loss.
    """
    outcome, weight = rows["y"].to_numpy(), rows["weight"].to_numpy()
    losses = [
        float((weight * np.logaddexp(0, np.where(outcome == 1, -raw, raw))).sum())
        for raw in booster.staged_predict(
            hazard.pool(design, learning.registry), "RawFormulaVal", eval_period=STAGE
        )
    ]
    return np.array(losses + losses[-1:] * (stages - len(losses)))


def _unseen(
    learning: Learning, design: pd.DataFrame, rows: pd.DataFrame, *, params: Params
) -> Floats:
    group, place = _groups(rows["siren"]), _groups(learning.panel["siren"])
    result = np.full((len(place), len(learning.scale.horizons)), np.nan)
    for left_out in np.unique(place):
        fitted = group != left_out
        booster = _fit(learning, design[fitted], rows[fitted], params=params)
        out = place == left_out
        result[out] = risks([booster], learning.panel[out], learning, threads=params.thread_count)
    return result
