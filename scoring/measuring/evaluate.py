"""How good a score is: discrimination, precision at thresholds and capacity, calibration, each with
a 95 % interval (`scoring.learning.bootstrap`).

Every statistic takes weights (IPCW times bootstrap counts), so that one definition serves both the
estimate and its interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from scoring.learning.bootstrap import CONFIDENCE, DRAWS, Band, Bootstrap, bootstrap, firm_counts
from scoring.learning.thresholds import Thresholds

__all__ = [
    "CAPACITY",
    "CONFIDENCE",
    "DRAWS",
    "MODEL",
    "JudgedRows",
    "at_threshold",
    "capacity_membership",
    "citl",
    "compare",
    "draw_firms",
    "judged",
    "measures",
    "precision",
    "resample",
    "slope",
]

Floats = npt.NDArray[np.float64]
CAPACITY: Final = 0.05  # share of firms that administrations can look at in a quarter
MODEL: Final = "vigie"  # the name of the engine's own score among the others
AT_CAPACITY: Final = "precision_at_capacity"
NO_SHARE: Final[Mapping[str, float]] = {}


@dataclass(frozen=True, kw_only=True)
class JudgedRows:
    """Rows that scores are judged on, all arrays of the same length; `weight` is 0 where the outcome
    is unknown.
    """

    siren: npt.NDArray[np.object_]
    as_of: npt.NDArray[np.datetime64]
    outcome: Floats
    weight: Floats

    @property
    def events(self) -> int:
        """The number of observed failures."""
        return int(self.outcome[self.weight > 0].sum())


def measures(
    risk: Floats, rows: JudgedRows, *, weight: Floats, thresholds: Thresholds | None, inside: Floats
) -> dict[str, float]:
    """Return every statistic of one score under one set of weights; `inside` is each row's
    membership of the capacity list (0..1).
    """
    used = weight > 0
    risk, outcome, weight, inside = risk[used], rows.outcome[used], weight[used], inside[used]
    result = {
        "auc": float(roc_auc_score(outcome, risk, sample_weight=weight)),
        "average_precision": float(average_precision_score(outcome, risk, sample_weight=weight)),
        "prevalence": float(np.average(outcome, weights=weight)),
        "citl": citl(risk, outcome, weight=weight),
        "slope": slope(risk, outcome, weight=weight),
        AT_CAPACITY: precision(outcome, weight=weight * inside),
        "zone_citl": citl(risk, outcome, weight=weight * inside),
    }
    if thresholds is not None:
        for name, cut, beta in (
            ("elevee", thresholds.elevee, 0.5),
            ("moderee", thresholds.moderee, 2.0),
        ):
            for statistic, value in at_threshold(
                risk, outcome, weight=weight, cut=cut, beta=beta
            ).items():
                result[f"{name}_{statistic}"] = value
    return result


def precision(outcome: Floats, *, weight: Floats) -> float:
    """Return the weighted share of failures; NaN when all weights are 0."""
    total = float(weight.sum())
    return float((weight * outcome).sum()) / total if total else float("nan")


def at_threshold(
    risk: Floats, outcome: Floats, *, weight: Floats, cut: float, beta: float
) -> dict[str, float]:
    """Return precision, recall, F-beta and alerted share when every firm with risk >= cut is alerted;
    precision is NaN with no alert.
    """
    alerted = risk >= cut
    detected = float((weight * outcome)[alerted].sum())
    raised, failures = float(weight[alerted].sum()), float((weight * outcome).sum())
    return {
        "precision": detected / raised if raised else float("nan"),
        "recall": detected / failures if failures else float("nan"),
        "f": (1 + beta**2) * detected / (raised + beta**2 * failures)
        if raised + failures
        else float("nan"),
        "alerted": raised / float(weight.sum()),
    }


def citl(risk: Floats, outcome: Floats, *, weight: Floats) -> float:
    """Return calibration in the large: mean predicted over mean observed (1 is right, below 1
    understates the risk); NaN without failure.
    """
    observed = float((weight * outcome).sum())
    return float((weight * risk).sum()) / observed if observed else float("nan")


def slope(risk: Floats, outcome: Floats, *, weight: Floats, steps: int = 50) -> float:
    """Return the slope of the logistic recalibration of outcome on logit(risk), by Newton: 1 is right,
    below 1 is overconfident.
    """
    clipped = np.clip(risk, 1e-9, 1 - 1e-9)
    x = np.log(clipped / (1 - clipped))
    design = np.column_stack([np.ones_like(x), x])
    theta = np.array([0.0, 1.0])
    if np.ptp(x) < 1e-12:
        return float("nan")  # a constant score has no slope
    for _ in range(steps):
        fitted = 1 / (1 + np.exp(-np.clip(design @ theta, -30, 30)))
        gradient = design.T @ (weight * (outcome - fitted))
        information = design.T @ (design * (weight * fitted * (1 - fitted))[:, None])
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        theta = theta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return float(theta[1])


def capacity_membership(
    risk: Floats, as_of: npt.NDArray[np.datetime64], *, share: float = CAPACITY
) -> Floats:
    """Return how much each row belongs to the top `share` of its own snapshot (0..1); firms tied at
    the cut share the remaining seats.
    """
    inside = np.zeros(len(risk))
    for day in np.unique(as_of):
        rows = np.flatnonzero(as_of == day)
        seats = max(1, round(share * len(rows)))
        cut = np.sort(risk[rows])[::-1][seats - 1]
        above, tied = risk[rows] > cut, risk[rows] == cut
        inside[rows[above]] = 1.0
        inside[rows[tied]] = (seats - above.sum()) / tied.sum()
    return inside


def resample(
    scores: Mapping[str, Floats],
    rows: JudgedRows,
    *,
    thresholds: Mapping[str, Thresholds],
    draws: int = DRAWS,
    seed: int = 1,
    shares: Mapping[str, float] = NO_SHARE,
) -> Bootstrap:
    """Return each score's statistics on the same rows and the same bootstrap draws; `shares` adds the
    precision among the top rows of each snapshot (name -> share of the rows).

    Raises ValueError when the rows hold no failure or no survivor.
    """
    if len(np.unique(rows.outcome[rows.weight > 0])) < 2:
        message = "test rows hold no failure, or nothing else: nothing can be measured"
        raise ValueError(message)
    inside = {
        name: {
            label: capacity_membership(risk, rows.as_of, share=share)
            for label, share in {AT_CAPACITY: CAPACITY, **shares}.items()
        }
        for name, risk in scores.items()
    }

    def all_measures(weight: Floats) -> dict[str, dict[str, float]]:
        return {
            name: measures(
                risk,
                rows,
                weight=weight,
                thresholds=thresholds.get(name),
                inside=inside[name][AT_CAPACITY],
            )
            | {
                label: precision(rows.outcome, weight=weight * inside[name][label])
                for label in shares
            }
            for name, risk in scores.items()
        }

    return bootstrap(all_measures, rows.weight, draw_firms(rows, draws=draws, seed=seed))


def draw_firms(rows: JudgedRows, *, draws: int, seed: int) -> list[Floats]:
    """Return how many times each row is drawn, firm by firm, in each draw."""
    is_known = rows.weight > 0
    return firm_counts(rows.siren, rows.outcome, known=is_known, draws=draws, seed=seed)


def compare(
    scores: Mapping[str, Floats],
    rows: JudgedRows,
    *,
    thresholds: Mapping[str, Thresholds],
    draws: int = DRAWS,
    seed: int = 1,
) -> dict[str, dict[str, Band]]:
    """Return `resample` as {"value", "low", "high"} of each statistic of each score."""
    return resample(scores, rows, thresholds=thresholds, draws=draws, seed=seed).bands()


def judged(outcomes: pd.DataFrame, weight: Floats) -> JudgedRows:
    """Return the rows to judge scores on, from `scoring.learning.follow_up.outcomes` and their IPCW."""
    return JudgedRows(
        siren=outcomes["siren"].to_numpy(dtype=object),
        as_of=outcomes["as_of"].to_numpy(dtype="datetime64[s]"),
        outcome=outcomes["y"].to_numpy(dtype="float64"),
        weight=weight,
    )
