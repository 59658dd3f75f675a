"""Recalibration on the complementary log-log scale: one slope and one intercept for all horizons.

P' = 1 - exp(-exp(a + b·log(-log(1 - P)))), b > 0: strictly increasing, so neither firms nor
horizons change order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

from scoring.learning import ipcw
from scoring.learning.follow_up import SCALE, FollowUp, Scale, has_reached, outcomes

Floats = npt.NDArray[np.float64]
FLOOR: Final = 1e-12
MIN_EVENTS: Final = 10  # failing firms


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Intercept and slope on the cloglog scale, and the number of failing firms they were fitted on (0
    for the identity).
    """

    intercept: float = 0.0
    slope: float = 1.0
    events: int = 0

    def apply(self, risks: Floats) -> Floats:
        """Return recalibrated probabilities, of the same shape and in the same order."""
        return -np.expm1(-np.exp(self.intercept + self.slope * cloglog(risks)))


def cloglog(risks: Floats) -> Floats:
    """Return log(-log(1 - p)), with p clipped away from 0 and 1."""
    return np.log(-np.log1p(-np.clip(risks, FLOOR, 1 - FLOOR)))


def learn(
    snapshots: pd.DataFrame,
    history: FollowUp,
    risks: Floats,
    *,
    chances: Floats | None = None,
    scale: Scale = SCALE,
) -> Calibration:
    """Fit one slope and intercept for all horizons (columns of `risks`) on snapshots the model was not
    trained on; return the identity, recorded as such, when there are too few failures.

    A snapshot counts at the horizons it has reached: before that, only its failures are known.
    `chances`: the chance that each leaves, quarter by quarter (`leaving.chances`), if known.
    """
    outcome, weight = np.zeros_like(risks), np.zeros_like(risks)
    for column, horizon in enumerate(scale.horizons):
        reached = has_reached(snapshots, history, horizon=horizon)
        if not reached.any():
            continue
        result = outcomes(snapshots[reached], history, horizon=horizon)
        outcome[reached, column] = result["y"]
        chance = risks[:, column] if chances is None else chances
        weight[reached, column] = ipcw.weights(result, chance[reached], horizon=horizon)
    # a firm that fails is seen at several quarters and horizons: it says the same thing each time
    failing = ((outcome > 0) & (weight > 0)).any(axis=1)
    firms = len(set(snapshots["siren"].to_numpy()[failing]))
    if firms < MIN_EVENTS:
        return Calibration()
    return replace(fit(risks, outcome, weight=weight), events=firms)


def fit(risks: Floats, outcome: Floats, *, weight: Floats) -> Calibration:
    """Fit slope and intercept by weighted maximum likelihood; arrays of the same shape, horizons
    pooled, weight 0 where unknown.

    Raises ValueError with fewer than MIN_EVENTS failures or no survivor: that is not enough to fit
    two numbers.
    """
    x, y, w = (np.ravel(array) for array in (cloglog(risks), outcome, weight))
    is_known = w > 0
    x, y, w = x[is_known], y[is_known], w[is_known]
    events = int(y.sum())
    if events < MIN_EVENTS or events == len(y):
        message = (
            f"{events} failures among {len(y)} rows: {MIN_EVENTS} and some survivors are needed"
        )
        raise ValueError(message)
    centre = float(np.average(x, weights=w))

    def loss(theta: Floats) -> tuple[float, Floats]:
        slope = np.exp(theta[1])
        scaled = slope * (x - centre)
        cumulative = np.exp(np.clip(theta[0] + scaled, -30.0, 6.0))  # far line-search steps
        odds = cumulative / np.expm1(cumulative)  # d log(1 - exp(-c)) / d log c
        value = -np.sum(w * np.where(y > 0, np.log(-np.expm1(-cumulative)), -cumulative))
        score = w * np.where(y > 0, odds, -cumulative)
        return float(value), -np.array([score.sum(), (score * scaled).sum()])

    optimum = minimize(loss, np.array([centre, 0.0]), jac=True, method="BFGS")
    slope = float(np.exp(optimum.x[1]))
    return Calibration(intercept=float(optimum.x[0] - slope * centre), slope=slope, events=events)
