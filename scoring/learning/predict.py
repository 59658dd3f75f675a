"""Scores: calibrated probabilities of an opening within 12, 18 and 24 months."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning import held_out
from scoring.learning.artifacts import TrainedModel
from scoring.learning.follow_up import HORIZONS
from scoring.learning.hazard import hazards, horizon_risks, log_odds

RISKS = tuple(f"p{months}" for months in HORIZONS)


def raw_risks(model: TrainedModel, features: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return risks before calibration, shape (firms, 3)."""
    raw = log_odds(model.booster, features, model.registry, thread_count=model.thread_count)
    return horizon_risks(hazards(raw))


def first_hazards(model: TrainedModel, features: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the recalibrated probability of an opening in the first three months of each firm."""
    raw = log_odds(model.booster, features, model.registry, thread_count=model.thread_count)
    return model.calibration.apply(hazards(raw)[:, 0])


def judged_risks(model: TrainedModel, panel: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the recalibrated risks of the recipe of a model (snapshots x horizons), each given without
    having seen the firm; NaN for the firms that it has no such model for.
    """
    raw = held_out.raw_risks(model.judged, panel, model.registry, threads=model.thread_count)
    return held_out.recalibrated(model.judged, panel, raw)


def score(model: TrainedModel, features: pd.DataFrame) -> pd.DataFrame:
    """Return one row per firm of `features`, same order: siren, p12 <= p18 <= p24. The same features give
    the same bytes.
    """
    risks = model.calibration.apply(raw_risks(model, features))
    result = pd.DataFrame(risks, columns=list(RISKS))
    result.insert(0, "siren", features["siren"].to_numpy())
    return result
