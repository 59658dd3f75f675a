"""The two alert thresholds: argmax of F0.5 ("elevee") and of F2 ("moderee"), chosen on calibration
rows, reported on test rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.errors import UntrainableError
from scoring.learning import ipcw
from scoring.learning.follow_up import FollowUp, outcomes
from scoring.vocabulary import Level

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The lowest 18-month risk of each level; `moderee` never exceeds `elevee`."""

    elevee: float
    moderee: float

    def level(self, risk: float) -> Level | None:
        """Return the level of a risk; None below both thresholds."""
        if risk >= self.elevee:
            return Level.ELEVEE
        return Level.MODEREE if risk >= self.moderee else None


def learn(
    snapshots: pd.DataFrame,
    history: FollowUp,
    risk: Floats,
    *,
    horizon: int,
    chances: Floats | None = None,
) -> Thresholds:
    """Choose both thresholds of the risk at `horizon` months, on snapshots unseen in training.

    `chances`: the chance that each leaves, quarter by quarter (`leaving.chances`), if known.
    """
    result = outcomes(snapshots, history, horizon=horizon)
    weight = ipcw.weights(result, risk if chances is None else chances, horizon=horizon)
    return choose(risk, result["y"].to_numpy(dtype="float64"), weight=weight)


def choose(risk: Floats, outcome: Floats, *, weight: Floats) -> Thresholds:
    """Choose both thresholds from weighted outcomes. Raises UntrainableError when there is no failure."""
    elevee = best(risk, outcome, weight=weight, beta=0.5)
    return Thresholds(
        elevee=elevee, moderee=min(elevee, best(risk, outcome, weight=weight, beta=2.0))
    )


def best(risk: Floats, outcome: Floats, *, weight: Floats, beta: float) -> float:
    """Return the observed risk that maximises F-beta when every firm at or above it is alerted; the
    highest in case of a tie.
    """
    order = np.argsort(-risk, kind="stable")
    ranked, hits, counted = risk[order], (weight * outcome)[order], weight[order]
    failures = hits.sum()
    if failures <= 0:
        raise UntrainableError(
            "Aucune ouverture de procédure parmi les entreprises de calibration : aucun seuil d’alerte "
            "ne peut être choisi."
        )
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)
    detected, alerted = np.cumsum(hits)[last_of_tie], np.cumsum(counted)[last_of_tie]
    score = (1 + beta**2) * detected / (alerted + beta**2 * failures)
    return float(ranked[last_of_tie][int(np.argmax(score))])
