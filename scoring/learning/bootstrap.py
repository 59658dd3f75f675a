"""95 % confidence intervals: the same statistics on firms resampled with replacement.

Firms are resampled rather than rows, because the rows of one firm at several dates are not
independent. Scores share each draw, so that the difference of two scores gets its own, narrower,
interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Measures = Mapping[str, Mapping[str, float]]  # name -> statistic -> value
Band = dict[str, float]  # value, low, high
DRAWS: Final = 200
CONFIDENCE: Final = (2.5, 97.5)
COMPUTED: Final = 0.9  # share of the draws that must give a number for the interval to be reported


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """Statistics of some scores on the actual rows (`point`) and on each draw."""

    point: Measures
    draws: Sequence[Measures]

    def bands(self) -> dict[str, dict[str, Band]]:
        """Return each statistic of each score as {"value", "low", "high"}."""
        return {
            name: {
                statistic: band(value, [draw[name][statistic] for draw in self.draws])
                for statistic, value in values.items()
            }
            for name, values in self.point.items()
        }

    def gains(self, name: str, statistics: Iterable[str]) -> dict[str, dict[str, Band]]:
        """Return the gain of `name` over each other score, paired by draw: other -> statistic -> band."""
        names = list(statistics)
        return {
            other: {
                statistic: band(
                    self.point[name][statistic] - values[statistic],
                    [draw[name][statistic] - draw[other][statistic] for draw in self.draws],
                )
                for statistic in names
            }
            for other, values in self.point.items()
            if other != name
        }


def bootstrap(
    compute: Callable[[Floats], Measures], weight: Floats, counts: Iterable[Floats]
) -> Bootstrap:
    """Run `compute` on the weights of the rows and on those of each draw."""
    return Bootstrap(point=compute(weight), draws=[compute(weight * each) for each in counts])


def firm_counts(
    siren: npt.NDArray[np.object_],
    outcome: Floats,
    *,
    known: npt.NDArray[np.bool_],
    draws: int,
    seed: int,
) -> list[Floats]:
    """Return how many times each row is drawn, firm by firm; draws without a failure, or with
    failures only, are drawn again.
    """
    codes, firms = pd.factorize(siren, sort=True)
    random = np.random.default_rng(seed)
    accepted: list[Floats] = []
    while len(accepted) < draws:
        drawn = random.multinomial(len(firms), np.full(len(firms), 1 / len(firms)))
        counts = drawn.astype(float)[codes]
        if len(np.unique(outcome[known & (counts > 0)])) == 2:
            accepted.append(counts)
    return accepted


def band(value: float, drawn: Iterable[float]) -> Band:
    """Return a value between the percentiles of its draws, which are NaN when too many draws could
    not be computed: the others would not be representative.
    """
    values = np.asarray(list(drawn), dtype="float64")
    finite = values[np.isfinite(values)]
    low, high = (float("nan"), float("nan"))
    if len(finite) and len(finite) >= COMPUTED * len(values):
        low, high = np.percentile(finite, CONFIDENCE)
    return {"value": value, "low": float(low), "high": float(high)}
