"""An economy is simulated one cohort of firms at a time, so that memory does not grow with it.

A cohort depends only on its rank and its number of firms: an economy is the beginning of any larger
one, and cohorts may be simulated in any order or in parallel. The macro path, common to all firms, is
drawn once for the economy.
"""

FIRMS = 5000
"""Number of firms in each cohort but the last."""
MOST = 100
"""Number of cohorts in the largest economy, bounded by the range of identifiers."""
MAX_ESTABLISHMENTS = 5
"""Number of establishments of a firm, at most."""


def sizes(firms: int) -> list[int]:
    """Return the number of firms of each cohort of an economy.

    Raises ValueError when `firms` is not positive or exceeds the range of identifiers.
    """
    if not 1 <= firms <= FIRMS * MOST:
        raise ValueError(f"firms must be positive, {FIRMS * MOST} at most, not {firms}")
    full, rest = divmod(firms, FIRMS)
    return [FIRMS] * full + [rest] * (rest > 0)


def with_spares(firms: int) -> int:
    """Return how many firms to draw to obtain `firms`: some do not survive the burn-in."""
    return int(firms * 1.2) + 30
