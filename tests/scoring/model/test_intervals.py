"""What the intervals say is true as often as they say it, with few failures as with many: measured on worlds
whose truth is known.
"""

from functools import cache

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binomtest, norm

from scoring.learning.intervals import Ground, Law, effective_rows, interval
from scoring.measuring import evaluate
from scoring.measuring.evaluate import AT_CAPACITY, JudgedRows
from scoring.measuring.report import conclusions
from scoring.vocabulary import FEWEST_FAILURES

PREVALENCE, SHIFT = 0.05, 1.3
#: failing firms on average -> worlds: enough to tell 0.95 from the 0.81 that percentiles cover with six
WORLDS = {6: 90, 25: 50, 100: 25}
FIRST_SEED = 1000
DRAWS = 60
#: worlds are few: an interval that covers 0.93 is below this once in some two hundred
CHANCE = 2.6
HELD = 0.93


@cache
def truth() -> dict[str, float]:
    """What each statistic is in an endless world: scores of failing firms are higher by SHIFT."""
    rng = np.random.default_rng(0)
    outcome = (rng.random(400_000) < PREVALENCE).astype(float)
    score = rng.normal(SHIFT * outcome, 1.0)
    ranked = outcome[np.argsort(-score)]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return {
        "auc": float(norm.cdf(SHIFT / np.sqrt(2))),
        "average_precision": float((precision * ranked).sum() / ranked.sum()),
        AT_CAPACITY: float(ranked[: round(evaluate.CAPACITY * len(ranked))].mean()),
        "prevalence": PREVALENCE,
        "citl": 1.0,
        "slope": 1.0,
    }


def seen(failures: int, *, seed: int) -> tuple[np.ndarray, JudgedRows]:
    """A world, as a test sees it: the true risk of each firm, and what happened."""
    rng = np.random.default_rng([failures, seed])
    size = round(failures / PREVALENCE)
    outcome = (rng.random(size) < PREVALENCE).astype(float)
    score = rng.normal(SHIFT * outcome, 1.0)
    risk = expit(np.log(PREVALENCE / (1 - PREVALENCE)) + SHIFT * score - SHIFT**2 / 2)
    names = np.arange(size).astype(str).astype(object)
    days = np.full(size, np.datetime64("2021-01-01"))
    return risk, JudgedRows(siren=names, as_of=days, outcome=outcome, weight=np.ones(size))


@cache
def covered(failures: int) -> dict[str, tuple[int, int]]:
    """Statistic -> worlds whose interval holds the truth, worlds where there is one."""
    found = {name: [0, 0] for name in truth()}
    for seed in range(FIRST_SEED, FIRST_SEED + WORLDS[failures]):
        risk, rows = seen(failures, seed=seed)
        if rows.failed_firms < FEWEST_FAILURES:
            continue
        bands = evaluate.compare({"m": risk}, rows, thresholds={}, draws=DRAWS, seed=seed)["m"]
        for name, true in truth().items():
            found[name][1] += 1
            found[name][0] += bands[name]["low"] <= true <= bands[name]["high"]
    return {name: (held, worlds) for name, (held, worlds) in found.items()}


@pytest.mark.parametrize("failures", WORLDS)
@pytest.mark.parametrize("statistic", truth())
def test_an_interval_holds_the_truth_as_often_as_it_says(statistic: str, failures: int) -> None:
    held, worlds = covered(failures)[statistic]
    lowest = HELD - CHANCE * np.sqrt(HELD * (1 - HELD) / worlds)
    assert held / worlds >= lowest


def test_with_too_few_failures_no_interval_is_given_and_words_say_why() -> None:
    risk, rows = seen(6, seed=2)
    last = np.flatnonzero(np.cumsum(rows.outcome) == FEWEST_FAILURES - 1)[0] + 1
    few = JudgedRows(
        siren=rows.siren[:last], as_of=rows.as_of[:last], outcome=rows.outcome[:last], weight=rows.weight[:last]
    )  # fmt: skip
    found = evaluate.compare({"m": risk[:last]}, few, thresholds={}, draws=DRAWS)["m"]
    for name in ("auc", "average_precision", "citl", "slope"):
        assert np.isfinite(found[name]["value"])
        assert np.isnan(found[name]["low"])
    # a share of rows has an exact interval, however few are right
    assert found[AT_CAPACITY]["low"] <= found[AT_CAPACITY]["value"] <= found[AT_CAPACITY]["high"]
    assert f"moins de {FEWEST_FAILURES}" in conclusions.WHY_NO_INTERVAL


@pytest.mark.parametrize(("hits", "size"), [(0, 11), (3, 11), (11, 11)])
def test_a_share_is_exact(hits: int, size: int) -> None:
    """Nobody right out of eleven is not a certainty: 0 to 28 %."""
    ground = Ground(law=Law.SHARE, firms=hits, rows=float(size))
    exact = binomtest(hits, size).proportion_ci(method="exact")
    assert interval(hits / size, [], ground) == pytest.approx((exact.low, exact.high))


def test_rows_of_one_firm_count_as_one() -> None:
    firms = np.array([0, 0, 0, 1, 2])
    assert effective_rows(np.ones(5), firms) == pytest.approx(25 / 11)
    assert effective_rows(np.ones(3), np.arange(3)) == 3


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.2, conclusions.AHEAD),
        (-0.2, -0.01, conclusions.BEHIND),
        (-0.1, 0.2, conclusions.INCONCLUSIVE),
        (0.0, 0.0, conclusions.EQUAL),
        (None, None, conclusions.UNKNOWN),
    ],
)
def test_a_difference_is_concluded_in_words(
    low: float | None, high: float | None, said: str
) -> None:
    assert conclusions.of_difference({"value": 0.1, "low": low, "high": high}) == said
