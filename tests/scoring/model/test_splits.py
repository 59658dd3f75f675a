"""Splits: a firm has one fold for ever, and time only goes forward."""

from datetime import date

import pandas as pd
import pytest

from scoring import labels, splits
from scoring.errors import UntrainableError

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
    assert blocks.frozen_on <= min(blocks.calibration) - labels.PUBLICATION_LAG


def test_test_quarters_have_matured() -> None:
    last = max(cut().test) + pd.DateOffset(months=18)
    assert last <= pd.Timestamp("2023-12-01") - labels.PUBLICATION_LAG
    following = max(cut().test) + pd.DateOffset(months=21)
    assert following > pd.Timestamp("2023-12-01") - labels.PUBLICATION_LAG


def test_boosting_is_watched_on_other_firms_and_later_quarters() -> None:
    frame = panel()
    frame = frame[splits.assign(frame, cut()).eq("train")]
    fit, watch = splits.stopping(frame, cut())
    assert not set(frame[fit]["siren"]) & set(frame[watch]["siren"])
    assert frame[fit]["as_of"].max() < frame[watch]["as_of"].min()


def test_a_short_history_is_refused() -> None:
    with pytest.raises(UntrainableError, match="à 18 mois n’est connue que pour"):
        splits.blocks(SNAPSHOTS[:6], as_of=date(2019, 1, 1), block_quarters=4)


def test_the_first_quarter_waits_for_a_year_of_history() -> None:
    assert splits.quarter_after(date(2016, 1, 1), months=12) == date(2017, 1, 1)
    assert splits.quarter_after(date(2016, 2, 1), months=12) == date(2017, 4, 1)
