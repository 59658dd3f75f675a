"""The mask of a set of tables: what must be, then what would give it back; kept from one publication to the next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy.optimize import linprog

from scoring.secrecy.audit import TOLERANCE, Exposure, Figures, Mask, exposure, figures
from scoring.secrecy.cells import Atoms, Floats, Key, PublishedCells
from scoring.secrecy.errors import AlreadyToldError, UnfitCellsError
from scoring.secrecy.rules import FIRMS, SecrecyRule


@dataclass(frozen=True, kw_only=True)
class Masking:
    """primary: cells masked for themselves. secondary: those that would give them back, or were masked before."""

    primary: frozenset[Key]
    secondary: frozenset[Key]

    @property
    def hidden(self) -> frozenset[Key]:
        """Every masked cell: pages do not tell which are which."""
        return self.primary | self.secondary


def protect(
    *,
    cells: PublishedCells,
    found: Atoms,
    rule: SecrecyRule = FIRMS,
    kept: Collection[Key] = (),
    told: Collection[Key] = (),
    implied: PublishedCells | None = None,
) -> Masking:
    """Return the mask of all the cells that readers will have, those of former publications included.

    kept: cells masked before, that stay so. told: cells published before, that cannot be masked any more. Figures of
    former publications are those of `found`: what was corrected since is another table. implied: what nobody shows and
    subtraction gives (`increments`): protected as the others where it names somebody.
    The same tables give the same mask, in any order.
    Raises AlreadyToldError when what was told gives back what must be masked; UnfitCellsError.
    """
    if not set(kept) | set(told) <= set(cells.keys) or set(kept) & set(told):
        raise UnfitCellsError(
            "Une publication précédente parle de cases inconnues, ou dit la même case masquée et montrée : reprenez ses cases."
        )
    every = cells if implied is None else cells.with_others(_sensitive(implied, found, rule))
    every = every.in_order()
    known = figures(every, found)
    primary = _is_sensitive(known, rule)
    is_told, is_kept = (np.array([key in set(keys) for key in every.keys]) for keys in (told, kept))
    if (primary & is_told).any():
        _refuse()
    bound = primary | is_kept
    masked = _hidden(every, known, bound, is_told=is_told, rule=rule)
    masked = _lightened(every, known, masked, bound=bound, rule=rule)
    shown = set(cells.keys)
    first, second = (
        frozenset(key for key, is_in in zip(every.keys, each, strict=True) if is_in) & shown
        for each in (primary, masked & ~primary)
    )
    return Masking(primary=first, secondary=second)


def _sensitive(implied: PublishedCells, found: Atoms, rule: SecrecyRule) -> PublishedCells:
    """Return the cells that name somebody."""
    inside = _is_sensitive(figures(implied, found), rule)
    keys = tuple(key for key, is_in in zip(implied.keys, inside, strict=True) if is_in)
    return PublishedCells(keys=keys, sums=implied.sums[inside])


def _is_sensitive(known: Figures, rule: SecrecyRule) -> Mask:
    return np.array(
        [
            rule.is_sensitive(units=int(units), total=total, largest=largest)
            for units, total, largest in zip(known.units, known.total, known.largest, strict=True)
        ],
        dtype=bool,
    )


def _hidden(
    cells: PublishedCells, known: Figures, masked: Mask, *, is_told: Mask, rule: SecrecyRule
) -> Mask:
    """Return the mask with, for each cell that can still be computed, a cell that gives it away."""
    masked = masked.copy()
    order = sorted(range(len(masked)), key=lambda cell: (-known.units[cell], cells.keys[cell]))
    is_safe = False
    while not is_safe:
        is_safe = True
        for cell in (each for each in order if masked[each]):
            while found := exposure(cells, known, masked, cell=cell, rule=rule):
                masked |= _opened(cells, known, masked, cell=cell, found=found, is_told=is_told)
                is_safe = False
    return masked


def _lightened(
    cells: PublishedCells, known: Figures, masked: Mask, *, bound: Mask, rule: SecrecyRule
) -> Mask:
    """Return the mask without the cells that it can spare, the most useful to readers first; `bound` ones stay."""
    masked = masked.copy()
    spared = np.flatnonzero(masked & ~bound)
    for cell in sorted(spared, key=lambda each: (-known.units[each], cells.keys[each])):
        masked[cell] = False
        masked[cell] = any(
            exposure(cells, known, masked, cell=int(other), rule=rule)
            for other in [*np.flatnonzero(masked & bound), *np.flatnonzero(masked & ~bound)]
        )
    return masked


def _opened(
    cells: PublishedCells,
    known: Figures,
    masked: Mask,
    *,
    cell: int,
    found: Exposure,
    is_told: Mask,
) -> Mask:
    """Return the cells to mask for a cell to be able to be larger: those that move in the nearest other country where it
    is, each counting for its firms (Kelly, Golden and Assad 1992). Atoms move (m); told cells move up or down (c each).
    """
    values = known.total_of_atoms if found.is_total else known.units_of_atoms
    sums = cells.sums
    price = np.where(masked, 0.0, 1.0 + known.units)
    still = np.where(is_told & ~masked, 0.0, np.inf)
    # A masked cell is known not to be empty.
    fall = still if found.is_total else np.minimum(still, known.units - known.least)
    bounds = [*((-each, None) for each in values), *((0, most) for most in (*still, *fall))]
    moved = _nearest(sums, price, bounds, cell=cell, more=found.more)
    if moved is None and found.is_either:
        moved = _nearest(sums, price, bounds, cell=cell, more=-found.more)
    if moved is None:
        _refuse()
    opened: Mask = (moved > TOLERANCE * max(found.more, 1.0)) & ~masked
    if not opened.any():
        # the arithmetic of both programmes disagrees by less than its tolerance: one more cell settles it
        left = np.flatnonzero(~masked & ~is_told)
        if not len(left):
            _refuse()
        opened[left[np.argmin(known.units[left])]] = True
    return opened


def _nearest(
    sums: Floats,
    price: Floats,
    bounds: Sequence[tuple[float, float | None]],
    *,
    cell: int,
    more: float,
) -> Floats | None:
    """Return by how much each cell moves (c,) in the nearest country where a cell is larger; None where there is no such one."""
    rows, columns = sums.shape
    moves = np.hstack([sums, -np.eye(rows), np.eye(rows)])
    target = np.concatenate([sums[cell], np.zeros(2 * rows)])
    answer = linprog(
        np.concatenate([np.zeros(columns), price, price]),
        A_eq=np.vstack([moves, target]),
        b_eq=np.append(np.zeros(rows), more),
        bounds=bounds,
        method="highs",
    )
    if answer.status != 0:
        return None
    moved: Floats = answer.x[columns : columns + rows] + answer.x[columns + rows :]
    return moved


def _refuse() -> NoReturn:
    raise AlreadyToldError(
        "Ce qui a déjà été publié permettrait de retrouver une case à masquer : ne publiez pas ce tableau, ou regroupez ses lignes."
    )
