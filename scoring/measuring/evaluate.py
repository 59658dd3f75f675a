"""How good a score is: discrimination, precision at thresholds and capacity, calibration, each with
a 95 % interval (`scoring.learning.intervals`).

Every statistic takes weights (IPCW times bootstrap counts), so that one definition serves both the
estimate and its interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.bootstrap import DRAWS, Band, Bootstrap, bootstrap, firm_counts
from scoring.learning.intervals import CONFIDENCE, Ground, Scale, effective_rows
from scoring.learning.thresholds import Thresholds
from scoring.measuring.ranking import Ranking
from scoring.measuring.recalibrated import slope, slope_spread

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
    "grounds",
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
ZONE: Final = "zone_citl"
SLOPE: Final = "slope"
#: level -> beta of the F that chose it
BETAS: Final = {"elevee": 0.5, "moderee": 2.0}


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
        """The number of rows with an observed failure: a firm counts once a snapshot."""
        return int(self.outcome[self.weight > 0].sum())

    @property
    def failed_firms(self) -> int:
        """The number of firms with an observed failure."""
        return self.failed_in(np.ones(len(self.weight)))

    def failed_in(self, inside: Floats) -> int:
        """Return the number of firms with an observed failure on the rows that count `inside`."""
        failed = (self.weight * inside * self.outcome) > 0
        return len(set(self.siren[failed]))

    def worth_in(self, inside: Floats) -> float:
        """Return how many failing firms of equal weight say as much as those that count `inside`: under
        censoring weights a few of them may stand for most.
        """
        failed = self.weight * inside * self.outcome
        return effective_rows(failed, pd.factorize(self.siren)[0])

    def share_of(self, inside: Floats) -> Ground:
        """Return what a share of the rows that count `inside` rests on."""
        firms = pd.factorize(self.siren)[0]
        rows = effective_rows(self.weight * inside, firms)
        return Ground(scale=Scale.SHARE, firms=self.failed_in(inside), rows=rows)


def measures(
    risk: Floats,
    rows: JudgedRows,
    *,
    weight: Floats,
    thresholds: Thresholds | None,
    inside: Floats,
    ranking: Ranking | None = None,
) -> dict[str, float]:
    """Return every statistic of one score under one set of weights, but the slope; `inside` is each
    row's membership of the capacity list (0..1), `ranking` that of `risk` when it is known.
    """
    outcome = rows.outcome
    ranked = ranking or Ranking.of(risk, outcome)
    result = {
        "auc": ranked.auc(weight),
        "average_precision": ranked.average_precision(weight),
        "prevalence": float(np.average(outcome, weights=weight)),
        "citl": citl(risk, outcome, weight=weight),
        AT_CAPACITY: precision(outcome, weight=weight * inside),
        ZONE: citl(risk, outcome, weight=weight * inside),
    }
    for name, beta in BETAS.items() if thresholds is not None else ():
        cut = getattr(thresholds, name)
        found = at_threshold(risk, outcome, weight=weight, cut=cut, beta=beta)
        result |= {f"{name}_{statistic}": value for statistic, value in found.items()}
    return result


def grounds(
    risk: Floats, rows: JudgedRows, *, thresholds: Thresholds | None, inside: Mapping[str, Floats]
) -> dict[str, Ground]:
    """Return what the interval of each statistic of `measures` rests on; `inside`: each list of a share
    of the firms, by the name of its precision.
    """
    firms, everyone = rows.failed_firms, np.ones(len(risk))
    ranked = Ground(scale=Scale.LOGIT, firms=firms)
    listed = rows.failed_in(inside[AT_CAPACITY])
    spread = slope_spread(risk, rows.outcome, weight=rows.weight, siren=rows.siren)
    result = {
        "auc": ranked,
        "average_precision": ranked,
        "prevalence": rows.share_of(everyone),
        "citl": Ground(scale=Scale.RATIO, firms=firms),
        ZONE: Ground(scale=Scale.RATIO, firms=listed),
        SLOPE: Ground(scale=Scale.PLAIN, firms=firms, spread=spread),
    }
    result |= {name: rows.share_of(each) for name, each in inside.items()}
    for name in BETAS if thresholds is not None else ():
        alerted = (risk >= getattr(thresholds, name)).astype(float)
        result |= {
            f"{name}_precision": rows.share_of(alerted),
            f"{name}_recall": rows.share_of(rows.outcome),
            f"{name}_f": Ground(scale=Scale.LOGIT, firms=rows.failed_in(alerted)),
            f"{name}_alerted": rows.share_of(everyone),
        }
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
    rankings = {name: Ranking.of(risk, rows.outcome) for name, risk in scores.items()}
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
                ranking=rankings[name],
            )
            | {
                label: precision(rows.outcome, weight=weight * inside[name][label])
                for label in shares
            }
            for name, risk in scores.items()
        }

    drawn = bootstrap(
        all_measures,
        rows.weight,
        draw_firms(rows, draws=draws, seed=seed),
        firms=rows.failed_firms,
        grounds={
            name: grounds(risk, rows, thresholds=thresholds.get(name), inside=inside[name])
            for name, risk in scores.items()
        },
    )
    slopes = {
        name: {SLOPE: slope(risk, rows.outcome, weight=rows.weight)}
        for name, risk in scores.items()
    }
    return replace(
        drawn, point={name: {**values, **slopes[name]} for name, values in drawn.point.items()}
    )


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
