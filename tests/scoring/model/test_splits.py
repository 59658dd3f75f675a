"""Splits: a firm has one fold for ever, and time only goes forward."""

import itertools
from datetime import date

import pandas as pd
import pytest

from scoring.errors import UntrainableError
from scoring.learning import follow_up, splits

SNAPSHOTS = splits.quarterly(date(2017, 1, 1), date(2023, 12, 1))


def cut(quarters: int = 2) -> splits.Blocks:
    return splits.blocks(SNAPSHOTS, as_of=date(2023, 12, 1), horizon=18, block_quarters=quarters)


def panel() -> pd.DataFrame:
    sirens = [f"{number:09d}" for number in range(500)]
    return pd.DataFrame(
        [(siren, day) for siren in sirens for day in SNAPSHOTS], columns=["siren", "as_of"]
    )


def test_folds_never_change() -> None:
    assert [splits.fold(siren) for siren in ("542368702", "000000000", "999999999")] == [6, 3, 5]


def test_folds_are_balanced() -> None:
    counts = splits.folds(pd.Series([f"{n:09d}" for n in range(5000)])).value_counts()
    assert counts.between(420, 580).all()
    assert len(counts) == splits.FOLDS


def test_roles_share_no_firm() -> None:
    frame = panel().assign(role=lambda rows: splits.assign(rows, cut()))
    learnt = frame[frame["role"].ne("unused")].groupby("siren")["role"].nunique()
    assert learnt.max() == 1
    assert set(frame["role"]) == set(splits.ROLES)


def test_blocks_follow_each_other_in_time() -> None:
    blocks = cut()
    assert max(blocks.train) < min(blocks.calibration)
    assert max(blocks.calibration) < min(blocks.test)
    assert set(blocks.stopping) <= set(blocks.train)


def test_training_knows_nothing_of_the_calibration_block() -> None:
    blocks = cut()
    assert blocks.frozen_on <= min(blocks.calibration) - follow_up.PUBLICATION_LAG


def test_test_quarters_have_matured() -> None:
    last = max(cut().test) + pd.DateOffset(months=18)
    assert last <= pd.Timestamp("2023-12-01") - follow_up.PUBLICATION_LAG
    following = max(cut().test) + pd.DateOffset(months=21)
    assert following > pd.Timestamp("2023-12-01") - follow_up.PUBLICATION_LAG


def test_boosting_is_watched_on_other_firms_and_later_quarters() -> None:
    frame = panel()
    frame = frame[splits.assign(frame, cut()).eq("train")]
    fit, watch = splits.stopping(frame, cut())
    assert not set(frame[fit]["siren"]) & set(frame[watch]["siren"])
    assert frame[fit]["as_of"].max() < frame[watch]["as_of"].min()


def test_a_short_history_is_refused() -> None:
    with pytest.raises(UntrainableError, match="à 18 mois n’est connue que pour"):
        splits.blocks(SNAPSHOTS[:6], as_of=date(2019, 1, 1), block_quarters=4)


def failing(a_quarter: int) -> pd.DataFrame:
    """That many firms of the test fold fail each quarter of 2015-2023, and others too."""
    days = splits.quarterly(date(2015, 1, 1), date(2023, 12, 31))
    numbers = (f"{number:09d}" for number in itertools.count())
    tested = filter(lambda siren: splits.fold(siren) == splits.TEST_FOLD, numbers)
    rows = [(next(tested), day + pd.Timedelta(days=10)) for day in days for _ in range(a_quarter)]
    others = [("000000000", day) for day in days for _ in range(500)]
    return pd.DataFrame(rows + others, columns=["siren", "on"])


@pytest.mark.parametrize(
    ("a_quarter", "quarters", "is_crossfitted"), [(35, 1, False), (30, 2, False), (1, 4, True)]
)
def test_a_block_pools_as_many_quarters_as_its_failures_need(
    a_quarter: int, quarters: int, is_crossfitted: bool
) -> None:
    """A block of one quarter spans six quarters of failures, a block of two spans seven."""
    days = splits.quarterly(date(2015, 1, 1), date(2023, 12, 31))
    found = splits.pooling(days, failing(a_quarter), as_of=date(2024, 1, 1))
    assert (found.block_quarters, found.is_crossfitted) == (quarters, is_crossfitted)


@pytest.mark.parametrize(("a_quarter", "quarters"), [(36, 1), (30, 2), (5, 4)])
def test_cross_fitted_blocks_count_the_failures_of_every_firm(
    a_quarter: int, quarters: int
) -> None:
    """The same failures spread over all folds: one fold holds a tenth of them, never enough."""
    days = splits.quarterly(date(2015, 1, 1), date(2023, 12, 31))
    numbers = (f"{number:09d}" for number in itertools.count())
    rows = [(next(numbers), day + pd.Timedelta(days=10)) for day in days for _ in range(a_quarter)]
    everyone = pd.DataFrame(rows, columns=["siren", "on"])
    found = splits.pooling(days, everyone, as_of=date(2024, 1, 1))
    assert (found.block_quarters, found.is_crossfitted) == (quarters, True)


def test_cross_fitted_every_firm_has_every_role_and_is_left_out_once() -> None:
    blocks = splits.blocks(
        SNAPSHOTS, as_of=date(2023, 12, 1), block_quarters=2, is_crossfitted=True
    )
    frame = panel().assign(role=lambda rows: splits.assign(rows, blocks))
    roles = frame[frame["role"].ne("unused")].groupby("siren")["role"].nunique()
    assert roles.eq(3).all()
    assert frame.groupby("as_of")["role"].nunique().eq(1).all()
    assert sorted(fold for group in blocks.left_out for fold in group) == list(range(splits.FOLDS))


def test_a_short_history_pools_what_it_can() -> None:
    days = splits.quarterly(date(2020, 1, 1), date(2024, 1, 1))
    assert splits.pooling(days, failing(1), as_of=date(2024, 1, 1)).block_quarters == 2
    assert splits.pooling((), failing(1), as_of=date(2024, 1, 1)).block_quarters == 1


def test_the_first_quarter_waits_for_a_year_of_history() -> None:
    assert splits.quarter_after(date(2016, 1, 1), months=12) == date(2017, 1, 1)
    assert splits.quarter_after(date(2016, 2, 1), months=12) == date(2017, 4, 1)
