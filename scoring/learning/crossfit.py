"""Cross-fitting: every firm is predicted by a model that never saw it, and all of them choose the trees.

One fold set aside for each use holds a handful of failures in a region, and a panel of a hundred
failures cannot spare any. Groups of folds are left out in turn instead: models fitted on the earlier
rows of the other firms and evaluated on their later rows choose the number of trees; models fitted on
the other firms give the risks to recalibrate and to evaluate on. At national size, the same functions
are given one group.

A final model is the mean of several seeds: with few failures, a single seed moves the ranking more
than the mean of their log-odds does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier, Pool

from scoring.dictionary.feature import Feature
from scoring.learning import hazard, splits
from scoring.learning.calibrate import MIN_EVENTS
from scoring.learning.follow_up import SCALE, Scale
from scoring.learning.hazard import Params

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Groups = Sequence[frozenset[int]]
LATE: Final = 0.4  # share of the failures in the snapshots that choose the number of trees
SEEDS: Final = 5  # final fits averaged


@dataclass(frozen=True, kw_only=True)
class Learning:
    """What a hazard is fitted on: a panel (siren, features), its interval rows, its features."""

    panel: pd.DataFrame
    rows: pd.DataFrame
    registry: Sequence[Feature]
    scale: Scale = SCALE

    @cached_property
    def design(self) -> pd.DataFrame:
        """Model columns aligned with `rows`."""
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
    design, rows = learning.design, learning.rows.reset_index(drop=True)
    counted = trees(learning, late=later(rows), left_out=splits.GROUPS, params=params)
    chosen = replace(params, iterations=counted)
    final = tuple(
        _fit(learning, design, rows, params=replace(chosen, seed=seed))
        for seed in range(params.seed, params.seed + SEEDS)
    )
    return CrossFitted(boosters=final, unseen=unseen(learning, params=chosen))


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


def trees(learning: Learning, *, late: Mask, left_out: Groups, params: Params) -> int:
    """Return the number of trees with the lowest loss on the `late` rows of the firms left out, summed
    over the groups; each model learns from the rows of the others that are not late.

    Raises ValueError when failures of the others are all late, or none.
    """
    design, rows = learning.design, learning.rows.reset_index(drop=True)
    fold, curves = splits.folds(rows["siren"]), []
    for group in left_out:
        out = fold.isin(group).to_numpy()
        fitted, watched = ~out & (~late | late.all()), out & late
        if watched.any():
            curves.append(_losses(learning, design, rows, fitted, watched, params=params))
    if not curves:
        message = "no later row of a firm left out: nothing says when to stop"
        raise ValueError(message)
    length = max(map(len, curves))
    # a model that stopped growing keeps its last loss
    total = sum(np.append(each, np.full(length - len(each), each[-1])) for each in curves)
    return int(np.argmin(total)) + 1


def later(rows: pd.DataFrame) -> Mask:
    """Return the mask of the rows (as_of, y) of the last snapshots, with at least LATE of the
    failures; every row when these are too few to choose on, or when nothing precedes them.
    """
    by_day = rows.groupby("as_of")["y"].sum().sort_index(ascending=False)
    enough = max(LATE * by_day.sum(), MIN_EVENTS)
    reached = by_day.cumsum().ge(enough)
    first = reached.idxmax() if reached.any() else by_day.index[-1]
    late = rows["as_of"].ge(first).to_numpy()
    return late if rows["y"][~late].any() else np.ones(len(rows), dtype=bool)


def left_out_models(
    learning: Learning, left_out: Groups, *, params: Params
) -> list[CatBoostClassifier]:
    """Return one model for each group, fitted on the rows of the other firms."""
    design, rows = learning.design, learning.rows.reset_index(drop=True)
    fold = splits.folds(rows["siren"])
    return [
        _fit(learning, design[kept], rows[kept], params=params)
        for group in left_out
        for kept in [~fold.isin(group)]
    ]


def unseen(learning: Learning, *, params: Params) -> Floats:
    """Return the risks of every snapshot, each by the model that did not see its firm."""
    fold = splits.folds(learning.panel["siren"])
    result = np.full((len(fold), len(learning.scale.horizons)), np.nan)
    models = left_out_models(learning, splits.GROUPS, params=params)
    for group, booster in zip(splits.GROUPS, models, strict=True):
        out = fold.isin(group).to_numpy()
        if out.any():
            result[out] = risks(
                [booster], learning.panel[out], learning, threads=params.thread_count
            )
    return result


def _losses(
    learning: Learning,
    design: pd.DataFrame,
    rows: pd.DataFrame,
    fitted: Mask,
    watched: Mask,
    *,
    params: Params,
) -> Floats:
    """Return the total log-loss of the watched rows after each tree, until it no longer improves."""
    pool = hazard.pool(design[watched], learning.registry, rows=rows[watched])
    booster = _fit(learning, design[fitted], rows[fitted], params=params, watched=pool)
    (curve,) = booster.get_evals_result()["validation"].values()
    return np.asarray(curve, dtype="float64") * float(rows.loc[watched, "weight"].sum())


def _fit(
    learning: Learning,
    design: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    params: Params,
    watched: Pool | None = None,
) -> CatBoostClassifier:
    if rows["y"].nunique() < 2:
        message = "failures of a single group of firms: none is left to learn from without it"
        raise ValueError(message)
    pool = hazard.pool(design, learning.registry, rows=rows)
    return hazard.fit(pool, learning.registry, params=params, watched=watched)
