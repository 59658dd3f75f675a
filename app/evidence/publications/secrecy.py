"""The mask of a figure over all that is told of its year, and its audit: only the worker loads it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.core.errors import DomainError
from app.evidence.publications.kinds import Axis, PublishedKind
from app.evidence.publications.periods import ReportPeriod
from scoring.secrecy.audit import recoverable
from scoring.secrecy.cells import ALL, Atoms, Key, PublishedCells, atoms, tables
from scoring.secrecy.errors import SecrecyError
from scoring.secrecy.masking import protect
from scoring.secrecy.rules import FIRMS

#: half-year -> place -> firms
Tallies = Mapping[str, Mapping[str, int]]
#: period -> place -> what is told of it, `None` where it is masked
Told = Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True, kw_only=True)
class MaskedKind:
    """What is told of a kind in a period, and of how many cells an audit said that nothing masked can be computed."""

    told: Mapping[str, int | None]
    cells: int
    masked: int


def mask(
    kind: PublishedKind, period: ReportPeriod, *, tallies: Tallies, former: Told
) -> MaskedKind:
    """Mask the figures of a period together with all that was told of the year.

    tallies: those of the half-years told, of the period itself when agents are counted. former: what was told before; what was
    masked stays so, what was shown cannot be taken back. Raise `DomainError` when no mask holds.
    """
    rows = {
        (half, *place.split("|")): [0.0] * units
        for half, places in tallies.items()
        for place, units in places.items()
    }
    if not rows:
        return MaskedKind(told={}, cells=0, masked=0)
    found = atoms(rows)
    cells, hidden = _protected(kind, found, {*former, period.code}, _of_periods(former))
    _audit(cells, found, hidden)
    units = cells.sums @ found.units
    told = {
        "|".join(key[1:]): None if key in hidden else int(value)
        for key, value in zip(cells.keys, units, strict=True)
        if key[0] == _name(period)
    }
    return MaskedKind(
        told=told, cells=len(told), masked=sum(value is None for value in told.values())
    )


def _protected(
    kind: PublishedKind, found: Atoms, codes: Collection[str], before: Mapping[Key, int | None]
) -> tuple[PublishedCells, Collection[Key]]:
    """Return the cells and those that are masked. Where margins that were told leave no mask to a crossing (a région of three
    firms, in three sectors), the crossing is not told at all.
    """
    for shown in (kind, replace(kind, years=tuple((axis,) for axes in kind.years for axis in axes))):  # fmt: skip
        cells = _told_cells(shown, found, codes)
        try:
            return cells, protect(
                cells=cells,
                found=found,
                kept=[key for key, value in before.items() if value is None],
                told=[key for key, value in before.items() if value is not None],
            ).hidden
        except SecrecyError as error:
            refusal = error
    raise DomainError(str(refusal)) from refusal


def _audit(cells: PublishedCells, found: Atoms, hidden: Collection[Key]) -> None:
    """Refuse what a reader could compute, whatever the mask was thought to hold."""
    masked = np.array([key in hidden for key in cells.keys])
    exposed = recoverable(cells, found, masked, rule=FIRMS)
    if exposed:
        raise DomainError(
            f"L’audit du secret statistique a retrouvé {len(exposed)} case(s) masquée(s) : rien n’est publié."
            " Prévenez l’équipe Vigie, qui regroupera des lignes."
        )


def _told_cells(kind: PublishedKind, found: Atoms, codes: Collection[str]) -> PublishedCells:
    """Return the cells of the periods told: those of a year sum over its halves."""
    # The first axis of an atom is its half-year.
    halves = [(0, *(_rank(axis) for axis in axes)) for axes in kind.halves]
    years = [tuple(_rank(axis) for axis in axes) for axes in kind.years]
    every = tables(found, *halves, *years)
    shown = {_name(ReportPeriod.parse(code)) for code in codes}
    kept = [
        rank
        for rank, key in enumerate(every.keys)
        if key[0] in shown and _is_shown(key, kind.years if key[0] == ALL else kind.halves)
    ]
    return PublishedCells(keys=tuple(every.keys[rank] for rank in kept), sums=every.sums[kept])


def _is_shown(key: Key, shown: Collection[tuple[Axis, ...]]) -> bool:
    """Whether a cell belongs to a table, or to a margin of one."""
    crossed = {axis for axis in Axis if key[_rank(axis)] != ALL}
    return any(crossed <= set(axes) for axes in shown)


def _of_periods(former: Told) -> dict[Key, int | None]:
    return {
        (_name(ReportPeriod.parse(code)), *place.split("|")): value
        for code, places in former.items()
        for place, value in places.items()
    }


def _name(period: ReportPeriod) -> str:
    """The first axis of the cells of a period: a year made of half-years is their sum."""
    return ALL if period.half is None else period.code


def _rank(axis: Axis) -> int:
    return 1 + list(Axis).index(axis)
