"""Every statistic against a hand-computed case, scikit-learn, or a simulated truth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import OptimizeResult
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from scoring.learning import ipcw
from scoring.learning.thresholds import Thresholds
from scoring.measuring import evaluate, recalibrated
from scoring.measuring.evaluate import JudgedRows
from scoring.measuring.ranking import Ranking

CUTS = Thresholds(elevee=0.5, moderee=0.2)


def rows(outcome: np.ndarray, *, sirens: np.ndarray | None = None) -> JudgedRows:
    names = np.arange(len(outcome)).astype(str) if sirens is None else sirens
    return JudgedRows(
        siren=names.astype(object),
        as_of=np.full(len(outcome), np.datetime64("2021-01-01")),
        outcome=outcome.astype(float),
        weight=np.ones(len(outcome)),
    )


def test_precision_recall_and_f_by_hand() -> None:
    risk, outcome = np.array([0.9, 0.6, 0.4, 0.1]), np.array([1.0, 0.0, 1.0, 0.0])
    found = evaluate.at_threshold(risk, outcome, weight=np.ones(4), cut=0.5, beta=0.5)
    assert found == pytest.approx({"precision": 0.5, "recall": 0.5, "f": 0.5, "alerted": 0.5})


def test_published_precision_and_recall_give_the_published_f() -> None:
    # 100 alerts holding 62 failures of 167.57 (recall 0.37): F0.5 0.546
    outcome = np.r_[np.ones(62), np.zeros(38), np.ones(106)]
    risk = np.r_[np.ones(100), np.zeros(106)]
    found = evaluate.at_threshold(risk, outcome, weight=np.ones(206), cut=0.5, beta=0.5)
    assert found["f"] == pytest.approx(0.546, abs=0.002)


def test_auc_by_hand_counts_pairs() -> None:
    found = evaluate.compare(
        {"m": np.array([0.9, 0.8, 0.7, 0.1])},
        rows(np.array([1, 0, 1, 0])),
        thresholds={"m": CUTS},
        draws=3,
    )
    assert found["m"]["auc"]["value"] == pytest.approx(3 / 4)
    assert found["m"]["average_precision"]["value"] == pytest.approx((1 + 2 / 3) / 2)


def test_ranks_are_those_of_scikit_learn_with_ties_and_weights() -> None:
    rng = np.random.default_rng(13)
    score, outcome = rng.integers(0, 40, 500) / 40, (rng.random(500) < 0.2).astype(float)
    weight = rng.integers(0, 3, 500) * rng.random(500)
    ranking = Ranking.of(score, outcome)
    assert ranking.auc(weight) == pytest.approx(roc_auc_score(outcome, score, sample_weight=weight))
    assert ranking.average_precision(weight) == pytest.approx(
        average_precision_score(outcome, score, sample_weight=weight)
    )


def test_citl_is_predicted_over_observed() -> None:
    risk, outcome = np.array([0.2, 0.4]), np.array([0.0, 1.0])
    assert evaluate.citl(risk, outcome, weight=np.ones(2)) == pytest.approx(0.6)


def test_the_slope_is_that_of_a_logistic_regression() -> None:
    rng = np.random.default_rng(7)
    risk = rng.beta(1, 9, 4000)
    outcome = (rng.random(4000) < risk).astype(float)
    logit = np.log(risk / (1 - risk))[:, None]
    expected = LogisticRegression(C=np.inf, tol=1e-10).fit(logit, outcome).coef_[0, 0]
    assert evaluate.slope(risk, outcome, weight=np.ones(4000)) == pytest.approx(expected, abs=1e-4)


def test_a_true_probability_is_calibrated() -> None:
    rng = np.random.default_rng(8)
    risk = rng.beta(1, 9, 60_000)
    outcome = (rng.random(60_000) < risk).astype(float)
    ones = np.ones(60_000)
    assert evaluate.citl(risk, outcome, weight=ones) == pytest.approx(1, abs=0.03)
    assert evaluate.slope(risk, outcome, weight=ones) == pytest.approx(1, abs=0.03)
    exaggerated = risk**1.5
    assert evaluate.slope(exaggerated, outcome, weight=ones) < 0.75


@pytest.mark.parametrize("true", [0.2, 1 / 3, 0.5, 1.0, 2.0])
def test_the_slope_is_found_whatever_it_is(true: float) -> None:
    """Newton alone swings for ever between two values below one half, and may stop on exactly 1."""
    rng = np.random.default_rng(12)
    odds = rng.normal(-2, 1.5, 40_000)
    outcome = (rng.random(len(odds)) < expit(true * odds)).astype(float)
    found = evaluate.slope(expit(odds), outcome, weight=np.ones(len(odds)))
    assert found == pytest.approx(true, abs=0.04)


@pytest.mark.parametrize(
    ("risk", "outcome"),
    [
        ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]),
        ([0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0]),
        ([0.3] * 4, [0, 1, 0, 1]),
    ],
    ids=["separated", "the wrong way round", "constant"],
)
def test_a_slope_that_does_not_exist_is_not_given(risk: list[float], outcome: list[int]) -> None:
    found = evaluate.slope(np.array(risk), np.array(outcome, dtype=float), weight=np.ones(4))
    assert np.isnan(found)


def test_a_search_that_fails_gives_no_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        recalibrated, "minimize", lambda *_, **__: OptimizeResult(success=False, x=np.ones(2))
    )
    found = evaluate.slope(
        np.array([0.1, 0.3, 0.2, 0.4]), np.array([0.0, 0, 1, 1]), weight=np.ones(4)
    )
    assert np.isnan(found)


def test_firms_are_counted_once_whatever_their_rows() -> None:
    seen = rows(np.array([1, 1, 0, 1, 0]), sirens=np.array(["a", "a", "b", "c", "c"]))
    assert (seen.events, seen.failed_firms) == (3, 2)
    unknown = replace(seen, weight=np.array([1.0, 1, 1, 0, 1]))
    assert unknown.failed_firms == 1
    # one firm that stands for ten, and one for itself, are worth little more than one
    heavy = replace(seen, weight=np.array([5.0, 5, 1, 1, 1]))
    assert heavy.worth_in(np.ones(5)) == pytest.approx(11**2 / (10**2 + 1))


def test_capacity_takes_the_best_of_each_quarter_and_shares_ties() -> None:
    risk = np.array([0.9, 0.5, 0.5, 0.1, 0.2, 0.3, 0.4, 0.6])
    days = np.array(["2021-01-01"] * 4 + ["2021-04-01"] * 4, dtype="datetime64[s]")
    inside = evaluate.capacity_membership(risk, days, share=0.5)
    assert inside.tolist() == [1, 0.5, 0.5, 0, 0, 0, 1, 1]


def test_the_bootstrap_draws_firms_not_rows() -> None:
    """Ten copies of each firm carry no information: the interval must not shrink."""
    rng = np.random.default_rng(9)
    risk = rng.random(200)
    outcome = (rng.random(200) < risk).astype(float)
    sirens = np.arange(200).astype(str)
    single = evaluate.compare({"m": risk}, rows(outcome, sirens=sirens), thresholds={}, draws=150)
    copied = evaluate.compare(
        {"m": np.tile(risk, 10)},
        rows(np.tile(outcome, 10), sirens=np.tile(sirens, 10)),
        thresholds={},
        draws=150,
    )
    widths = [found["m"]["auc"]["high"] - found["m"]["auc"]["low"] for found in (single, copied)]
    assert widths[1] == pytest.approx(widths[0], rel=0.05)


def test_rows_without_a_failure_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="no failure"):
        evaluate.compare({"m": np.array([0.1, 0.2])}, rows(np.zeros(2)), thresholds={})


def test_kaplan_meier_by_hand() -> None:
    months = np.array([1.0, 2.0, 2.0, 3.0, 4.0])
    lost = np.array([False, True, False, True, False])
    # at 2: one failure leaves first, then 1 lost of 3; at 3: 1 lost of 2
    expected = [1, 1, 1, 2 / 3, 1 / 3]
    np.testing.assert_allclose(ipcw.survival_before(months, lost), expected)


def test_without_loss_every_weight_is_one() -> None:
    known = pd.DataFrame(
        {"exit": ["failed", "followed"] * 60, "months": [3.0, 18.0] * 60, "observed": True}
    )
    np.testing.assert_allclose(ipcw.weights(known, np.linspace(0, 1, 120), horizon=18), 1)


def test_weights_recover_the_prevalence_nobody_would_see() -> None:
    """Supports go to risky firms: observed rows understate failures, weighted rows do not."""
    rng = np.random.default_rng(10)
    size = 60_000
    risky = rng.random(size) < 0.15
    failing = rng.exponential(np.where(risky, 40.0, 300.0))
    leaving = rng.exponential(np.where(risky, 25.0, 2000.0))
    truth = (failing <= 18).mean()
    months = np.minimum(np.minimum(failing, leaving), 18)
    exits = np.select(
        [(failing <= leaving) & (failing <= 18), leaving < 18], ["failed", "left"], "followed"
    )
    known = pd.DataFrame({"exit": exits, "months": months, "observed": exits != "left"})
    score = risky + rng.random(size) * 0.1
    weight = ipcw.weights(known, score, horizon=18)
    outcome = exits == "failed"
    naive = outcome[known["observed"]].mean()
    weighted = np.average(outcome, weights=weight)
    assert abs(naive - truth) > 0.007
    assert weighted == pytest.approx(truth, abs=0.005)


def test_bands_follow_what_agents_read_each_quarter() -> None:
    """Firms that become risky after the snapshot are supported: only the risk of the day reveals it."""
    rng = np.random.default_rng(11)
    size = 60_000
    turned = rng.random(size) < 0.2  # from the second quarter on
    failing = 3 + rng.exponential(np.where(turned, 30.0, 300.0))
    leaving = 3 + rng.exponential(np.where(turned, 15.0, 3000.0))
    months = np.minimum(np.minimum(failing, leaving), 18)
    exits = np.select(
        [(failing <= leaving) & (failing <= 18), leaving < 18], ["failed", "left"], "followed"
    )
    known = pd.DataFrame({"exit": exits, "months": months, "observed": exits != "left"})
    at_first = rng.random(size)
    read = np.column_stack([at_first, *[turned + 0.1 * rng.random(size)] * 5])
    truth, outcome = (failing <= 18).mean(), exits == "failed"
    blind, following = (
        np.average(outcome, weights=ipcw.weights(known, risk, horizon=18))
        for risk in (at_first, read)
    )
    assert blind < truth - 0.01
    assert following == pytest.approx(truth, abs=0.005)


def test_who_left_before_the_snapshot_is_not_looked_at() -> None:
    here = pd.DataFrame(
        {"exit": ["failed", "left", "followed"] * 80, "months": [9.0, 6.0, 18.0] * 80}
    )
    here["observed"] = here["exit"].ne("left")
    gone = here.head(60).assign(exit="left", months=-4.0, observed=False)
    alone = ipcw.weights(here, np.ones(len(here)), horizon=18)
    both = ipcw.weights(pd.concat([here, gone]), np.ones(len(here) + len(gone)), horizon=18)
    np.testing.assert_allclose(both, np.r_[alone, np.zeros(len(gone))])
