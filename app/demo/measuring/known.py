"""What the simulated region knows of the effect of support on the firms of a study."""

from pathlib import Path

import numpy as np
import pandas as pd

from scoring.impact.cohorts.outcomes import MeasuredOutcome
from scoring.impact.results import Floats
from scoring.lab.simulate.firms.economy import COURT_DELAY
from scoring.lab.simulate.truth import load_truth
from scoring.studies.question import Question
from scoring.vocabulary import GRACE_MONTHS, StudyOutcome


def effect(home: Path, question: Question, measured: MeasuredOutcome) -> float | None:
    """Return the mean, over the supported rows of a study, of the risk of an opening with the support that they had less the risk without,
    from the hazards of the simulation; `None` for anything but openings, or without a simulation.
    """
    files = home / "demo" / "files" / "truth"
    if question.outcome is not StudyOutcome.OPENING or not files.exists():
        return None
    truth, trials = load_truth(files), measured.trials
    firms = {row["siren"]: row for row in truth.firms.to_dict("records")}
    hazards = truth.distress.set_index(["siren", "month"])["hazard"]
    found = []
    for row in np.flatnonzero(trials.treated):
        siren, start = str(trials.firm[row]), int(trials.start[row])
        firm = firms[siren]
        begun = pd.Timestamp(firm["supported_on"]).replace(day=1)
        if pd.notna(firm["insolvent_on"]) and firm["insolvent_on"] <= begun:
            found.append(0.0)
            continue
        months = GRACE_MONTHS + round(trials.horizon)
        last = pd.Timestamp(question.day(start)) + pd.DateOffset(months=months - 1)
        hazard = (
            hazards.loc[siren].loc[begun + pd.DateOffset(months=1) : last].to_numpy(dtype=float)
        )
        found.append(_opened(firm["ratio"] * hazard) - _opened(hazard))
    return float(np.mean(found))


def _opened(hazard: Floats) -> float:
    """Return the chance that a court opens a procedure by the end of some months, of which these are the hazards of insolvency."""
    staying = np.cumprod(np.append(1.0, 1 - hazard))[:-1]
    left = np.arange(len(hazard))[::-1]
    in_time = np.append(0.0, np.cumsum(COURT_DELAY))[np.minimum(left, len(COURT_DELAY))]
    return float((staying * hazard * in_time).sum())
