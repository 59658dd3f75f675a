"""What visits find, told from firms drawn at random; chosen visits say what agents knew."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from scoring.errors import UntrainableError
from scoring.learning import verdicts
from scoring.vocabulary import RANDOM_VISITS

SEEDS = range(12)
#: alerts and places of the départements of a world: the draw of a random firm is likelier in a small one
PLACES = ((900, 500), (600, 500), (250, 250))


def visited(seed: int) -> tuple[pd.DataFrame, float]:
    """A world of alerts, some confirmed, and the visits made there: one place in ten is drawn and visited, 300 firms are chosen by agents
    for what they know of them besides the score. Returns the visits and the share of the alerts that a visit would confirm.
    """
    random = np.random.default_rng(seed)
    size = sum(alerts for alerts, _ in PLACES)
    score, known = random.normal(size=size), random.normal(size=size)
    truth = random.random(size) < 1 / (1 + np.exp(0.3 - 0.8 * score - 1.2 * known))
    p_select, drawn, first = np.zeros(size), np.zeros(size, dtype=bool), 0
    for alerts, places in PLACES:
        n = places // 10
        drawn[first + random.choice(alerts, n, replace=False)] = True
        p_select[first : first + alerts], first = n / alerts, first + alerts
    chosen = np.zeros(size, dtype=bool)
    chosen[np.argsort(-(score + known + random.normal(size=size)))[:300]] = True
    risk = 1 / (1 + np.exp(2 - score))
    frame = pd.DataFrame({
        "siren": [f"{number:09d}" for number in range(size)], "arm": np.where(drawn, "random", "algorithm"),
        "confirmed": truth.astype(int), "p_select": np.where(drawn, p_select, 1.0),
        "p12": risk * 0.7, "p18": risk, "is_first": random.random(size) < 0.5, "is_high": score > 1,
    })  # fmt: skip
    return frame[drawn | chosen], float(truth.mean())


def test_random_visits_tell_the_truth_and_chosen_ones_do_not() -> None:
    covered = naive_covered = 0
    gaps, naive = [], []
    for seed in SEEDS:
        visits, truth = visited(seed)
        drawn = visits[visits["arm"] == "random"]
        told = verdicts.proportion(drawn["confirmed"], drawn["p_select"])
        covered += told.low <= truth <= told.high
        gaps.append(told.estimate - truth)
        every = binomtest(int(visits["confirmed"].sum()), len(visits)).proportion_ci()
        naive_covered += every.low <= truth <= every.high
        naive.append(float(visits["confirmed"].mean()) - truth)
    assert covered >= 11
    assert abs(np.mean(gaps)) < 0.03
    assert naive_covered == 0
    assert min(naive) > 0.1


def test_an_unweighted_share_of_random_visits_leans_to_where_more_are_drawn() -> None:
    # 90 of 100 confirmed where one alert in two is drawn, 10 of 100 where one in ten is
    confirmed = np.r_[np.ones(90), np.zeros(10), np.ones(10), np.zeros(90)]
    p_select = np.r_[np.full(100, 0.5), np.full(100, 0.1)]
    told = verdicts.proportion(confirmed, p_select)
    assert told.estimate == pytest.approx((90 / 0.5 + 10 / 0.1) / (100 / 0.5 + 100 / 0.1))
    assert told.n == 200
    assert told.effective < 200


@pytest.mark.parametrize("found", [0, 1, 44, 100])
def test_with_equal_weights_the_interval_is_the_exact_one(found: int) -> None:
    told = verdicts.proportion(np.arange(100) < found, np.full(100, 0.1))
    exact = binomtest(found, 100).proportion_ci(method="exact")
    assert (told.low, told.high) == pytest.approx((exact.low, exact.high))


def test_the_model_learns_what_random_visits_find() -> None:
    visits, truth = visited(3)
    drawn = visits[visits["arm"] == "random"]
    model = verdicts.learn(drawn)
    assert model.coefficients["log_odds"] > 0
    assert model.precision.low <= truth <= model.precision.high
    assert [line["n"] for line in model.calibration] == [32, 31, 31, 31]
    predicted = [line["predicted"] for line in model.calibration]
    assert predicted == sorted(predicted)
    assert sum(line["low"] <= line["predicted"] <= line["high"] for line in model.calibration) >= 3


def test_it_is_refused_below_a_hundred_random_visits_and_without_two_verdicts() -> None:
    visits, _ = visited(1)
    drawn = visits[visits["arm"] == "random"]
    with pytest.raises(UntrainableError, match=f"99 visites.*il en faut {RANDOM_VISITS}"):
        verdicts.learn(drawn.head(RANDOM_VISITS - 1))
    with pytest.raises(UntrainableError, match="même verdict"):
        verdicts.learn(drawn.assign(confirmed=1))
    with pytest.raises(UntrainableError, match="trop semblables"):
        verdicts.learn(drawn.assign(siren="000000001"))
