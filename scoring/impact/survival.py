"""How many are left, month by month: weighted Kaplan-Meier curves, and a pooled hazard.

Curves start at the alert of each firm, never at its support: whoever is supported has lived until then (immortal time).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.impact import checks, nuisances
from scoring.impact.errors import UnfitTableError
from scoring.impact.results import Codes, Effect, Floats, Mask, Z, by_firm, counted, effect

#: powers of time in the pooled hazard
DEGREE: Final = 2


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Survival of one group at some times (months): all arrays have one value a time.

    low, high: 95 % interval, on the complementary log-log scale so that it stays between 0 and 1.
    at_risk: rows still followed at the time, without weights.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Codes

    def median(self) -> float:
        """Return the first of the times at which survival is at most a half; infinite if there is none."""
        below = np.flatnonzero(self.survival <= 0.5)
        return float(self.times[below[0]]) if len(below) else float("inf")


@dataclass(frozen=True, kw_only=True)
class HazardFit:
    """Survival of both groups at the end of each interval (q,), and the difference of their survivals at the last one."""

    treated: Floats
    control: Floats
    difference: Effect


def weighted_km(
    *,
    months: npt.ArrayLike,
    failed: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    firm: npt.ArrayLike | None = None,
    times: npt.ArrayLike | None = None,
) -> Curve:
    """Return the Kaplan-Meier survival of one group under weights (Xie and Liu 2005,
    https://doi.org/10.1002/sim.2174).

    months: (n,), to the failure or to the end of follow-up. failed: (n,), 0 or 1. weight: (n,), `iptw`; None: 1.
    firm: (n,), whose rows are correlated. times: (q,), in order; None: the times of the failures.
    Raises TooFewEventsError, UnfitTableError.
    """
    event = checks.flags(failed, name="défaillance")
    ends = checks.numbers(months, name="mois")
    checks.same_length(ends, rows=len(event), name="mois")
    own = checks.weights(weight, rows=len(event))
    checks.enough_events(np.append(event.astype(float), np.zeros(checks.FEWEST_EVENTS)))
    asked = np.unique(ends[event]) if times is None else checks.numbers(times, name="dates")
    steps = np.unique(ends[event])
    risk = _above(ends, own, steps)
    hazard = np.array([own[event & (ends == step)].sum() for step in steps]) / risk
    survival = np.append(1.0, np.cumprod(1 - hazard))
    place = np.searchsorted(steps, asked, side="right")
    groups = np.arange(len(ends)) if firm is None else np.asarray(firm)
    spread = _spread(ends, event, own, at_risk=(risk, hazard), place=place, firm=groups)
    at = survival[place]
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.exp(Z * spread / np.abs(np.log(at)))
        low, high = at**reach, at ** (1 / reach)
    is_sure = (at <= 0) | (at >= 1)
    return Curve(
        times=asked,
        survival=at,
        low=np.where(is_sure, at, low),
        high=np.where(is_sure, at, high),
        at_risk=_above(ends, np.ones(len(ends)), asked).astype(np.int64),
    )


def pooled_hazard(
    *,
    months: npt.ArrayLike,
    failed: npt.ArrayLike,
    treated: npt.ArrayLike,
    horizon: int,
    weight: npt.ArrayLike | None = None,
    firm: npt.ArrayLike | None = None,
) -> HazardFit:
    """Return both survivals from a logistic regression of failing in each interval on the treatment, time, its
    square, and their products (*What If*, chapter 17), under weights.

    months: (n,), whole intervals followed, the one of the failure included. failed, treated: (n,), 0 or 1.
    horizon: intervals. weight: (n,), `iptw`; None: 1. firm: (n,), whose rows are correlated.

    The rows of one group and interval are alike, so that the regression is one of their sums. The standard error is
    that of the influence function, weights taken as known.
    Raises NoTreatedError, NoControlError, TooFewEventsError, UnfitTableError.
    """
    event = checks.flags(failed, name="défaillance")
    group = checks.flags(treated, name="accompagnée")
    last = _intervals(months)
    checks.same_length(last, group, rows=len(event), name="mois")
    own = checks.weights(weight, rows=len(event))
    checks.two_groups(group)
    event, lived = event & (last <= horizon), np.minimum(last, horizon)
    checks.enough_events(event.astype(float))
    design = _design(horizon)
    hazards, inverse = _fit(design, lived, event, group=group, weight=own)
    survival = np.cumprod(1 - hazards, axis=1)
    scores = _scores(design, hazards, lived, event, group=group) * own[:, None]
    slopes = -survival[:, -1, None] * np.einsum("gt,gtk->gk", hazards, design)
    influence = len(own) * scores @ inverse @ (slopes[1] - slopes[0])
    groups = None if firm is None else np.asarray(firm)
    found = effect(float(survival[1, -1] - survival[0, -1]), influence, firm=groups)
    everybody = np.ones(len(own), dtype=bool)
    found = replace(
        counted(found, outcome=event.astype(float), treated=group, known=everybody),
        mean_treated=float(survival[1, -1]),
        mean_control=float(survival[0, -1]),
    )
    return HazardFit(treated=survival[1], control=survival[0], difference=found)


def _intervals(months: npt.ArrayLike) -> Codes:
    """Return whole durations. Raises UnfitTableError."""
    found = checks.numbers(months, name="mois")
    if (found != np.round(found)).any() or (found < 1).any():
        raise UnfitTableError(
            "La durée du suivi se compte en intervalles entiers, celui de la défaillance compris : arrondissez-la au-dessus."
        )
    return found.astype(np.int64)


def _above(ends: Floats, weight: Floats, steps: Floats) -> Floats:
    """Return the weight of the rows that are followed until each step at least."""
    order = np.argsort(ends)
    left = np.append(np.cumsum(weight[order][::-1])[::-1], 0.0)
    return np.asarray(left[np.searchsorted(ends[order], steps, side="left")])


def _spread(
    ends: Floats,
    event: Mask,
    weight: Floats,
    *,
    at_risk: tuple[Floats, Floats],
    place: npt.NDArray[np.intp],
    firm: npt.NDArray[np.generic],
) -> Floats:
    """Return the standard error of the log of the survival after each number (`place`) of steps: the root of the sum of
    squares, over firms, of what each adds to it.
    """
    steps, (risk, hazard) = np.unique(ends[event]), at_risk
    left = np.maximum(1 - hazard, 1e-12)
    met = np.append(0.0, np.cumsum(hazard / (risk * left)))
    count = np.searchsorted(steps, ends, side="right")
    own = np.searchsorted(steps, ends, side="left")
    jump = np.where(event, 1 / (risk * left)[np.minimum(own, len(steps) - 1)], 0.0)
    total = np.empty(len(place))
    for rank, reached in enumerate(place):
        parts = weight * (np.where(own < reached, jump, 0.0) - met[np.minimum(count, reached)])
        total[rank] = (by_firm(parts, firm) ** 2).sum()
    return np.sqrt(total)


def _design(horizon: int) -> Floats:
    """Return the columns of each group and interval: (2, horizon, 2 * (DEGREE + 1)); time goes from 0 to 1."""
    powers = (np.arange(horizon)[:, None] / horizon) ** np.arange(DEGREE + 1)[None, :]
    nothing = np.zeros_like(powers)
    return np.stack([np.hstack([powers, nothing]), np.hstack([powers, powers])])


def _fit(
    design: Floats, last: Codes, event: Mask, *, group: Mask, weight: Floats
) -> tuple[Floats, Floats]:
    """Return the hazards (2, q) and the inverse of the information matrix."""
    horizon = design.shape[1]
    met, risk = np.zeros((2, horizon)), np.zeros((2, horizon))
    for each in (0, 1):
        inside = group == bool(each)
        ended = np.bincount(last[inside] - 1, weights=weight[inside], minlength=horizon)
        risk[each] = np.cumsum(ended[::-1])[::-1]
        inside = inside & event
        met[each] = np.bincount(last[inside] - 1, weights=weight[inside], minlength=horizon)
    x = design.reshape(2 * horizon, -1)
    model = nuisances.fitted(
        nuisances.logistic(),
        np.vstack([x[:, 1:], x[:, 1:]]),
        np.repeat([1.0, 0.0], 2 * horizon),
        np.concatenate([met.ravel(), (risk - met).ravel()]),
    )
    hazards = nuisances.predicted(model, x[:, 1:]).reshape(2, horizon)
    information = np.einsum("gtk,gt,gtl->kl", design, risk * hazards * (1 - hazards), design)
    return hazards, np.linalg.pinv(information)


def _scores(design: Floats, hazards: Floats, last: Codes, event: Mask, *, group: Mask) -> Floats:
    """Return the derivative of each row’s log-likelihood: what it met less what was expected of it."""
    side = group.astype(int)
    expected = np.cumsum(hazards[:, :, None] * design, axis=1)
    scores: Floats = (
        np.where(event[:, None], design[side, last - 1], 0.0) - expected[side, last - 1]
    )
    return scores
