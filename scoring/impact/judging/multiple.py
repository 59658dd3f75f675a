"""What is left of a verdict once it is counted how many were looked at: Holm’s correction (1979, *Scandinavian Journal of
Statistics* 6: 65–70).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from scoring.impact.results import Effect, Floats


def p_value(effect: Effect) -> float:
    """Return the chance of an effect as large when there is none (two-sided, normal); 1 when the error is unknown."""
    if not effect.se > 0:
        return 1.0
    return float(2 * norm.sf(abs(effect.estimate / effect.se)))


def holm(values: Sequence[float]) -> Floats:
    """Return p-values that count how many were looked at, in the same order: whichever is below 0.05 is established, at one chance
    in twenty of one false alarm among all.
    """
    found = np.asarray(values, dtype=float)
    order = np.argsort(found, kind="stable")
    left = len(found) - np.arange(len(found))
    adjusted = np.empty(len(found))
    adjusted[order] = np.minimum(np.maximum.accumulate(found[order] * left), 1.0)
    return adjusted
