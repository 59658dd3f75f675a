"""What is masked cannot be computed from what is told, by anybody who has all the tables."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linprog, milp

from scoring.secrecy.audit import recoverable
from scoring.secrecy.cells import Atoms, Key, PublishedCells, atoms, increments, tables
from scoring.secrecy.errors import AlreadyToldError, UnfitCellsError
from scoring.secrecy.masking import Masking, protect
from scoring.secrecy.rules import FIRMS, TAX_OF_PERSONS, SecrecyRule

EVEN = [10.0, 11.0, 12.0, 13.0, 14.0]
Rows = Mapping[Key, Sequence[float]]


def headcounts(**changed: Sequence[float]) -> Rows:
    """Four régions and five sectors of five even firms, but for some cells: R0_S1=[3, 4]."""
    rows = {(f"R{i}", f"S{j}"): EVEN for i in range(4) for j in range(5)}
    return rows | {(name[:2], name[3:]): figures for name, figures in changed.items()}


def hidden(cells: PublishedCells, found: Masking) -> np.ndarray:
    return np.array([key in found.hidden for key in cells.keys])


def publishable(
    cells: PublishedCells, found: Atoms, mask: np.ndarray, *, cell: int, fewest: int
) -> bool:
    """An attack in whole numbers: whether the count of a masked cell could be one that is told, no masked one being empty."""
    told = cells.sums[~mask]
    values = told @ found.units
    filled = cells.sums[mask & (cells.sums @ found.units > 0)]
    answer = milp(
        -cells.sums[cell],
        integrality=np.ones(cells.sums.shape[1]),
        constraints=[
            *([LinearConstraint(told, values, values)] if len(told) else []),
            LinearConstraint(filled, 1, np.inf),
        ],
    )
    return answer.status != 0 or -answer.fun >= fewest - 1e-6


def largest_total(cells: PublishedCells, found: Atoms, mask: np.ndarray, *, cell: int) -> float:
    """An attack on the totals: how large a masked one may be."""
    told = cells.sums[~mask]
    answer = linprog(-cells.sums[cell], A_eq=told, b_eq=told @ found.total)
    return float(-answer.fun) if answer.status == 0 else np.inf


rows_of = st.lists(
    st.lists(st.integers(1, 60).map(float), max_size=7), min_size=12, max_size=12
).map(lambda figures: {(f"R{i // 4}", f"S{i % 4}"): each for i, each in enumerate(figures)})


@given(rows=rows_of, rule=st.sampled_from([FIRMS, TAX_OF_PERSONS, SecrecyRule(fewest=5)]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_masked_is_recoverable(rows: Rows, rule: SecrecyRule) -> None:
    found = atoms(rows)
    cells = tables(found, (0, 1))
    mask = protect(cells=cells, found=found, rule=rule)
    is_hidden = hidden(cells, mask)
    assert recoverable(cells, found, is_hidden, rule=rule) == []
    for cell, key in enumerate(cells.keys):
        units = (cells.sums @ found.units)[cell]
        assert (0 < units < rule.fewest) <= (key in mask.primary)
        if key in mask.primary and units < rule.fewest:
            assert publishable(cells, found, is_hidden, cell=cell, fewest=rule.fewest)
        if key in mask.primary:
            giant = (cells.sums[cell] * found.largest).max()
            most = largest_total(cells, found, is_hidden, cell=cell)
            assert most >= giant / rule.dominance * (1 - 1e-5), "the largest firm is found"


@given(
    figures=st.lists(st.lists(st.integers(1, 60).map(float), max_size=6), min_size=18, max_size=18)
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_linked_tables_are_masked_together(figures: list[list[float]]) -> None:
    names = [(f"R{i // 6}", f"S{i // 2 % 3}", f"T{i % 2}") for i in range(18)]
    found = atoms(dict(zip(names, figures, strict=True)))
    cells = tables(found, (0, 1), (0, 2))
    mask = protect(cells=cells, found=found)
    assert recoverable(cells, found, hidden(cells, mask), rule=FIRMS) == []


def test_a_cell_of_two_firms_and_one_of_a_giant() -> None:
    found = atoms(headcounts(R0_S1=[3.0, 4.0], R2_S3=[1.0, 1.0, 1.0, 147.0]))
    cells = tables(found, (0, 1))
    mask = protect(cells=cells, found=found)
    assert mask.primary == {("R0", "S1"), ("R2", "S3")}
    assert len(mask.secondary) <= 4
    assert not any("total" in key for key in mask.hidden), "margins are what readers want most"
    alone = np.array([key in mask.primary for key in cells.keys])
    assert recoverable(cells, found, alone, rule=FIRMS), "by subtraction"


def test_as_many_firms_as_masked_cells_are_not_one_in_each() -> None:
    """A place without firm is told: three masked cells that have three firms together would have one each."""
    found = atoms({("A",): [1.0], ("B",): [1.0], ("C",): [1.0], ("D",): EVEN})
    cells = tables(found, (0,))
    alone = np.array([key[0] in "ABC" for key in cells.keys])
    assert len(recoverable(cells, found, alone, rule=FIRMS)) == 3
    mask = protect(cells=cells, found=found)
    assert mask.secondary & {("D",), ("total",)}
    assert recoverable(cells, found, hidden(cells, mask), rule=FIRMS) == []


def test_ten_persons_are_too_few_for_tax_and_ten_firms_are_not() -> None:
    rows = headcounts() | {(f"R{i}", f"S{j}"): EVEN * 3 for i in range(4) for j in range(5)}
    rows |= {("R1", "S1"): EVEN * 2}
    found = atoms(rows)
    cells = tables(found, (0, 1))
    assert protect(cells=cells, found=found).hidden == frozenset()
    assert protect(cells=cells, found=found, rule=TAX_OF_PERSONS).primary == {("R1", "S1")}


def test_a_giant_is_hidden_by_as_much_as_it_takes() -> None:
    found = atoms(headcounts(R2_S3=[2.0, 2.0, 2.0, 600.0]))
    cells = tables(found, (0, 1))
    mask = protect(cells=cells, found=found)
    giant = cells.keys.index(("R2", "S3"))
    assert mask.primary == {("R2", "S3")}
    assert largest_total(cells, found, hidden(cells, mask), cell=giant) >= 600 / 0.85 - 1e-3
    assert len(mask.secondary) > 3, "one neighbour of 60 on each line would not"


def test_the_order_of_the_tables_changes_nothing() -> None:
    """All the neighbours of the masked cell are alike: any could hide it."""
    rows = headcounts(R1_S2=[3.0, 4.0])
    found, same = atoms(rows), atoms(dict(reversed(rows.items())))
    cells = tables(found, (0, 1))
    mask = protect(cells=cells, found=found)
    assert protect(cells=tables(same, (1, 0)), found=same) == mask
    for seed in range(5):
        drawn = np.random.default_rng(seed).permutation(len(cells.keys))
        other = PublishedCells(
            keys=tuple(cells.keys[each] for each in drawn), sums=cells.sums[drawn]
        )
        assert protect(cells=other, found=found) == mask


def quarters(new: Sequence[float]) -> tuple[Atoms, PublishedCells, PublishedCells]:
    """Firms by quarter of entry: what was published of the first, and what is to be published of both."""
    rows = {("1", f"R{i}"): EVEN for i in range(4)} | {("2", f"R{i}"): EVEN for i in range(4)}
    found = atoms(rows | {("2", "R0"): new})
    first = np.array([name[0] == "1" for name in found.names])
    both = tables(found, (1,), name="T2")
    past = PublishedCells(
        keys=tuple(("T1", *key[1:]) for key in both.keys), sums=both.sums * first[None, :]
    )
    return found, past, both


def test_two_publications_do_not_give_a_firm_by_their_difference() -> None:
    found, past, both = quarters([40.0])
    every = past.with_others(both)
    blind = protect(cells=every, found=found, told=past.keys)
    assert blind.hidden == frozenset(), "no cell by itself names anybody"
    mask = protect(cells=every, found=found, told=past.keys, implied=increments(past, both))
    assert ("T2", "total", "R0") in mask.hidden
    assert len(mask.hidden) >= 2, "nor by the total of régions"
    assert not mask.hidden & set(past.keys)
    calm, before, after = quarters(EVEN)
    assert (
        protect(
            cells=before.with_others(after),
            found=calm,
            told=before.keys,
            implied=increments(before, after),
        ).hidden
        == frozenset()
    )


def test_what_was_masked_stays_masked() -> None:
    found = atoms(headcounts())
    cells = tables(found, (0, 1))
    former = protect(cells=cells, found=found, kept=[("R0", "S0")])
    assert ("R0", "S0") in former.secondary
    assert len(former.hidden) >= 4, "it would be found by subtraction"
    assert protect(cells=cells, found=found, kept=former.hidden) == former


def test_what_was_told_is_not_masked_too_late() -> None:
    found = atoms(headcounts(R0_S1=[3.0, 4.0]))
    cells = tables(found, (0, 1))
    with pytest.raises(AlreadyToldError, match="déjà été publié"):
        protect(cells=cells, found=found, told=[("R0", "S1")])
    others = [key for key in cells.keys if key != ("R0", "S1")]
    with pytest.raises(AlreadyToldError, match="regroupez"):
        protect(cells=cells, found=found, told=others)


@pytest.mark.parametrize(
    "rows", [{}, {("R0",): [1.0], ("R0", "S0"): [1.0]}, {("R0",): [-1.0]}, {("R0",): [np.nan]}]
)
def test_what_makes_no_sense_is_refused(rows: Rows) -> None:
    with pytest.raises(UnfitCellsError):
        atoms(rows)


def test_former_cells_must_be_among_the_cells() -> None:
    found = atoms(headcounts())
    with pytest.raises(UnfitCellsError, match="précédente"):
        protect(cells=tables(found, (0, 1)), found=found, kept=[("R9", "S9")])
