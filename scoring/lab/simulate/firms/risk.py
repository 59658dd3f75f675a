"""True risks: the probability, given today's latent state, that a court opens a procedure.

Distress follows an AR(1), so survival is computed by backward recursion on a grid of states and
exposures, once for each branch and end month, then interpolated: no Monte-Carlo noise. Risk is convex
where firms are many, so that straight lines between its values lie above it: what is interpolated is
log(-log(survival)), nearly straight.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from scoring.lab.simulate.firms.economy import (
    COURT_DELAY,
    MAX_LOG_HAZARD,
    PERSISTENCE,
    Paths,
    state_loading,
)

STATES = np.linspace(-4.5, 4.5, 73)
EXPOSURE_STEPS = 28
#: keeps log(-log(survival)) finite
FLOOR = 1e-15


def true_risks(
    *, paths: Paths, branch: NDArray[np.int64], month: int, horizons: Sequence[int]
) -> NDArray[np.float64]:
    """Return firm × horizon: P(opening in the `horizon` months from the first day of `month`).

    The state known on that date is that of the previous month. Firms already insolvent, whose opening
    is a matter of weeks, have a risk of 1. Raises
    ValueError when `month` is the first of the timeline.
    """
    if month < 1:
        raise ValueError("the risk at the first month needs the state of the month before")
    exposure = paths.exposure[:, month - 1]
    state = paths.state[:, month - 1]
    grid = np.linspace(exposure.min() - 1e-9, exposure.max() + 1e-9, EXPOSURE_STEPS)
    table = _survival_table(
        macro=paths.macro[:, month : month + max(horizons)], exposures=grid, horizons=horizons
    )
    columns = []
    for horizon in horizons:
        # The effect of youth fades: use the exposure in the middle of the horizon.
        middle = min(month + horizon // 2, paths.exposure.shape[1] - 1)
        faded = paths.exposure[:, middle]
        survival = [
            _interpolate(table[horizon - delay], branch, state, faded, grid=grid)
            for delay in range(1, len(COURT_DELAY) + 1)
        ]
        columns.append(1.0 - np.average(survival, axis=0, weights=COURT_DELAY))
    return np.where((paths.insolvent_month < month)[:, None], 1.0, np.column_stack(columns))


def _survival_table(
    *, macro: NDArray[np.float64], exposures: NDArray[np.float64], horizons: Sequence[int]
) -> dict[int, NDArray[np.float64]]:
    """Return, for each number of months: branch × state × exposure, log(-log P(no insolvency))."""
    lengths = sorted({h - d for h in horizons for d in range(1, len(COURT_DELAY) + 1)} - {0})
    moves = _transitions()
    table = {}
    for length in lengths:
        survival = np.ones((len(macro), len(STATES), len(exposures)))
        for step in range(length - 1, -1, -1):
            log_hazard = (
                macro[:, step][:, None, None] + state_loading() * STATES[:, None] + exposures
            )
            survival = moves @ (survival * (1.0 - np.exp(np.minimum(log_hazard, MAX_LOG_HAZARD))))
        table[length] = np.log(-np.log(np.clip(survival, FLOOR, 1 - FLOOR)))
    return table


def _transitions() -> NDArray[np.float64]:
    """Return the monthly transition probabilities between the states of the grid."""
    width = STATES[1] - STATES[0]
    # rounding to the nearest state has a variance of its own (Sheppard): the move has that much less
    scale = np.sqrt(1.0 - PERSISTENCE**2 - width**2 / 12.0)
    edges = np.concatenate([[-np.inf], STATES[:-1] + width / 2.0, [np.inf]])
    steps = norm.cdf((edges[None, :] - PERSISTENCE * STATES[:, None]) / scale)
    moves: NDArray[np.float64] = np.diff(steps, axis=1)
    return moves


def _interpolate(
    table: NDArray[np.float64],
    branch: NDArray[np.int64],
    state: NDArray[np.float64],
    exposure: NDArray[np.float64],
    *,
    grid: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the probability of no insolvency, bilinear in a branch × state × exposure table."""
    row, row_part = _place(state, STATES)
    column, column_part = _place(exposure, grid)
    low = table[branch, row, column] * (1 - column_part)
    low += table[branch, row, column + 1] * column_part
    high = table[branch, row + 1, column] * (1 - column_part)
    high += table[branch, row + 1, column + 1] * column_part
    return np.asarray(np.exp(-np.exp(low * (1 - row_part) + high * row_part)))


def _place(
    values: NDArray[np.float64], grid: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the index of the grid point below each value, and the fraction of the step above it."""
    position = np.clip((values - grid[0]) / (grid[1] - grid[0]), 0.0, len(grid) - 1.000001)
    index = position.astype(np.int64)
    return index, position - index
