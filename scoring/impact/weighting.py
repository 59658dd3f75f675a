"""Weights that make groups comparable, and outcomes known: by treatment (IPTW), by censoring (IPCW).

Robins, Hernán and Brumback 2000 (https://doi.org/10.1097/00001648-200009000-00011); Hernán and Robins, *Causal
Inference: What If*, chapters 12 and 17.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from scoring.impact import checks, nuisances
from scoring.impact.errors import NoOverlapError, NotMaturedError, UnfitTableError
from scoring.impact.nuisances import Learner
from scoring.impact.results import Effect, Floats, Mask, counted, effect

#: months of an interval of censoring
QUARTER: Final = 3.0
#: weights above this quantile are brought down to it
CAP: Final = 0.995
#: part of the rows that the known ones, once weighed, are worth, below which too few stand for those who were lost (Kish)
LEAST_LEFT: Final = 0.10
TINY: Final = 1e-12


@dataclass(frozen=True, kw_only=True)
class Ends:
    """How the follow-up of each row ended; arrays (n,).

    months: from the start to the end, at most the horizon.
    failed, lost: it ended with the event; with a censoring to be weighed (a support of one's own). Neither: the
    horizon was reached.
    """

    months: Floats
    failed: Mask
    lost: Mask


@dataclass(frozen=True, kw_only=True)
class CensoringWeights:
    """weight: (n,), 0 where the outcome is unknown, at least 1 elsewhere. lost: rows whose outcome is unknown.
    largest: the largest weight. capped: rows brought down to the cap.
    """

    weight: Floats
    lost: int
    largest: float
    capped: int


def iptw(
    *,
    treated: npt.ArrayLike,
    covariates: npt.ArrayLike,
    estimand: Literal["ate", "att"] = "ate",
    learner: Learner | None = None,
) -> Floats:
    """Return weights (n,) that give both groups the covariates of everybody (`ate`) or of the treated (`att`);
    they sum to the number of rows of each group.

    treated: (n,), 0 or 1. covariates: (n, p). learner: a classifier; None: logistic regression, not cross-fitted.
    Raises NoTreatedError, NoControlError, NoOverlapError, UnfitTableError.
    """
    is_treated = checks.flags(treated, name="accompagnée")
    x = nuisances.standardised(checks.table(covariates, rows=len(is_treated)))
    checks.two_groups(is_treated)
    model = nuisances.fitted(learner or nuisances.logistic(), x, is_treated.astype(float))
    chance = nuisances.predicted(model, x)
    own = np.where(is_treated, chance, 1 - chance)
    if not (own > 0).all():
        raise NoOverlapError(
            "Des entreprises ne pouvaient qu’être accompagnées, ou ne pas l’être : elles n’ont pas d’équivalent. Écartez-les."
        )
    weight = (chance if estimand == "att" else 1.0) / own
    for group in (is_treated, ~is_treated):
        weight[group] *= group.sum() / weight[group].sum()
    return np.asarray(weight)


def ipcw(
    *,
    ends: Ends,
    covariates: npt.ArrayLike,
    horizon: float,
    interval: float = QUARTER,
    learner: Learner | None = None,
    cap: float = CAP,
) -> CensoringWeights:
    """Return the weights of the known outcomes: one over the chance that a row like it was still observed.

    covariates: (n, p), known at the start, or (n, q, p), known at the start of each of the q intervals: what was
    known when a row was lost is what explains it.
    horizon, interval: months; q = horizon / interval.
    learner: classifier of being lost in an interval; None: pooled logistic regression, with a level for each interval.
    cap: quantile of the weights to which larger ones are brought down; 1 leaves them.

    Within an interval, rows are lost at the times at which rows are lost in this table.
    Raises NotMaturedError when a row is neither lost nor failed before the horizon; NoOverlapError when hardly
    anybody like those who were lost is left; UnfitTableError.
    """
    months, horizon = checks.numbers(ends.months, name="mois"), float(horizon)
    checks.same_length(ends.failed, ends.lost, rows=len(months), name="fins")
    lost = ends.lost & (months < horizon)
    _all_ended(months, lost, failed=ends.failed, horizon=horizon)
    path = _path(covariates, rows=len(months), intervals=round(horizon / interval))
    if not lost.any():
        return CensoringWeights(weight=np.ones(len(months)), lost=0, largest=1.0, capped=0)
    share = _elapsed(months, lost, interval)
    staying = _staying(months, lost, path, share=share, interval=interval, learner=learner)
    return _capped(staying, lost, cap=cap)


def _capped(staying: Floats, lost: Mask, *, cap: float) -> CensoringWeights:
    """Return the weights of those who stayed. Raises NoOverlapError when they are worth too few."""
    weight = np.where(lost, 0.0, 1.0 / np.maximum(staying, TINY))
    most = float(np.quantile(weight[~lost], cap)) if not lost.all() else 0.0
    capped = np.minimum(weight, most)
    if capped.sum() ** 2 < LEAST_LEFT * len(lost) * (capped**2).sum():
        raise NoOverlapError(
            "Presque toutes les entreprises comparables ont été accompagnées avant l’horizon : il n’en reste pas assez pour "
            "dire ce qui serait arrivé. Raccourcissez l’horizon, ou élargissez la population."
        )
    return CensoringWeights(
        weight=capped,
        lost=int(lost.sum()),
        largest=float(capped.max()),
        capped=int((weight > most).sum()),
    )


def weighted_difference(
    *,
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    weight: npt.ArrayLike,
    firm: npt.ArrayLike | None = None,
) -> Effect:
    """Return the difference of the weighted means (Hájek) of treated rows and controls, in the unit of `outcome`.

    All (n,); `outcome` is ignored where `weight` is 0. The standard error is that of the influence function, summed by
    firm, weights taken as known: larger than needed when they were estimated.
    Raises NoTreatedError, NoControlError, TooFewEventsError, UnfitTableError.
    """
    is_treated = checks.flags(treated, name="accompagnée")
    known = checks.weights(weight, rows=len(is_treated))
    result = np.where(known > 0, np.asarray(outcome, dtype=float), 0.0)
    checks.numbers(result, name="issue")
    checks.two_groups(is_treated)
    checks.two_groups(is_treated[known > 0])
    checks.enough_events(result[known > 0])
    own, other = known * is_treated, known * ~is_treated
    own, other = own / own.sum(), other / other.sum()
    mean, base = float(own @ result), float(other @ result)
    influence = len(result) * (own * (result - mean) - other * (result - base))
    groups = None if firm is None else np.asarray(firm)
    found = counted(
        effect(mean - base, influence, firm=groups),
        outcome=result,
        treated=is_treated,
        known=known > 0,
    )
    return replace(found, mean_treated=mean, mean_control=base)


def _all_ended(months: Floats, lost: Mask, *, failed: Mask, horizon: float) -> None:
    if (months < 0).any() or (failed & lost).any():
        raise UnfitTableError(
            "Une ligne finit avant de commencer, ou de deux façons à la fois : corrigez ses dates."
        )
    if (~failed & ~lost & (months < horizon)).any():
        raise NotMaturedError(
            "Des entreprises n’ont pas encore été observées jusqu’à l’horizon : attendez, ou choisissez une cohorte plus ancienne."
        )


def _path(covariates: npt.ArrayLike, *, rows: int, intervals: int) -> Floats:
    """Return covariates (n, q, p), those of the start repeated when there are no others."""
    found = np.asarray(covariates, dtype=float)
    if found.ndim != 3:
        found = np.repeat(checks.table(found, rows=rows)[:, None, :], intervals, axis=1)
    checks.same_length(found, rows=rows, name="covariables")
    if found.shape[1] < intervals:
        raise UnfitTableError(
            "Les covariables ne vont pas jusqu’à l’horizon : donnez celles de chaque intervalle."
        )
    return found[:, :intervals]


def _elapsed(months: Floats, lost: Mask, interval: float) -> Floats:
    """Return, for each row, the share of the losses of an interval that come before or at its own time in it."""
    own = np.sort(months[lost] % interval)
    return np.asarray(np.searchsorted(own, months % interval, side="right") / len(own))


def _staying(
    months: Floats,
    lost: Mask,
    path: Floats,
    *,
    share: Floats,
    interval: float,
    learner: Learner | None,
) -> Floats:
    """Return the chance that each row was not lost before its own end."""
    intervals = path.shape[1]
    last = np.minimum((months // interval).astype(int), intervals - 1)
    is_out = months >= intervals * interval
    rows, ranks = np.nonzero(np.arange(intervals)[None, :] <= last[:, None])
    # an interval in which a row fails counts for the part of it that was lived
    lived = np.where((ranks == last[rows]) & ~is_out[rows] & ~lost[rows], share[rows], 1.0)
    gone = lost[rows] & (ranks == last[rows])
    x = nuisances.standardised(np.hstack([path[rows, ranks], _levels(ranks)]))
    model = nuisances.fitted(
        learner or nuisances.logistic(),
        x[lived > 0],
        gone[lived > 0].astype(float),
        lived[lived > 0],
    )
    kept = np.log1p(-np.minimum(nuisances.predicted(model, x), 1 - TINY)) * lived
    return np.exp(np.bincount(rows, weights=kept, minlength=len(months)))


def _levels(ranks: npt.NDArray[np.int64]) -> Floats:
    """Return a column for each interval but the first."""
    columns: Floats = (ranks[:, None] == np.arange(1, int(ranks.max()) + 1)).astype(float)
    return columns
