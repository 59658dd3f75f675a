"""The level of failures: measured on the first months, shrunk by its failures, followed only where the past says so."""

import numpy as np
import pandas as pd
import pytest

from scoring.learning import regime

QUARTERS = 36


def series(level: np.ndarray, *, expected: float = 20.0) -> pd.DataFrame:
    """Return quarters where `level` times what is predicted comes, chance left out."""
    days = pd.date_range("2017-01-01", periods=len(level), freq="QS")
    table = pd.DataFrame({"predicted": expected, "observed": expected * level}, index=days)
    return table.rename_axis("quarter")


def blips() -> np.ndarray:
    """One year high, the next low: what was last seen says the contrary of what comes."""
    return np.tile(np.repeat([1.4, 0.6], 6), QUARTERS // 12)


def test_a_steady_level_corrects_nothing() -> None:
    found = regime.learn(series(np.ones(QUARTERS)))
    assert found.shrunk == pytest.approx(1.0)
    assert found.level == 1.0


def test_a_lasting_change_is_followed_and_shrunk() -> None:
    """Half of what the past awaited, for years: followed, most of the way but not all."""
    found = regime.learn(series(np.r_[np.ones(14), np.full(22, 0.5)]))
    assert found.is_followed
    awaited = (found.failures + regime.PRIOR) / found.level - regime.PRIOR
    assert found.failures / awaited < found.level < 1.0


def test_what_the_past_contradicts_is_not_followed() -> None:
    found = regime.learn(series(blips()))
    assert found.tried > 10
    assert found.loss_with > found.loss_without
    assert found.level == 1.0
    assert found.shrunk != pytest.approx(1.0, abs=0.02)


def test_few_failures_move_the_level_less() -> None:
    """The last year holds thrice what it held: the fewer the failures, the less it is believed."""
    level = np.r_[np.ones(QUARTERS - 4), np.full(4, 3.0)]
    few, some, many = (
        regime.learn(series(level, expected=expected)).shrunk for expected in (1.0, 20.0, 500.0)
    )
    assert 1.2 < few < some < many < 2.1


def test_a_short_history_says_nothing() -> None:
    found = regime.learn(series(np.ones(12) * 1.3))
    assert (found.tried, found.level) == (0, 1.0)


def test_the_past_is_judged_with_what_it_knew() -> None:
    """The last quarters move: no judgment of a quarter whose level was known before them changes."""
    level = np.repeat([1.0, 0.5, 1.5], QUARTERS // 3)
    before = regime.learn(series(level))
    changed = np.r_[level[:-1], 30.0]
    after = regime.learn(series(changed))
    last = regime._losses(np.full(QUARTERS, 20.0), 20 * changed, QUARTERS - regime.AHEAD)
    rest = regime._losses(np.full(QUARTERS, 20.0), 20 * level, QUARTERS - regime.AHEAD)
    assert after.loss_with - before.loss_with == pytest.approx(last[1] - rest[1])


def test_quarters_are_counted_with_their_weights() -> None:
    rows = pd.DataFrame(
        {
            "siren": ["1", "1", "2", "3", "3"],
            "as_of": pd.to_datetime(["2020-01-01"] * 4 + ["2020-04-01"]),
            "interval": [1, 2, 1, 1, 1],
            "y": [0, 1, 1, 0, 0],
            "weight": [4.0, 1.0, 1.0, 2.0, 1.0],
        }
    )
    hazard = np.array([0.1, 0.2, 0.3, np.nan, 0.5])
    found = regime.by_quarter(rows, hazard)
    assert found["predicted"].tolist() == pytest.approx([0.7, 0.5])
    assert found["observed"].tolist() == [1.0, 0.0]
    both = regime.by_quarter(rows, hazard, intervals=2).iloc[0]
    assert (both["predicted"], both["observed"], both["firms"], both["known"]) == pytest.approx(
        (0.9, 2.0, 2, 2)
    )


def test_what_just_ended_weighs_one_and_three_years_before_one_half() -> None:
    rows = pd.DataFrame({"as_of": pd.to_datetime(["2023-01-01", "2020-01-01"]), "interval": [4, 4]})
    weight = regime.recency(rows, until=pd.Timestamp("2024-01-01"))
    assert weight == pytest.approx([1.0, 0.5], abs=0.01)


def test_a_quarter_out_of_its_band_is_more_than_chance() -> None:
    fewest, most = regime.band(14.0)
    assert (fewest, most) == (7, 22)
    assert regime.band(0.0) == (0, 0)
