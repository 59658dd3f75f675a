"""Weighted polynomials on one side of a cut, and their variance (Calonico, Cattaneo and Titiunik 2014,
https://doi.org/10.3982/ECTA11757).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.impact.results import Floats, Mask, by_firm

#: neighbours whose mean stands for what is expected of a row
NEIGHBOURS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Side:
    """The rows of one side, by distance to the cut: x (n,), negative below, in order; y (n,); firm (n,) or None."""

    x: Floats
    y: Floats
    firm: npt.NDArray[np.int64] | None

    def within(self, reach: float) -> Side:
        """Return the rows nearer to the cut than `reach`."""
        near = np.abs(self.x) < reach
        return Side(
            x=self.x[near], y=self.y[near], firm=None if self.firm is None else self.firm[near]
        )

    @property
    def farthest(self) -> float:
        """The distance of the farthest row."""
        return float(np.abs(self.x).max())

    @cached_property
    def noise(self) -> Floats:
        """What each row has beyond the mean of its nearest neighbours, scaled to the deviation of a row."""
        return _noise(self.x, self.y)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A polynomial: its coefficients; the inverse of its Gram matrix; its design times its weights (n, order + 1)."""

    beta: Floats
    inverse: Floats
    weighted: Floats


def kernel(x: Floats, reach: float) -> Floats:
    """Return triangular weights: 1 at the cut, 0 from `reach` on."""
    return np.maximum(1 - np.abs(x) / reach, 0.0)


def powers(x: Floats, order: int) -> Floats:
    """Return the columns 1, x, …, x^order."""
    return np.vander(x, order + 1, increasing=True)


def fit(side: Side, *, reach: float, order: int) -> Fit:
    """Return the polynomial of the rows nearer than `reach`, all rows of `side` in its design."""
    design = powers(side.x, order)
    weighted = design * kernel(side.x, reach)[:, None]
    # columns of one size: a power of four of a large distance would drown the others
    scale = reach ** np.arange(order + 1.0)
    gram = (design / scale).T @ (weighted / scale)
    inverse = np.linalg.pinv(gram, hermitian=True) / np.outer(scale, scale)
    return Fit(beta=inverse @ (weighted.T @ side.y), inverse=inverse, weighted=weighted)


def sandwich(weighted: Floats, side: Side, *, order: int) -> Floats:
    """Return the sum of the squares of what rows, or firms, add to the moments of a polynomial."""
    if side.firm is None:
        parts = weighted * side.noise[:, None]
        return np.asarray(parts.T @ parts)
    rest = side.y - powers(side.x, order) @ fit(side, reach=side.farthest * 1.001, order=order).beta
    parts = by_firm(weighted * rest[:, None], side.firm)
    groups, rows = len(parts), len(side.x)
    scale = groups / (groups - 1) * (rows - 1) / (rows - order - 1)
    return np.asarray(scale * (parts.T @ parts))


def _noise(x: Floats, y: Floats) -> Floats:
    """Return y less the mean of its neighbours, times the root of k / (k + 1). Rows of one place are neighbours of
    one another; from there, the nearest place of either side is added, both when they are as near.
    """
    place, codes, count = np.unique(x, return_inverse=True, return_counts=True)
    total = np.bincount(codes, weights=y)
    low, high = np.arange(len(place)), np.arange(len(place))
    wanted = min(NEIGHBOURS, len(x) - 1)
    found, sums = count - 1, total.copy()
    while (missing := found < wanted).any():
        left = np.where(low > 0, place - place[np.maximum(low - 1, 0)], np.inf)
        right = np.where(
            high < len(place) - 1, place[np.minimum(high + 1, len(place) - 1)] - place, np.inf
        )
        for step, is_next in ((-1, missing & (left <= right)), (1, missing & (right <= left))):
            ends = low if step < 0 else high
            ends[is_next] += step
            found[is_next] += count[ends[is_next]]
            sums[is_next] += total[ends[is_next]]
    k = found[codes]
    return np.asarray(np.sqrt(k / (k + 1)) * (y - (sums[codes] - y) / k))


def enough(side: Side, *, reach: float, least: int) -> bool:
    """Return whether a side has at least `least` distinct places nearer than `reach`."""
    near: Mask = np.abs(side.x) < reach
    return len(np.unique(side.x[near])) >= least
