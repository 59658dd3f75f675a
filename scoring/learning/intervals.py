"""95 % intervals that hold with few failures: from the spread of a statistic over draws of firms, on the
scale where its error is symmetrical.

The percentiles of a bootstrap are too narrow when a handful of firms fail: they cover the truth four
times in five where they say nineteen in twenty. What is used instead, by kind of statistic (`Law`):
a Student interval on the logit scale (AUC, average precision) or as it is (slopes, differences); the
exact binomial of Clopper and Pearson on the effective number of rows of Korn and Graubard (shares); the
gamma interval of a count for predicted over observed, whose error is that of the failures observed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import expit, logit

from scoring.vocabulary import FEWEST_FAILURES

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]
#: the ends of an interval, in percent
CONFIDENCE: Final = (2.5, 97.5)
TAIL: Final = CONFIDENCE[0] / 100
#: share of the draws that must give a number for the interval to be given
COMPUTED: Final = 0.9
NONE: Final = (float("nan"), float("nan"))


class Law(Enum):
    """How the error of a statistic is distributed, or the scale on which it is symmetrical."""

    PLAIN = auto()  # a slope, a difference
    LOGIT = auto()  # between 0 and 1, and not a share of rows: AUC, average precision
    SHARE = auto()  # a share of rows: precision, recall, prevalence
    RATIO = auto()  # predicted over observed


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the interval of a statistic rests on: failed firms, and for a share the effective number of
    rows it is a share of. `spread`: its standard error, when it is known without draws.
    """

    law: Law
    firms: int
    rows: float = float("nan")
    spread: float | None = None


def interval(value: float, drawn: Sequence[float] | Floats, ground: Ground) -> Interval:
    """Return the ends of the interval of `value`; NaN where nothing that is known of it holds."""
    if not np.isfinite(value):
        return NONE
    if ground.law is Law.SHARE:
        return share(value, _spread(drawn), rows=ground.rows)
    if ground.firms < FEWEST_FAILURES:
        return NONE
    if ground.law is Law.RATIO:
        return _ratio(value, np.asarray(drawn, dtype="float64"))
    spread = _spread(drawn) if ground.spread is None else ground.spread
    # as many firms as teach the variance, less the mean that they also teach
    wide = spread * np.sqrt(ground.firms / (ground.firms - 1))
    reach = float(stats.t.ppf(1 - TAIL, ground.firms - 1)) * wide
    if ground.law is Law.PLAIN or not np.isfinite(reach):
        return value - reach, value + reach
    return _on_logit(value, reach)


def share(value: float, spread: float, *, rows: float) -> Interval:
    """Return the exact interval of a share of `rows` rows (effective: draws say how much they agree)."""
    if not rows > 0:
        return NONE
    size = rows
    if np.isfinite(spread) and spread > 0 and 0 < value < 1:
        size = min(rows, value * (1 - value) / spread**2)
    hits = min(max(value, 0.0), 1.0) * size
    low = float(stats.beta.ppf(TAIL, hits, size - hits + 1)) if hits > 0 else 0.0
    high = float(stats.beta.ppf(1 - TAIL, hits + 1, size - hits)) if hits < size else 1.0
    return low, high


def effective_rows(weight: Floats, firms: npt.NDArray[np.int64]) -> float:
    """Return how many independent rows weigh as much (Kish), those of one firm counting as one."""
    by_firm = np.bincount(firms, weights=weight)
    squares = float((by_firm**2).sum())
    return float(by_firm.sum()) ** 2 / squares if squares else 0.0


def median(values: Floats) -> Interval:
    """Return the interval of the median, by its ranks; NaN when there are too few values for one."""
    if not len(values):
        return NONE
    found = stats.quantile_test(values, q=float(np.median(values))).confidence_interval()
    return float(found.low), float(found.high)


def _on_logit(value: float, reach: float) -> Interval:
    """Return the interval of a statistic that reaches neither 0 nor 1."""
    if not 0 < value < 1:
        return NONE
    wide = reach / (value * (1 - value))
    return float(expit(logit(value) - wide)), float(expit(logit(value) + wide))


def _ratio(value: float, drawn: Floats) -> Interval:
    """Return the interval of predicted over observed: its inverse has the error of a count."""
    if value <= 0 or not len(drawn):
        return NONE
    # a draw without failure has no ratio: its inverse is 0
    inverse = np.where(np.isfinite(drawn), 1 / np.where(np.isfinite(drawn), drawn, 1.0), 0.0)
    spread = float(inverse.std(ddof=1)) if len(inverse) > 1 else 0.0
    if not spread:
        return NONE
    count = (1 / value / spread) ** 2
    low, high = stats.gamma.ppf(TAIL, count), stats.gamma.ppf(1 - TAIL, count + 1)
    return value * count / float(high), value * count / float(low)


def _spread(drawn: Sequence[float] | Floats) -> float:
    values = np.asarray(drawn, dtype="float64")
    finite = values[np.isfinite(values)]
    if len(finite) < 2 or len(finite) < COMPUTED * len(values):
        return float("nan")
    return float(finite.std(ddof=1))
