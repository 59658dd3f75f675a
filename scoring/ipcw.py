"""Inverse probability of censoring weights: what a test set would show had nobody been supported or
lost.

Method: Kaplan-Meier of *leaving* (support, closure, end of extraction), separately inside bands of
predicted risk, because agents open supports where the score is high. A row whose outcome is known
weighs 1 / G(just before its exit); others weigh 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
BANDS: Final = (0.80, 0.95)  # quantiles of predicted risk: the rest, the watch zone, the alert zone
MIN_BAND: Final = 50  # rows under which a band is merged into one single curve
FLOOR: Final = 0.05  # no row speaks for more than twenty


def weights(outcomes: pd.DataFrame, risk: Floats, *, horizon: int) -> Floats:
    """Weights of `outcomes` rows (see `scoring.labels.outcomes`) for one horizon, in the rows'
    order.
    """
    lost = outcomes["exit"].isin(["left", "admin"]).to_numpy()
    months = np.minimum(outcomes["months"].to_numpy(dtype="float64"), float(horizon))
    bands = _bands(risk)
    result = np.zeros(len(outcomes))
    for band in np.unique(bands):
        inside = bands == band
        staying = survival_before(months[inside], lost[inside])
        result[inside] = 1.0 / np.maximum(staying, FLOOR)
    return np.where(outcomes["observed"].to_numpy(), result, 0.0)


def survival_before(months: Floats, lost: npt.NDArray[np.bool_]) -> Floats:
    """Kaplan-Meier probability of not being lost strictly before each row's own time; at equal
    times failures come first.
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


def _bands(risk: Floats) -> npt.NDArray[np.int64]:
    bands = np.searchsorted(np.quantile(risk, BANDS), risk, side="left").astype(np.int64)
    _, counts = np.unique(bands, return_counts=True)
    return bands if counts.min() >= MIN_BAND else np.zeros(len(risk), dtype=np.int64)
