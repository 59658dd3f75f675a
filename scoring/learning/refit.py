"""The model in service: the recipe that was judged, fitted again on everything known.

The models that are judged stop learning two years and a half before the day they would score. The
one in service learns from every firm until the last events published, recent quarters weighing more;
it keeps the number of trees of the recipe, scaled to its larger data, and the mean of a few seeds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier
from scipy.optimize import brentq

from scoring.dictionary.feature import Feature
from scoring.learning import calibrate, hazard, held_out, regime
from scoring.learning.calibrate import Calibration
from scoring.learning.examples import Examples, Known, failing_firms
from scoring.learning.follow_up import MAIN, FollowUp
from scoring.learning.hazard import Params
from scoring.learning.held_out import JudgedRecipe
from scoring.learning.regime import Regime

Floats = npt.NDArray[np.float64]
#: fits averaged: a score depends less on the draw, and ranks a little better (docs/benchmarks.md)
SEEDS: Final = 3
#: the best number of trees grows like this power of the number of failures
GROWTH: Final = 0.5
#: the intercept that keeps a level is looked for in this range; a mean risk has a ceiling
FARTHEST: Final = 12.0
HIGHEST: Final = 0.99
FIRST: Final = {"predicted_first": "predicted", "observed_first": "observed"}


@dataclass(frozen=True, kw_only=True)
class InService:
    """The model in service and its recalibration; what it was learnt on, until when; the level of
    failures, and the quarters it was measured on (see `regime.by_quarter`).
    """

    booster: CatBoostClassifier
    calibration: Calibration
    trees: int
    learnt_until: pd.Timestamp
    regime: Regime
    quarters: pd.DataFrame

    def recorded(self) -> dict[str, Any]:
        """Return JSON values."""
        quarters = self.quarters.reset_index()
        quarters["quarter"] = quarters["quarter"].dt.strftime("%Y-%m-%d")
        return {
            "learnt_until": self.learnt_until.date().isoformat(),
            "trees": self.trees,
            "seeds": SEEDS,
            "half_life": regime.HALF_LIFE,
            "regime": regime.recorded(self.regime),
            "quarters": quarters.to_dict(orient="records"),
        }


def learn(
    examples: Examples,
    history: FollowUp,
    recipe: JudgedRecipe,
    registry: Sequence[Feature],
    *,
    params: Params,
) -> InService:
    """Fit the model in service on everything known, and recalibrate it."""
    known, until = examples.known, history.admin_end
    trees = scaled(
        recipe.trees,
        learnt=failing_firms(examples.rows),
        known=failing_firms(known.rows),
    )
    booster = fit(known, registry, params=replace(params, iterations=trees), until=until)
    quarters = _quarters(known, recipe, registry, params=params)
    level = regime.learn(quarters[["predicted_first", "observed_first"]].rename(columns=FIRST))
    raw = hazard.log_odds(
        booster, examples.parts["test"], registry, thread_count=params.thread_count
    )
    return InService(
        booster=booster,
        calibration=calibration(
            _pooled(examples, history, recipe),
            hazard.horizon_risks(hazard.hazards(raw)),
            level=level.level,
        ),
        trees=trees,
        learnt_until=until,
        regime=level,
        quarters=quarters,
    )


def _pooled(examples: Examples, history: FollowUp, recipe: JudgedRecipe) -> Calibration:
    """Return the recalibration of the recipe learnt on every snapshot that was held out."""
    snapshots = pd.concat([examples.parts[name] for name in held_out.JUDGED], ignore_index=True)
    raw = np.concatenate([recipe.raw[name] for name in held_out.JUDGED])
    chances = [recipe.chances[name] for name in held_out.JUDGED if name in recipe.chances]
    return calibrate.learn(
        snapshots, history, raw, chances=np.concatenate(chances) if chances else None
    )


def _quarters(
    known: Known, recipe: JudgedRecipe, registry: Sequence[Feature], *, params: Params
) -> pd.DataFrame:
    """Return what models that never saw the firms predict of each quarter, and what came: in its first
    three months (`_first`) and, once recalibrated, until the horizon of alerts (`_ahead`).
    """
    raw = held_out.hazards(recipe.models, known.panel, registry, threads=params.thread_count)
    place = known.rows["row"].to_numpy(), known.rows["interval"].to_numpy() - 1
    first = regime.by_quarter(known.rows, raw[place])
    recalibrated = held_out.recalibrated_hazards(recipe.models, known.panel, raw)
    ahead = regime.by_quarter(known.rows, recalibrated[place], intervals=regime.AHEAD)
    return first.add_suffix("_first").join(ahead.add_suffix("_ahead"))


def scaled(trees: int, *, learnt: int, known: int) -> int:
    """Return the number of trees for `known` failing firms, where `trees` were best for `learnt`."""
    grown = math.pow(max(1.0, known / max(1, learnt)), GROWTH)
    return max(1, round(trees * grown))


def fit(
    known: Known, registry: Sequence[Feature], *, params: Params, until: pd.Timestamp
) -> CatBoostClassifier:
    """Return the mean of SEEDS hazards fitted on `known`, weighted by age at `until`."""
    rows = known.rows.assign(weight=known.rows["weight"] * regime.recency(known.rows, until=until))
    snapshots = known.panel.iloc[rows["row"].to_numpy()]
    design = hazard.design(snapshots, registry, intervals=rows["interval"])
    pool = hazard.pool(design, registry, rows=rows)
    return hazard.averaged(
        [
            hazard.fit(pool, registry, params=replace(params, seed=seed))
            for seed in range(params.seed, params.seed + SEEDS)
        ]
    )


def calibration(recipe: Calibration, raw: Floats, *, level: float) -> Calibration:
    """Return the recalibration of the model in service: the slope of the `recipe`, and the intercept
    that multiplies the mean of its own risks `raw` (snapshots x horizons) by `level`, at 18 months.

    The intercept of the recipe is left behind with its quarters: it brought the level of older data to
    that of later ones, which the model in service has learnt.
    """
    risks = raw[:, MAIN]
    wanted = min(HIGHEST, level * float(risks.mean()))

    def gap(intercept: float) -> float:
        moved = Calibration(intercept=intercept, slope=recipe.slope).apply(risks)
        return float(moved.mean()) - wanted

    farthest = FARTHEST * max(1.0, recipe.slope)
    intercept = float(brentq(gap, -farthest, farthest))
    return Calibration(intercept=intercept, slope=recipe.slope, events=recipe.events)
