"""Learners fitted on what a region knew, as the model in service is, and asked of the firms a list would rank."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from bench.regions.country import SETTINGS, Prepared, SimulatedRegion
from scoring import features
from scoring.dictionary.feature import Feature
from scoring.learning import hazard, regime
from scoring.learning.crossfit import Learning
from scoring.learning.follow_up import MAIN, SCALE
from scoring.learning.hazard import Params

Floats = npt.NDArray[np.float64]
#: leaves of a tree of the other family: as many as a symmetric tree of depth five
LEAVES = 32


@dataclass(frozen=True, kw_only=True)
class TrialGround:
    """A region on the day of a list: what it knew, the firms of the list, and the trees of its model."""

    region: SimulatedRegion
    as_of: date
    prepared: Prepared
    live: pd.DataFrame
    trees: int
    registry: Sequence[Feature] = features.REGISTRY

    @property
    def params(self) -> Params:
        """Those of the product, with the number of trees of the model in service."""
        return replace(SETTINGS.params, iterations=self.trees)

    @cached_property
    def learning(self) -> Learning:
        """Everything known, recent intervals weighing more, as in `scoring.learning.refit`."""
        known, until = self.prepared[0].known, self.prepared[1].admin_end
        weight = known.rows["weight"] * regime.recency(known.rows, until=until)
        rows = known.rows.assign(weight=weight)
        return Learning(panel=known.panel, rows=rows, registry=self.registry)

    def reading(
        self, change: Callable[[pd.DataFrame], pd.DataFrame], registry: Sequence[Feature]
    ) -> "TrialGround":
        """Return the same with other features: `change` of the snapshots (siren, as_of, features)."""
        collected, history, cut = self.prepared
        known = replace(collected.known, panel=change(collected.known.panel))
        return replace(
            self,
            prepared=(replace(collected, known=known), history, cut),
            live=change(self.live),
            registry=registry,
        )


def one_seed(ground: TrialGround) -> Floats:
    """Return the log-odds (firms x intervals) of the hazard of the product, one seed."""
    pool = hazard.pool(ground.learning.design, ground.registry, rows=ground.learning.rows)
    booster = hazard.fit(pool, ground.registry, params=ground.params)
    return hazard.log_odds(booster, ground.live, ground.registry, thread_count=1)


def beside_another(ground: TrialGround) -> Floats:
    """Return the mean of the log-odds of `one_seed` and of those of a hazard by histograms of leaves, grown best
    first: another family of trees, on the same rows, weights and monotone signs.
    """
    learning = ground.learning
    frame = _sorted_into_kinds(learning.design, ground)
    other = HistGradientBoostingClassifier(
        learning_rate=ground.params.learning_rate,
        max_iter=ground.trees,
        max_leaf_nodes=LEAVES,
        l2_regularization=ground.params.l2_leaf_reg,
        monotonic_cst={
            each.name: each.monotone
            for each in ground.registry
            if each.monotone and each.name in frame
        },
        categorical_features="from_dtype",
        early_stopping=False,
        random_state=ground.params.seed,
    )
    other.fit(frame, learning.rows["y"], sample_weight=learning.rows["weight"])
    columns = []
    for interval in range(1, SCALE.intervals + 1):
        asked = hazard.design(
            ground.live, ground.registry, intervals=np.full(len(ground.live), interval)
        )
        columns.append(other.decision_function(_sorted_into_kinds(asked, ground)))
    mean: Floats = (one_seed(ground) + np.column_stack(columns)) / 2
    return mean


def at_horizon(log_odds: Floats) -> Floats:
    """Return the risks at 18 months from the log-odds of a hazard."""
    return hazard.horizon_risks(hazard.hazards(log_odds))[:, MAIN]


def _sorted_into_kinds(frame: pd.DataFrame, ground: TrialGround) -> pd.DataFrame:
    """Return a design whose categories are those of the rows that taught; another is unknown."""
    taught = ground.learning.design
    named = [each.name for each in ground.registry if each.is_categorical]
    kinds = {
        name: pd.Categorical(frame[name], categories=sorted(taught[name].unique()))
        for name in named
    }
    # What has one value, or none, in a region teaches nothing, and stops this learner.
    kept = [name for name in taught if taught[name].nunique() > 1]
    return frame.assign(**kinds)[kept]
