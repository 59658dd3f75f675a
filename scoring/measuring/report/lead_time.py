"""How long before the judgment failing firms were first in alert."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.bootstrap import Band
from scoring.learning.follow_up import FollowUp, months_to_opening
from scoring.learning.intervals import Interval, median, share
from scoring.learning.thresholds import Thresholds
from scoring.vocabulary import Level

Floats = npt.NDArray[np.float64]


def waits(snapshots: pd.DataFrame, history: FollowUp) -> Floats:
    """Return the months from each snapshot to the next judgment, NaN when there is none."""
    return months_to_opening(snapshots, history).to_numpy(dtype="float64")


def measure(snapshots: pd.DataFrame, cuts: Thresholds) -> dict[str, dict[str, Any]]:
    """Measure, for each level, over the firms of `snapshots` (siren, as_of, y, risk, wait) that fail
    within the horizon: how many were in alert at that level or above, and the months from their
    first alert to the judgment.

    Returns {"failed_firms", "alerted_firms", "share", "median"} with exact intervals for
    the last two, and the quartiles. Lead times are bounded by the test quarters: earlier alerts are not seen.
    """
    return {
        level.value: _described(first_alerts(snapshots, cut=cut))
        for level, cut in ((Level.ELEVEE, cuts.elevee), (Level.MODEREE, cuts.moderee))
    }


def first_alerts(snapshots: pd.DataFrame, *, cut: float) -> pd.Series:
    """Return the months from the first alert of each failing firm to its judgment, by siren; NaN for
    a firm that was never in alert.
    """
    failing = snapshots.loc[snapshots["y"].eq(1), "siren"].unique()
    alerted = snapshots[snapshots["risk"].ge(cut) & snapshots["wait"].notna()].sort_values("as_of")
    return alerted.drop_duplicates("siren").set_index("siren")["wait"].reindex(failing)


def _described(leads: pd.Series) -> dict[str, Any]:
    values = leads.to_numpy(dtype="float64")
    alerted = values[np.isfinite(values)]
    part = len(alerted) / len(values)
    return {
        "failed_firms": len(values),
        "alerted_firms": len(alerted),
        "share": _band(part, share(part, float("nan"), rows=len(values))),
        "median": _band(_quantile(alerted, 0.5), median(alerted)),
        "quartiles": [_quantile(alerted, 0.25), _quantile(alerted, 0.75)],
    }


def _band(value: float, ends: Interval) -> Band:
    return {"value": value, "low": ends[0], "high": ends[1]}


def _quantile(leads: Floats, rank: float) -> float:
    return float(np.quantile(leads, rank)) if len(leads) else float("nan")
