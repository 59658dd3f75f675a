"""What a model learns of each snapshot, in one letter: what ended its interval rows, or why it has none.

Read from the interval rows themselves, so that what is told is what is learnt.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring.learning.follow_up import INTERVAL_MONTHS, INTERVALS, FollowUp, exits_of
from scoring.vocabulary import LabelFate


def fates(snapshots: pd.DataFrame, history: FollowUp, rows: pd.DataFrame) -> pd.DataFrame:
    """Return fate, count (interval rows) of each snapshot (siren, as_of), from its `hazard_rows`."""
    size = len(snapshots)
    count = np.bincount(rows["row"], minlength=size)
    failed = np.bincount(rows["row"], weights=rows["y"], minlength=size) > 0
    halved = np.bincount(rows["row"], weights=rows["weight"], minlength=size) < count
    ends = exits_of(snapshots, history)
    is_support = _is_support(ends, history)
    months = pd.Series(count * INTERVAL_MONTHS)
    observed = pd.Series(ends["as_of"].to_numpy())
    for passed in months.unique():
        there = months.eq(passed)
        observed[there] = ends.loc[there.to_numpy(), "as_of"] + pd.DateOffset(months=int(passed))
    left = (ends["left"] <= observed).to_numpy()
    none = count == 0
    fate = np.select(
        [
            none & left & is_support,
            none & left,
            failed,
            halved & is_support,
            halved,
            count == INTERVALS,
            left & is_support,
            left,
        ],
        [
            LabelFate.ALREADY_SUPPORTED,
            LabelFate.ALREADY_CLOSED,
            LabelFate.FAILED,
            LabelFate.SUPPORTED,
            LabelFate.CLOSED,
            LabelFate.FOLLOWED,
            LabelFate.SUPPORTED_WHOLE,
            LabelFate.CLOSED_WHOLE,
        ],
        LabelFate.MATURING,
    )
    return pd.DataFrame({"fate": fate.astype("<U1"), "count": count.astype("uint8")})


def _is_support(ends: pd.DataFrame, history: FollowUp) -> np.ndarray:
    """Return whether what ends each observation is a support, rather than a closure."""
    support = history.support.set_index("siren")["on"].reindex(ends["siren"])
    return np.asarray(support.to_numpy() == ends["left"].to_numpy())
