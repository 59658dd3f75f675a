"""Inverse probability of censoring weights: what a test set would show if no firm had been
supported or lost.

Method: Kaplan-Meier of *leaving* (support, closure, end of extraction), quarter by quarter and
within bands of firms as likely to leave, because agents open supports where the score and what they
see are worst. Bands follow the chance of each quarter when it is known (`scoring.learning.leaving`),
and otherwise the score of the snapshot. A row with a known outcome weighs 1 / G(just before its
exit); others weigh 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.follow_up import INTERVAL_MONTHS

Floats = npt.NDArray[np.float64]
#: quantiles of the chance of leaving that separate bands: agents hardly look below the first, and more
#: and more above each of them
BANDS: Final = (0.80, 0.90, 0.95, 0.98, 0.99, 0.995, 0.998)
MIN_BAND: Final = 50  # rows in the highest band; with fewer, it is merged with the one below
FLOOR: Final = 0.05  # no row stands for more than twenty


def weights(outcomes: pd.DataFrame, chance: Floats, *, horizon: int) -> Floats:
    """Return the weights of `outcomes` rows (see `scoring.learning.follow_up.outcomes`) for one horizon,
    in their order. A firm that had left before its snapshot (already supported) weighs 0.

    `chance`: what orders the firms by their chance of leaving: the score that agents read at the snapshot
    (one number a row), or `leaving.chances` at each quarter from then on (rows x quarters).
    """
    lost = outcomes["exit"].isin(["left", "admin"]).to_numpy()
    months = np.minimum(outcomes["months"].to_numpy(dtype="float64"), float(horizon))
    staying = np.ones(len(outcomes))
    for rank, begin in enumerate(range(0, horizon, INTERVAL_MONTHS)):
        present = months > begin
        current = chance if chance.ndim == 1 else chance[:, rank]
        staying[present] *= _staying(months[present] - begin, lost[present], current[present])
    is_known = outcomes["observed"].to_numpy() & (months > 0)
    return np.where(is_known, 1.0 / np.maximum(staying, FLOOR), 0.0)


def survival_before(months: Floats, lost: npt.NDArray[np.bool_]) -> Floats:
    """Return the Kaplan-Meier probability of not being lost strictly before each row's own time; at
    equal times failures come first.
    """
    order = np.argsort(months, kind="stable")
    times, events = months[order], lost[order].astype(float)
    unique, start, count = np.unique(times, return_index=True, return_counts=True)
    losses = np.add.reduceat(events, start)
    failures = count - losses
    at_risk = len(times) - start - failures
    step = 1.0 - np.divide(losses, at_risk, out=np.zeros(len(unique)), where=at_risk > 0)
    before = np.concatenate([[1.0], np.cumprod(step)[:-1]])
    return before[np.searchsorted(unique, months)]


def _staying(months: Floats, lost: npt.NDArray[np.bool_], chance: Floats) -> Floats:
    """Return, within one quarter, the probability of not being lost before each row's own time, or
    during the quarter for rows that outlive it.
    """
    beyond = months > INTERVAL_MONTHS
    times = np.where(beyond, INTERVAL_MONTHS + 1.0, months)
    bands = _bands(chance)
    result = np.ones(len(months))
    for band in np.unique(bands):
        inside = bands == band
        result[inside] = survival_before(times[inside], (lost & ~beyond)[inside])
    return result


def _bands(chance: Floats) -> npt.NDArray[np.int64]:
    """Return the band of each row, 0 for the lowest chances; high bands with too few rows are merged."""
    for cuts in (BANDS[:count] for count in range(len(BANDS), 0, -1)):
        bands = (
            np.searchsorted(np.quantile(chance, cuts), chance, side="left")
            if len(chance)
            else chance
        )
        if (bands == len(cuts)).sum() >= MIN_BAND:
            return bands.astype(np.int64)
    return np.zeros(len(chance), dtype=np.int64)
