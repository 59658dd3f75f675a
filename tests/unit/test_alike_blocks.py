"""Firms alike in blocks that share none, and what is told of each: nothing masked can be computed."""

import random
from itertools import product

import pytest

from app.evidence.alike.blocks import FEWEST, Block, Supported, gather
from app.evidence.alike.likeness import KnownAtOpening, likeness_of
from app.evidence.alike.masking import ENDINGS, SPANS, Family, share, told

DAYS = [bound - 1 for bound, _ in SPANS]
OUTCOMES = [*ENDINGS, None]


def firm(number: int, luck: random.Random, **known: object) -> Supported:
    """An invented firm."""
    return Supported(
        siren=f"{number:09d}",
        likeness=likeness_of(KnownAtOpening(**known)),  # type: ignore[arg-type]
        outcome=luck.choice(OUTCOMES),
        days=luck.choice([*DAYS, 800]),
        days_to_measure=luck.choice([*DAYS, None]),
        measures=[value for value in (1, 2, 3) if luck.random() < 0.3 * value],
        partners=[house for house in ("urssaf", "dgfip") if luck.random() < 0.9],
    )


def country(seed: int, count: int) -> list[Supported]:
    """Firms of a few sectors, sizes and debts; the debt of one in five is unknown."""
    luck = random.Random(seed)  # noqa: S311 - invented firms
    return [
        firm(
            number, luck, naf=luck.choice(("25.50A", "25.11Z", "41.20A")), workforce=luck.choice((4, 30, 80)),
            workforce_before=30, difficulty=luck.choice(("tresorerie", "social", None)),
            debt=luck.choice((0, 0, 100, 9_000, None)), contributions=1_000,
        )
        for number in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [5, 11, 60, 900])
def test_blocks_share_no_firm_have_eleven_and_are_as_narrow_as_can_be(count: int) -> None:
    firms = country(1, count)
    blocks = gather(firms)
    held = [each.siren for block in blocks for each in block.firms]
    assert len(held) == len(set(held))
    assert count - len(held) < FEWEST
    for block in blocks:
        assert len(block.firms) >= FEWEST
        assert all(each.likeness.path[: len(block.path)] == block.path for each in block.firms)
        # Nowhere under it were eleven of its firms alike.
        below: dict[tuple[str, ...], int] = {}
        for each in block.firms:
            for depth in range(len(block.path) + 1, len(each.likeness.path) + 1):
                path = each.likeness.path[:depth]
                below[path] = below.get(path, 0) + 1
        assert max(below.values(), default=0) < FEWEST
    # The order in which they come changes nothing.
    again = gather(reversed(firms))
    assert [(block.path, block.firms) for block in again] == [(b.path, b.firms) for b in blocks]


def test_unknown_debts_narrow_nothing() -> None:
    luck = random.Random(2)  # noqa: S311 - invented firms
    alike = {"naf": "25.50A", "workforce": 30, "workforce_before": 30}
    unread = [firm(number, luck, **alike) for number in range(12)]
    (block,) = gather(unread)
    assert block.path == ("C", "10", "", "25", "stable")
    owing = [
        firm(number + 20, luck, debt=5_000, contributions=1_000, **alike) for number in range(11)
    ]
    assert sorted(len(found.path) for found in gather([*unread, *owing])) == [5, 6]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_masked_in_a_block_has_two_values_at_least_whatever_is_told(seed: int) -> None:
    firms = country(seed, FEWEST + seed % 4)
    lines = told(Block(path=(), firms=firms))
    for family in (Family.OUTCOME, Family.DURATION, Family.FIRST_MEASURE):
        bounds = [(line.low, line.high) for line in lines if line.family is family]
        # Every way to share the firms out between the classes, as the bounds and the total allow.
        ways = [
            way for way in product(*(range(low, high + 1) for low, high in bounds)) if sum(way) == len(firms)
        ]  # fmt: skip
        assert ways
        for place, (low, high) in enumerate(bounds):
            values = {way[place] for way in ways}
            assert values == set(range(low, high + 1))
            assert (low == high) == (len(values) == 1)
            # BoundedCount exactly, a class has three firms or more.
            assert low != high or low >= 3
    apart = [line for line in lines if not line.family.adds_up]
    assert all(line.low != line.high or 3 <= line.low <= len(firms) - 3 for line in apart)


def test_an_interval_holds_those_of_both_bounds() -> None:
    # 10 of 100: Wilson (1927), as published tables give it.
    assert share(10, 10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    low, high = share(8, 12, 100)
    assert low < 0.0552
    assert high > 0.1744
    assert share(20, 20, 20)[1] == 1
