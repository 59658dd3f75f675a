"""PublishedCells cells as sums of atoms that share no firm.

An atom is the finest crossing of what is published: région × sector × size × quarter of entry. Two tables of the same
firms are linked when they are sums of the same atoms; so are a total to date and that of the quarter before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.secrecy.errors import UnfitCellsError

Floats = npt.NDArray[np.float64]
#: in a key, the place of an axis that is summed over
ALL: Final = "total"
Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Atoms:
    """units, total, largest: (m,), firms, sum of their figures (headcount, debt), figure of the largest; a table that only
    counts firms has totals of 0. names: the place of each atom on each axis.
    """

    names: tuple[Key, ...]
    units: Floats
    total: Floats
    largest: Floats


@dataclass(frozen=True, kw_only=True)
class PublishedCells:
    """Cells: their keys in order, and which atoms each adds up (c, m)."""

    keys: tuple[Key, ...]
    sums: Floats

    def in_order(self) -> PublishedCells:
        """Return the same cells in the order of their keys."""
        order = sorted(range(len(self.keys)), key=lambda rank: self.keys[rank])
        return PublishedCells(keys=tuple(self.keys[rank] for rank in order), sums=self.sums[order])

    def with_others(self, other: PublishedCells) -> PublishedCells:
        """Return the cells of both, those of the same key once."""
        new = [rank for rank, key in enumerate(other.keys) if key not in set(self.keys)]
        return PublishedCells(
            keys=self.keys + tuple(other.keys[rank] for rank in new),
            sums=np.vstack([self.sums, other.sums[new]]),
        )


def atoms(rows: Mapping[Key, Sequence[float]]) -> Atoms:
    """Return atoms from their figures by firm: {("R27", "C"): [12, 40, 3], …}; an empty list is a place without firm.
    Raises UnfitCellsError.
    """
    names = tuple(sorted(rows))
    if not names or len({len(name) for name in names}) != 1:
        raise UnfitCellsError("Chaque ligne doit dire sa place sur chaque axe du tableau.")
    figures = [np.asarray(rows[name], dtype=float) for name in names]
    if any((each < 0).any() or not np.isfinite(each).all() for each in figures):
        raise UnfitCellsError(
            "Le secret se calcule sur des montants positifs : retirez les lignes négatives ou manquantes, "
            "ou ne comptez que les entreprises."
        )
    return Atoms(
        names=names,
        units=np.array([len(each) for each in figures], dtype=float),
        total=np.array([each.sum() for each in figures]),
        largest=np.array([each.max(initial=0.0) for each in figures]),
    )


def tables(found: Atoms, *shown: Sequence[int], name: str = "") -> PublishedCells:
    """Return the cells of some tables and of all their margins. shown: the axes of each table; name: put at the head of the
    keys, when atoms have several publications.
    """
    kept: dict[Key, Floats] = {}
    places = np.array(found.names, dtype=object)
    for axes in _margins(shown):
        values = [sorted(set(places[:, axis])) for axis in axes]
        for chosen in product(*values):
            inside = (places[:, list(axes)] == np.array(chosen, dtype=object)).all(axis=1)
            key = [ALL] * places.shape[1]
            for axis, value in zip(axes, chosen, strict=True):
                key[axis] = value
            if inside.any():
                kept[(*((name,) if name else ()), *key)] = inside.astype(float)
    keys = tuple(sorted(kept))
    return PublishedCells(keys=keys, sums=np.array([kept[key] for key in keys]))


def increments(before: PublishedCells, after: PublishedCells) -> PublishedCells:
    """Return what a reader of two publications (with names) obtains by subtracting each cell of the first from the same
    cell of the second, where something came between. These cells are shown by nobody.
    """
    place = {key[1:]: rank for rank, key in enumerate(before.keys)}
    found = {
        ("entre", *key): sums - before.sums[place[key[1:]]]
        for key, sums in zip(after.keys, after.sums, strict=True)
        if key[1:] in place
    }
    kept = {key: sums for key, sums in found.items() if sums.any() and (sums >= 0).all()}
    columns = after.sums.shape[1]
    return PublishedCells(keys=tuple(kept), sums=np.array(list(kept.values())).reshape(-1, columns))


def _margins(shown: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Yield every set of axes that some table or margin shows, once."""
    yield from sorted(
        {
            part
            for axes in shown
            for size in range(len(axes) + 1)
            for part in combinations(sorted(axes), size)
        }
    )
