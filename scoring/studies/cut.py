"""The firms near the cut of the lists, and what the alert changed there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from scoring.impact.discontinuity.estimate import Jump, rd
from scoring.impact.errors import TooNearTheCutError
from scoring.impact.results import Floats
from scoring.studies.histories import Histories
from scoring.studies.question import QuarterList, Question, month_of
from scoring.vocabulary import StudyOutcome


def jump(
    question: Question,
    lists: Mapping[int, QuarterList],
    *,
    known: Histories,
    horizon: int,
) -> Jump:
    """Return what an alert changed to the opening of a procedure, or to the liquidation that is asked about, within `horizon` months, for
    firms at the cut (log-odds of the risk, less those of the cut; lists stacked). Raises ImpactError.
    """
    parts = [
        _rows(lists[quarter], quarter, question, known=known, horizon=horizon)
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
    each: QuarterList, quarter: int, question: Question, *, known: Histories, horizon: int
) -> pd.DataFrame:
    scores = each.scores if each.scores is not None else each.members
    p = np.clip(scores["p18"].to_numpy(dtype=float), 1e-6, 1 - 1e-6)
    cut = each.cut or 0.5
    begin = question.day(quarter)
    opened = _months_to(known.openings, scores["siren"], begin)
    is_asked = question.outcome is StudyOutcome.LIQUIDATION
    after = _months_to(known.liquidations, scores["siren"], begin) if is_asked else opened
    rows = pd.DataFrame(
        {
            "siren": scores["siren"].to_numpy(),
            "score": np.log(p / (1 - p)) - np.log(cut / (1 - cut)),
            "alerted": scores["siren"].isin(each.members["siren"]).to_numpy(),
            "met": after <= horizon,
        }
    )
    # A judgment that the list did not know yet is no effect of it.
    return rows[opened > 0]


def _months_to(events: pd.DataFrame, sirens: pd.Series, begin: date) -> Floats:
    """Return the months from a day to the event of each firm, infinite without one."""
    days = pd.to_datetime(events.set_index("siren")["on"].reindex(sirens))
    return np.array([np.inf if pd.isna(on) else month_of(on.date(), origin=begin) for on in days])
