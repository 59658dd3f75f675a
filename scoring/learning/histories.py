"""What is known of every firm at one date: the quarters it may be learnt at, and what ended its observation.

Training, and the label store that shows what training reads, both start here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd

from scoring import features
from scoring.data.lake import Tables
from scoring.learning import follow_up, learnable, splits
from scoring.learning.follow_up import FollowUp

HISTORY_MONTHS: Final = 12  # a snapshot needs a year of past to have lags


def quarters(
    lake: Tables, *, as_of: date, months: int = HISTORY_MONTHS
) -> tuple[pd.Timestamp, ...]:
    """Return the quarters until `as_of`, `months` after the first contributions. Raises AsOfError when the data begin later."""
    start = features.history_start(lake)
    learnable.require_history(pd.Timestamp(start), pd.Timestamp(as_of))
    return splits.quarterly(splits.quarter_after(start, months=months), as_of)


def known(lake: Tables, *, as_of: date, labels: pd.DataFrame | None) -> FollowUp:
    """Return the follow-up known at `as_of`; `labels`: those of agents (siren, kind, occurred_on, known_at, value)."""
    history = follow_up.follow_up(
        features.openings(lake, as_of),
        known_by=as_of,
        closures=features.closures(lake, as_of),
        support=follow_up.support_episodes(labels, known_by=as_of),
    )
    return replace(history, visits=follow_up.visits(labels, known_by=as_of))
