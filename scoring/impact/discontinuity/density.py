"""Whether scores, or the cut, were moved by hand: firms are then more numerous on one side than a smooth count allows.

The test of McCrary 2008 (https://doi.org/10.1016/j.jeconom.2007.05.005): counts in narrow bins, local straight lines on
both sides, and the difference of their logarithms at the cut.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.stats import norm

from scoring.impact.results import Floats

#: p-value below which a cut is refused; at 5 %, one honest list in twenty would be
FAR_BELOW_CHANCE: Final = 0.01
#: of the reach that balances bias and variance, for triangular weights
REACH: Final = 3.348
#: of the variance of the difference of logarithms, for triangular weights
SPREAD: Final = 24 / 5


def jump_of_density(x: Floats) -> float:
    """Return the p-value of a density that does not jump at 0. x: (n,), score less cut."""
    width = 2 * float(x.std(ddof=1)) * len(x) ** -0.5
    bins = np.floor(x / width)
    place = np.arange(bins.min(), bins.max() + 1)
    count = np.bincount((bins - bins.min()).astype(int), minlength=len(place))
    middle, height = (place + 0.5) * width, count / (len(x) * width)
    sides = [middle < 0, middle > 0]
    reach = float(np.mean([_reach(middle[side], height[side]) for side in sides]))
    levels = [_at_cut(middle[side], height[side], reach) for side in sides]
    if min(levels) <= 0:
        return 0.0 if max(levels) > 0 else 1.0
    spread = np.sqrt(SPREAD / (len(x) * reach) * (1 / levels[0] + 1 / levels[1]))
    return float(2 * norm.sf(abs(np.log(levels[1]) - np.log(levels[0])) / spread))


def _reach(middle: Floats, height: Floats) -> float:
    """Return the plug-in reach of one side, from a polynomial of order four of its heights."""
    length = float(np.abs(middle).max())
    curve = np.polynomial.Polynomial.fit(middle, height, min(4, len(middle) - 1))
    rest = float(((height - curve(middle)) ** 2).mean())
    bent = float((curve.deriv(2)(middle) ** 2).sum())
    if bent <= 0:
        return length
    return float(min(REACH * (rest * length / bent) ** 0.2, length))


def _at_cut(middle: Floats, height: Floats, reach: float) -> float:
    """Return the value at 0 of a straight line with triangular weights."""
    weight = np.sqrt(np.maximum(1 - np.abs(middle) / reach, 0.0))
    design = np.column_stack([np.ones(len(middle)), middle]) * weight[:, None]
    return float(np.linalg.lstsq(design, height * weight, rcond=None)[0][0])
