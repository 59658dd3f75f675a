"""The firms near the cut of the lists, and what the alert changed there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scoring.impact.discontinuity.estimate import Jump, rd
from scoring.impact.errors import TooNearTheCutError
from scoring.impact.weighting import QUARTER
from scoring.studies.question import QuarterList, Question, month_of


def jump(
    question: Question,
    lists: Mapping[int, QuarterList],
    *,
    events: pd.DataFrame,
    horizon: int,
) -> Jump:
    """Return what an alert changed to an event within `horizon` months, for firms at the cut (log-odds of the risk, less those of the
    cut; lists stacked). events: siren, on. Raises ImpactError.
    """
    parts = [
        _rows(lists[quarter], quarter, question, events=events, horizon=horizon)
        for quarter in question.starts
        if quarter in lists and lists[quarter].scores is not None and lists[quarter].cut
    ]
    if not parts:
        raise TooNearTheCutError("Les scores de ces listes n’ont pas été gardés.")
    rows = pd.concat(parts, ignore_index=True)
    return rd(
        outcome=rows["met"].astype(float),
        score=rows["score"],
        firm=rows["siren"],
        alerted=rows["alerted"].astype(float),
    )


def _rows(
    each: QuarterList, quarter: int, question: Question, *, events: pd.DataFrame, horizon: int
) -> pd.DataFrame:
    scores = each.scores if each.scores is not None else each.members
    p = np.clip(scores["p18"].to_numpy(dtype=float), 1e-6, 1 - 1e-6)
    cut = each.cut or 0.5
    day = pd.to_datetime(events.set_index("siren")["on"].reindex(scores["siren"]))
    begin = quarter * QUARTER
    after = [
        np.inf if pd.isna(on) else month_of(on.date(), origin=question.first) - begin for on in day
    ]
    return pd.DataFrame(
        {
            "siren": scores["siren"].to_numpy(),
            "score": np.log(p / (1 - p)) - np.log(cut / (1 - cut)),
            "alerted": scores["siren"].isin(each.members["siren"]).to_numpy(),
            "met": np.asarray(after) <= horizon,
        }
    )
