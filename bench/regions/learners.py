"""Learners fitted on what a region knew, as the model in service is, and asked of the firms a list would rank."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from bench.regions.country import SETTINGS, Prepared, SimulatedRegion
from scoring import features
from scoring.dictionary.feature import Feature
from scoring.learning import hazard, regime
from scoring.learning.crossfit import Learning
from scoring.learning.follow_up import MAIN
from scoring.learning.hazard import Params

Floats = npt.NDArray[np.float64]


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


def at_horizon(log_odds: Floats) -> Floats:
    """Return the risks at 18 months from the log-odds of a hazard."""
    return hazard.horizon_risks(hazard.hazards(log_odds))[:, MAIN]
