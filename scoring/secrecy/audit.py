"""What a reader can compute of masked cells, with every cell that is told: two linear programmes a cell.

Figures are known to be positive, and counts of firms to be whole; a place without firm is told as such, so that a masked cell is
known to have one. A masked cell is recoverable when hardly anything else
than its value is possible; one that is masked for itself must, as far as anybody can compute, have been publishable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from scoring.secrecy.cells import Atoms, PublishedCells
from scoring.secrecy.rules import SecrecyRule

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
#: of a figure: what the arithmetic of the programmes may lose
TOLERANCE: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The least and the greatest that a masked cell can be."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """A masked cell that can be computed: by how much more than its value it should be able to be, in firms or, when
    `is_total`, in figures; when `is_either`, less would do as well.
    """

    more: float
    is_total: bool
    is_either: bool = False


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of each cell (c,): firms, total, largest; of each atom (m,): firms, total."""

    units: Floats
    total: Floats
    largest: Floats
    units_of_atoms: Floats
    total_of_atoms: Floats

    @property
    def least(self) -> Floats:
        """How many firms each cell is known to have (c,), were it masked: one, where there is any."""
        return np.minimum(self.units, 1.0)


def figures(cells: PublishedCells, found: Atoms) -> Figures:
    """Return the figures of the cells."""
    return Figures(
        units=cells.sums @ found.units,
        total=cells.sums @ found.total,
        largest=(cells.sums * found.largest[None, :]).max(axis=1),
        units_of_atoms=found.units,
        total_of_atoms=found.total,
    )


def reach(
    sums: Floats, values: Floats, masked: Mask, *, cell: int, least: Floats | None = None
) -> Extent:
    """Return what can be computed of a cell. sums: (c, m); values: (c,), read where told; masked: (c,); least: (c,), what a
    masked cell is known to be at least.
    """
    told = ~masked
    bound = None if least is None else masked & (least > 0)
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * sums[cell],
            A_ub=None if bound is None else -sums[bound],
            b_ub=None if bound is None or least is None else -least[bound],
            A_eq=sums[told] if told.any() else None,
            b_eq=values[told] if told.any() else None,
            bounds=(0, None),
            method="highs",
        )
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return Extent(low=float(ends[0]), high=float(ends[1]))


def exposure(
    cells: PublishedCells, known: Figures, masked: Mask, *, cell: int, rule: SecrecyRule
) -> Exposure | None:
    """Return why a masked cell can be computed from the counts, or from the totals, that are told; None: it cannot."""
    units, total, largest = known.units[cell], known.total[cell], known.largest[cell]
    is_few = 0 < units < rule.fewest
    found = reach(cells.sums, known.units, masked, cell=cell, least=known.least)
    whole = np.floor(found.high + TOLERANCE) - np.ceil(found.low - TOLERANCE)
    if whole < 1 or (is_few and found.high < rule.fewest - TOLERANCE):
        more = float(rule.fewest - units if is_few else 1)
        return Exposure(more=more, is_total=False, is_either=not is_few)
    if total <= 0:
        return None
    found = reach(cells.sums, known.total, masked, cell=cell)
    slack = TOLERANCE * max(total, 1.0)
    needed = total / rule.dominance if is_few else largest / rule.dominance
    if (is_few or largest > rule.dominance * total) and found.high < needed - slack:
        return Exposure(more=float(needed - total), is_total=True)
    if found.high - found.low <= slack:
        return Exposure(more=float(1e3 * slack), is_total=True, is_either=True)
    return None


def recoverable(
    cells: PublishedCells, found: Atoms, masked: Mask, *, rule: SecrecyRule
) -> list[int]:
    """Return the masked cells that can be computed, or nearly: none, when a mask holds."""
    known = figures(cells, found)
    return [
        int(cell)
        for cell in np.flatnonzero(masked)
        if exposure(cells, known, masked, cell=int(cell), rule=rule)
    ]
