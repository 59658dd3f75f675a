"""Recalibration: recovers a known distortion and changes no order."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.learning import calibrate
from scoring.learning.calibrate import Calibration
from scoring.learning.follow_up import follow_up


def test_a_known_distortion_is_recovered() -> None:
    rng = np.random.default_rng(3)
    truth = rng.beta(1, 12, size=(40_000, 3))
    outcome = (rng.random(truth.shape) < truth).astype(float)
    distorted = Calibration(intercept=-0.5, slope=1.25).apply(truth)
    found = calibrate.fit(distorted, outcome, weight=np.ones_like(truth))
    assert found.slope == pytest.approx(1 / 1.25, abs=0.02)
    assert found.intercept == pytest.approx(0.5 / 1.25, abs=0.05)
    assert np.abs(found.apply(distorted) - truth).mean() < 0.002


def test_a_horizon_that_is_not_reached_teaches_nothing() -> None:
    """Snapshots 20 months before the end: at 24 months only failures are known, no survivor."""
    rng = np.random.default_rng(5)
    sirens = [f"{n:09d}" for n in range(20_000)]
    snapshots = pd.DataFrame({"siren": sirens, "as_of": pd.Timestamp(2023, 1, 1)})
    months = rng.geometric(0.004, len(snapshots))
    opened = pd.Timestamp(2023, 1, 1) + pd.to_timedelta(months * 30.4, unit="D")
    openings = pd.DataFrame({"siren": sirens, "opened_on": opened, "known_at": opened})
    history = follow_up(openings, known_by=date(2024, 11, 1))
    truth = 1 - 0.996 ** np.array([12, 18, 24])
    blurred = np.tile(truth, (len(snapshots), 1)) * rng.uniform(0.9, 1.1, (len(snapshots), 1))
    found = calibrate.learn(snapshots, history, blurred).apply(truth)
    assert found == pytest.approx(truth, rel=0.08)


def test_unknown_outcomes_weigh_nothing() -> None:
    rng = np.random.default_rng(4)
    risk = rng.beta(1, 10, size=4000)
    outcome = (rng.random(4000) < risk).astype(float)
    alone = calibrate.fit(risk, outcome, weight=np.ones(4000))
    with_noise = calibrate.fit(
        np.concatenate([risk, risk]),
        np.concatenate([outcome, 1 - outcome]),
        weight=np.concatenate([np.ones(4000), np.zeros(4000)]),
    )
    assert with_noise.slope == pytest.approx(alone.slope, abs=1e-6)


def test_too_few_failures_are_refused() -> None:
    with pytest.raises(ValueError, match="3 failures"):
        calibrate.fit(np.full(50, 0.1), np.r_[np.ones(3), np.zeros(47)], weight=np.ones(50))


@given(
    low=st.floats(1e-6, 0.98),
    gap=st.floats(1e-3, 0.01),
    intercept=st.floats(-1, 1),
    slope=st.floats(0.3, 2),
)
@settings(max_examples=60)
def test_order_is_kept(low: float, gap: float, intercept: float, slope: float) -> None:
    low, high = Calibration(intercept=intercept, slope=slope).apply(np.array([low, low + gap]))
    assert low < high


def test_the_identity_changes_nothing() -> None:
    risk = np.array([1e-6, 0.02, 0.5, 0.97])
    np.testing.assert_allclose(Calibration().apply(risk), risk, rtol=1e-10)
