"""An economy is made one cohort of firms after the other, so that memory does not grow with it.

A cohort depends only on its rank and its own number of firms: one economy is the beginning of a
larger one, and cohorts may be made in any order or at the same time. What all firms live through,
the macro path, is drawn once for the economy.
"""

FIRMS = 5000
"""Firms of each cohort but the last."""
MOST = 100
"""Cohorts of the largest economy: identifiers hold no more."""
MAX_ESTABLISHMENTS = 5
"""Establishments of one firm."""


def sizes(firms: int) -> list[int]:
    """Return the number of firms of each cohort of an economy.

    Raises ValueError when `firms` is not positive or more than identifiers can tell apart.
    """
    if not 1 <= firms <= FIRMS * MOST:
        raise ValueError(f"firms must be positive, {FIRMS * MOST} at most, not {firms}")
    whole, rest = divmod(firms, FIRMS)
    return [FIRMS] * whole + [rest] * (rest > 0)


def with_spares(firms: int) -> int:
    """Return how many firms to draw for that many wanted: some do not survive the burn-in."""
    return int(firms * 1.2) + 30
