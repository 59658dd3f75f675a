"""Examples drawn from a panel: nothing is lost without a ceiling, and under one the risk stays the same."""

import numpy as np
import pandas as pd
import pytest

from scoring.learning import follow_up, splits
from scoring.learning.examples import KEY, collect


def by_date(panel: pd.DataFrame) -> list[pd.DataFrame]:
    return [table for _, table in panel.groupby("as_of")]


def test_date_by_date_or_at_once_the_examples_are_the_same(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    for most in (10**9, 20_000):
        whole = collect([panel], history, cut, most_quiet=most)
        streamed = collect(by_date(panel), history, cut, most_quiet=most)
        kept = [
            each.rows.set_index(KEY)[["y", "weight"]].sort_index() for each in (whole, streamed)
        ]
        pd.testing.assert_frame_equal(*kept)
        assert whole.counts == streamed.counts


def test_without_a_ceiling_every_row_is_there(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    found = collect(by_date(panel), history, cut, most_quiet=10**9, quiet_a_failure=10**9)
    free = panel[follow_up.still_free(panel, history)]
    learning = free[splits.assign(free, cut).eq("train")].reset_index(drop=True)
    expected = follow_up.hazard_rows(learning, follow_up.censored_at(history, cut.frozen_on))
    assert found.quiet_share == 1
    assert len(found.rows) == len(expected)
    assert found.rows["weight"].sum() == expected["weight"].sum()
    for name in ("calibration", "test"):
        assert len(found.parts[name]) == splits.assign(free, cut).eq(name).sum()


def test_a_row_keeps_its_own_snapshot(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    found = collect(by_date(panel), history, cut, most_quiet=500)
    taken = found.parts["train"].iloc[found.rows["row"].to_numpy()]
    assert taken["siren"].tolist() == found.rows["siren"].tolist()
    assert taken["as_of"].tolist() == found.rows["as_of"].tolist()
    assert set(found.rows["row"]) == set(range(len(found.parts["train"])))


def test_a_draw_keeps_every_failure_and_the_weight_of_the_others(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    every = collect([panel], history, cut, most_quiet=10**9, quiet_a_failure=10**9).known.rows
    found = collect([panel], history, cut, most_quiet=4_000)
    drawn = found.known.rows
    quiet = drawn[drawn["y"].eq(0)]
    assert len(quiet) == 4_000
    assert found.quiet_share == pytest.approx(4_000 / every["y"].eq(0).sum())
    assert drawn["y"].sum() == every["y"].sum()
    assert drawn.loc[drawn["y"].eq(1), "weight"].eq(1).all()
    assert drawn["weight"].sum() == pytest.approx(every["weight"].sum(), rel=0.01)


def test_the_draw_does_not_look_at_what_a_row_says(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    """With the weights, the mean of a feature and the share of each interval match those of all rows."""
    every = collect([panel], history, cut, most_quiet=10**9, quiet_a_failure=10**9)
    some = collect([panel], history, cut, most_quiet=6_000)

    def told(found: object) -> tuple[float, np.ndarray]:
        known = found.known  # type: ignore[attr-defined]
        rows, debt = known.rows, known.panel["debt_ratio"].iloc[known.rows["row"]].to_numpy()
        told = ~np.isnan(debt)
        weight = rows["weight"].to_numpy()
        shares = rows.groupby("interval")["weight"].sum() / weight.sum()
        return float(np.average(debt[told], weights=weight[told])), shares.to_numpy()

    (mean, shares), (drawn_mean, drawn_shares) = told(every), told(some)
    assert drawn_mean == pytest.approx(mean, rel=0.05)
    assert drawn_shares == pytest.approx(shares, abs=0.02)


def test_training_is_what_was_known_at_the_freeze_of_what_is_known_now(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    """One draw for both: the model in service learns all that its recipe learnt, and the rest."""
    found = collect([panel], history, cut, most_quiet=4_000)
    known, learnt = (each.set_index(KEY) for each in (found.known.rows, found.rows))
    assert learnt.index.isin(known.index).all()
    rest = known[~known.index.isin(learnt.index)].reset_index()
    ends = rest["as_of"] + pd.to_timedelta(rest["interval"] * 92, unit="D")
    late = rest["as_of"].ge(cut.calibration[0]) | ends.gt(cut.frozen_on)
    set_aside = splits.folds(rest["siren"]).isin([splits.TEST_FOLD, splits.CALIBRATION_FOLD])
    assert (late | set_aside).all()
    assert known["y"].sum() > 1.3 * learnt["y"].sum()


def test_beyond_so_many_quiet_rows_a_failure_none_is_kept(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    found = collect([panel], history, cut, quiet_a_failure=3).known.rows
    assert found["y"].eq(0).sum() == 3 * found["y"].sum()
