"""The slope of the logistic recalibration of outcomes on the log-odds of a risk, and its standard error."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit

Floats = npt.NDArray[np.float64]
#: keeps log-odds finite
FLOOR: Final = 1e-9
#: gradient of the mean loss at the end of the search: below some 1e-8, rounding hides whether a step goes down, and
#: whether the search « converged » would depend on the machine
CONVERGED: Final = 1e-6
NO_SLOPE: Final = float("nan")


def slope(risk: Floats, outcome: Floats, *, weight: Floats) -> float:
    """Return the slope: 1 is right, below 1 is overconfident. NaN when there is none to be found: a
    constant risk, outcomes that the risk separates, a search that does not converge.
    """
    found = _fit(risk, outcome, weight)
    return NO_SLOPE if found is None else float(found[1])


def slope_spread(
    risk: Floats, outcome: Floats, *, weight: Floats, siren: npt.NDArray[np.object_]
) -> float:
    """Return the standard error of the slope, rows of one firm being read together; NaN without a slope."""
    found = _fit(risk, outcome, weight)
    if found is None:
        return NO_SLOPE
    used = weight > 0
    design, outcome, weight = _design(risk[used]), outcome[used], weight[used]
    fitted = expit(design @ found)
    information = design.T @ (design * (weight * fitted * (1 - fitted))[:, None])
    firms = pd.factorize(siren[used])[0]
    scores = design * (weight * (outcome - fitted))[:, None]
    by_firm = np.column_stack([np.bincount(firms, weights=column) for column in scores.T])
    inverse = np.linalg.inv(information)
    return float(np.sqrt((inverse @ (by_firm.T @ by_firm) @ inverse)[1, 1]))


def _fit(risk: Floats, outcome: Floats, weight: Floats) -> Floats | None:
    """Return intercept (at the mean log-odds) and slope by weighted maximum likelihood, or None."""
    used = weight > 0
    risk, outcome, weight = risk[used], outcome[used], weight[used]
    if _is_separated(risk, outcome):
        return None
    design = _design(risk)
    total = weight.sum()

    def loss(theta: Floats) -> tuple[float, Floats]:
        odds = design @ theta
        value = weight @ (np.logaddexp(0, odds) - outcome * odds)
        return float(value / total), design.T @ (weight * (expit(odds) - outcome)) / total

    def curvature(theta: Floats) -> Floats:
        fitted = expit(design @ theta)
        return np.asarray(design.T @ (design * (weight * fitted * (1 - fitted) / total)[:, None]))

    # the loss is convex: a trust region goes down at every step, where Newton alone may swing for ever
    start = np.array([float(np.average(design[:, 1], weights=weight)), 1.0])
    found = minimize(loss, start, jac=True, hess=curvature, method="trust-exact", tol=CONVERGED)
    return np.asarray(found.x) if found.success and np.isfinite(found.x).all() else None


def _design(risk: Floats) -> Floats:
    odds = logit(np.clip(risk, FLOOR, 1 - FLOOR))
    return np.column_stack([np.ones_like(odds), odds - odds.mean()])


def _is_separated(risk: Floats, outcome: Floats) -> bool:
    """Return whether no finite slope is the best: one side is empty, or every failure is on one side."""
    failed, survived = risk[outcome > 0], risk[outcome <= 0]
    if not len(failed) or not len(survived) or np.ptp(risk) == 0:
        return True
    return bool(failed.min() >= survived.max() or failed.max() <= survived.min())
