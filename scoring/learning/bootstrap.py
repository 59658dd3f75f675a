"""Draws of firms: the same statistics on firms resampled with replacement, and the intervals they give.

Firms are resampled rather than rows, because the rows of one firm at several dates are not
independent. Scores share each draw, so that the difference of two scores gets its own, narrower,
interval. The draws say how much a statistic varies; `scoring.learning.intervals` says how far that
reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.intervals import Ground, Scale, interval

Floats = npt.NDArray[np.float64]
Measures = Mapping[str, Mapping[str, float]]  # name -> statistic -> value
Grounds = Mapping[str, Mapping[str, Ground]]  # name -> statistic -> what its interval rests on
Band = dict[str, float]  # value, low, high
DRAWS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """Statistics of some scores on the actual rows (`point`) and on each draw. `firms`: failed firms
    among the rows; `grounds`: what each interval rests on, `PLAIN` where it is not said.
    """

    point: Measures
    draws: Sequence[Measures]
    firms: int
    grounds: Grounds = field(default_factory=dict)

    def bands(self) -> dict[str, dict[str, Band]]:
        """Return each statistic of each score as {"value", "low", "high"}."""
        return {
            name: {
                statistic: band(value, self._drawn(name, statistic), self._ground(name, statistic))
                for statistic, value in values.items()
            }
            for name, values in self.point.items()
        }

    def gains(self, name: str, statistics: Iterable[str]) -> dict[str, dict[str, Band]]:
        """Return the gain of `name` over each other score, paired by draw: other -> statistic -> band. The
        statistics are between 0 and 1.
        """
        names = list(statistics)
        return {
            other: {
                statistic: _bounded(
                    band(
                        self.point[name][statistic] - values[statistic],
                        [draw[name][statistic] - draw[other][statistic] for draw in self.draws],
                        plain(self.firms),
                    )
                )
                for statistic in names
            }
            for other, values in self.point.items()
            if other != name
        }

    def _drawn(self, name: str, statistic: str) -> list[float]:
        """Return the draws of a statistic; empty when its spread is known without them."""
        return [draw[name][statistic] for draw in self.draws if statistic in draw[name]]

    def _ground(self, name: str, statistic: str) -> Ground:
        return self.grounds.get(name, {}).get(statistic) or plain(self.firms)


def _bounded(gain: Band) -> Band:
    """Return a difference of two numbers between 0 and 1, inside what it can be."""
    return {
        **gain,
        "low": float(np.maximum(-1.0, gain["low"])),
        "high": float(np.minimum(1.0, gain["high"])),
    }


def plain(firms: int) -> Ground:
    """Return the ground of a difference, or of a statistic with no scale of its own."""
    return Ground(scale=Scale.PLAIN, firms=firms)


def bootstrap(
    compute: Callable[[Floats], Measures],
    weight: Floats,
    counts: Iterable[Floats],
    *,
    firms: int,
    grounds: Grounds | None = None,
) -> Bootstrap:
    """Run `compute` on the weights of the rows and on those of each draw."""
    return Bootstrap(
        point=compute(weight),
        draws=[compute(weight * each) for each in counts],
        firms=firms,
        grounds=grounds or {},
    )


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


def band(value: float, drawn: Sequence[float], ground: Ground) -> Band:
    """Return a value and the ends of its interval, NaN when none would hold."""
    low, high = interval(value, drawn, ground)
    return {"value": value, "low": low, "high": high}
