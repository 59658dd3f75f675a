"""What a measure of impact returns: an estimate with its interval, and all that its reader needs to doubt it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
CONFIDENCE: Final = 0.95
POWER: Final = 0.80
#: standard errors from an estimate to the ends of its interval
Z: Final = float(norm.ppf(0.5 + CONFIDENCE / 2))
#: standard errors of the smallest effect that is found with `POWER` chances
REACH: Final = Z + float(norm.ppf(POWER))


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Whether treated rows have comparable controls.

    lowest, highest: extreme propensities of the treated, before they are clipped.
    clipped: share of the treated whose propensity was clipped.
    effective_controls: equally weighted controls that would be as informative (Kish).
    largest_share: part of the largest weight in that of all controls.
    """

    lowest: float
    highest: float
    clipped: float
    effective_controls: float
    largest_share: float


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Standardised differences of means (treated less controls, over the deviation of the treated), one a
    covariate in the order of the columns, before and after the controls are weighted.
    """

    before: tuple[float, ...]
    after: tuple[float, ...]

    @property
    def worst(self) -> float:
        """The largest absolute difference left; NaN without a covariate."""
        return max((abs(each) for each in self.after), default=float("nan"))


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A difference between treated and comparable rows, in the unit of the outcome (0.03: three points when
    the outcome is a failure).

    estimate, se, low, high: the difference, its standard error, its 95 % interval.
    n, n_treated: rows, and those among them that are treated.
    events, events_treated: rows that failed, and those among them that are treated; None unless the outcome is 0 or 1.
    mde: the smallest effect that such a standard error finds four times in five.
    mean_treated, mean_control: what is subtracted, when it is a difference of two means.
    """

    estimate: float
    se: float
    low: float
    high: float
    mde: float
    n: int
    n_treated: int
    events: int | None = None
    events_treated: int | None = None
    mean_treated: float | None = None
    mean_control: float | None = None
    overlap: Overlap | None = None
    balance: Balance | None = None

    @property
    def n_control(self) -> int:
        """The rows that are not treated."""
        return self.n - self.n_treated


def effect(estimate: float, influence: Floats, *, firm: npt.NDArray[np.generic] | None) -> Effect:
    """Return an estimate with the standard error of its influence values, one a row, summed by firm: rows
    of one firm are not independent. Its counts are to be filled by the caller.

    influence: shape (n,), of mean 0 and such that the estimate varies as their mean.
    """
    sums = influence if firm is None else by_firm(influence, firm)
    groups = len(sums)
    correction = groups / (groups - 1) if groups > 1 else np.nan
    se = float(np.sqrt(correction * (sums**2).sum())) / len(influence)
    return stated(float(estimate), se, n=len(influence), n_treated=0)


def stated(estimate: float, se: float, *, n: int, n_treated: int) -> Effect:
    """Return an estimate and its standard error with their normal interval and smallest effect."""
    return Effect(
        estimate=estimate,
        se=se,
        low=estimate - Z * se,
        high=estimate + Z * se,
        mde=REACH * se,
        n=n,
        n_treated=n_treated,
    )


def counted(found: Effect, *, outcome: Floats, treated: Mask, known: Mask) -> Effect:
    """Return an effect with its counts of rows and, when the outcome is 0 or 1, of events among those known."""
    is_event = bool(np.isin(outcome[known], (0.0, 1.0)).all())
    failed = known & (outcome == 1.0)
    return replace(
        found,
        n=len(outcome),
        n_treated=int(treated.sum()),
        events=int(failed.sum()) if is_event else None,
        events_treated=int((failed & treated).sum()) if is_event else None,
    )


def by_firm(values: Floats, firm: npt.NDArray[np.generic]) -> Floats:
    """Return the sums of `values` (first axis: rows) of each firm."""
    codes = np.unique(firm, return_inverse=True)[1]
    sums = np.zeros((int(codes.max()) + 1, *values.shape[1:]))
    np.add.at(sums, codes, values)
    return sums
