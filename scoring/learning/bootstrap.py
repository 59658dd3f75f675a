"""Intervals at 95 %: the same statistics on firms drawn again, with their replacement.

Whole firms are drawn, because the rows of one firm at several dates are not independent. Several
scores share each draw, so that a difference between two of them has its own, narrower, interval.
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
COMPUTED: Final = 0.9  # share of the draws that must give a number for an interval to be one


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Statistics of some scores on the rows as they are (`point`) and at each draw."""

    point: Measures
    draws: Sequence[Measures]

    def bands(self) -> dict[str, dict[str, Band]]:
        """Each statistic of each score as {"value", "low", "high"}."""
        return {
            name: {
                statistic: band(value, [draw[name][statistic] for draw in self.draws])
                for statistic, value in values.items()
            }
            for name, values in self.point.items()
        }

    def gains(self, name: str, statistics: Iterable[str]) -> dict[str, dict[str, Band]]:
        """What `name` has more than each other score: other -> statistic -> band, draw by draw."""
        kept = list(statistics)
        return {
            other: {
                statistic: band(
                    self.point[name][statistic] - values[statistic],
                    [draw[name][statistic] - draw[other][statistic] for draw in self.draws],
                )
                for statistic in kept
            }
            for other, values in self.point.items()
            if other != name
        }


def bootstrap(
    compute: Callable[[Floats], Measures], weight: Floats, counts: Iterable[Floats]
) -> Drawn:
    """`compute` on the rows' own weights and on those of each draw."""
    return Drawn(point=compute(weight), draws=[compute(weight * each) for each in counts])


def firm_counts(
    siren: npt.NDArray[np.object_],
    outcome: Floats,
    *,
    known: npt.NDArray[np.bool_],
    draws: int,
    seed: int,
) -> list[Floats]:
    """How many times each row is drawn, firm by firm; draws without a failure, or with nothing
    else, are drawn again.
    """
    codes, firms = pd.factorize(siren, sort=True)
    random = np.random.default_rng(seed)
    kept: list[Floats] = []
    while len(kept) < draws:
        drawn = random.multinomial(len(firms), np.full(len(firms), 1 / len(firms)))
        counts = drawn.astype(float)[codes]
        if len(np.unique(outcome[known & (counts > 0)])) == 2:
            kept.append(counts)
    return kept


def band(value: float, drawn: Iterable[float]) -> Band:
    """A value between the percentiles of its draws, NaN when too many could not be computed: those
    left would not speak for all.
    """
    found = np.asarray(list(drawn), dtype="float64")
    finite = found[np.isfinite(found)]
    low, high = (float("nan"), float("nan"))
    if len(finite) and len(finite) >= COMPUTED * len(found):
        low, high = np.percentile(finite, CONFIDENCE)
    return {"value": value, "low": float(low), "high": float(high)}
