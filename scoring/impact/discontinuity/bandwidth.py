"""How far from the cut firms are looked at: where the mean squared error of the jump is lowest.

The plug-in rule of Calonico, Cattaneo and Titiunik 2014 (https://doi.org/10.3982/ECTA11757), as revised in
Calonico, Cattaneo, Farrell and Titiunik 2017 (Stata Journal 17-2): three rounds, from the curvature of the
outcome to the reach of the bias, to the reach of the jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.impact.discontinuity.local import Side, fit, sandwich
from scoring.impact.results import Floats

#: of the rule of thumb, for triangular weights
PILOT: Final = 2.576
#: order of the polynomial of the jump, of the polynomial of its bias
ORDER: Final = 1
CURVE: Final = 2


@dataclass(frozen=True, kw_only=True)
class Reaches:
    """Distances to the cut: `jump` for the estimate, `bias` for what its straight lines miss."""

    jump: float
    bias: float


@dataclass(frozen=True, kw_only=True)
class _Terms:
    """What one side adds to the variance of a derivative, to its bias, and to the doubt on that bias."""

    variance: float
    bias: float
    doubt: float


def reaches(below: Side, above: Side) -> Reaches:
    """Return the reaches that minimise the mean squared error of the jump, the same on both sides."""
    widest = max(below.farthest, above.farthest)
    pilot = min(_rule_of_thumb(np.concatenate([below.x, above.x])), widest)
    far = [side.farthest + 1e-8 for side in (below, above)]
    curve = _reach(
        [
            _terms(side, order=CURVE + 1, derivative=CURVE + 1, pilot=pilot, reach=own)
            for side, own in zip((below, above), far, strict=True)
        ],
        order=CURVE + 1,
        is_doubted=False,
    )
    bias = _both(
        below, above, order=CURVE, derivative=ORDER + 1, pilot=pilot, reach=min(curve, widest)
    )
    jump = _both(below, above, order=ORDER, derivative=0, pilot=pilot, reach=min(bias, widest))
    return Reaches(jump=min(jump, widest), bias=min(bias, widest))


def _both(
    below: Side, above: Side, *, order: int, derivative: int, pilot: float, reach: float
) -> float:
    terms = [
        _terms(side, order=order, derivative=derivative, pilot=pilot, reach=reach)
        for side in (below, above)
    ]
    return _reach(terms, order=order, is_doubted=True)


def _reach(terms: list[_Terms], *, order: int, is_doubted: bool) -> float:
    below, above = terms
    error = (above.bias - below.bias) ** 2
    doubt = below.doubt + above.doubt if is_doubted else 0.0
    return float(((below.variance + above.variance) / (error + doubt)) ** (1 / (2 * order + 3)))


def _terms(side: Side, *, order: int, derivative: int, pilot: float, reach: float) -> _Terms:
    """Return the terms of a derivative of a polynomial of `order`; `pilot` for its variance, `reach` for its bias."""
    near = side.within(pilot)
    first = fit(near, reach=pilot, order=order)
    spread = first.inverse @ sandwich(first.weighted, near, order=order) @ first.inverse
    missed = first.inverse @ (first.weighted.T @ (near.x / pilot) ** (order + 1))
    factor = pilot**derivative * missed[derivative]
    next_order = order + 1
    wide = side.within(reach)
    second = fit(wide, reach=reach, order=next_order)
    doubt = second.inverse @ sandwich(second.weighted, wide, order=next_order) @ second.inverse
    degrees = 2 * (order + 1 - derivative)
    return _Terms(
        variance=(2 * derivative + 1)
        * pilot ** (2 * derivative + 1)
        * spread[derivative, derivative],
        bias=np.sqrt(degrees) * factor * second.beta[next_order],
        doubt=degrees * 3 * factor**2 * doubt[next_order, next_order],
    )


def _rule_of_thumb(x: Floats) -> float:
    low, high = np.quantile(x, [0.25, 0.75], method="averaged_inverted_cdf")
    spread = min(x.std(ddof=1), (high - low) / 1.349)
    return float(PILOT * spread * len(np.unique(x)) ** (-1 / 5))
