"""Cross-fitting: nobody is scored by a model that saw him, and later rows choose the trees."""

import numpy as np
import pandas as pd
import pytest

from scoring.dictionary.feature import Feature
from scoring.lab.benchmark.panel import quarters
from scoring.learning import crossfit
from scoring.learning.crossfit import Learning
from scoring.learning.follow_up import Scale
from scoring.learning.hazard import Params
from scoring.vocabulary import Theme, Unit

NUMBER = Feature(
    name="number", theme=Theme.CONTEXT, unit=Unit.COUNT, source="panel", sentence="{value}"
)
ONE_STEP = Scale(intervals=1, horizons=(3,))
QUICK = Params(iterations=60, thread_count=1)


def rows_of(failures: list[int], *, size: int = 30) -> pd.DataFrame:
    """Return `size` rows a quarter, with the given failures in each."""
    days = quarters(np.repeat(np.arange(len(failures)), size))
    outcome = np.concatenate([np.arange(size) < count for count in failures]).astype(int)
    return pd.DataFrame({"as_of": days, "y": outcome})


@pytest.mark.parametrize(
    ("failures", "late_quarters"),
    [
        ([10, 10, 10, 10, 10], 2),  # 20 of 50 are two fifths
        ([20, 5, 4, 6], 3),  # two fifths of 35 are 14: 6 + 4 are not enough, 15 are
        ([3, 0, 2], 3),  # too few to choose on: all rows
        ([20], 1),  # nothing before
    ],
)
def test_the_last_quarters_that_hold_two_fifths_of_the_failures(
    failures: list[int], late_quarters: int
) -> None:
    rows = rows_of(failures)
    late = crossfit.later(rows)
    days = rows.loc[late, "as_of"]
    assert days.nunique() == late_quarters
    assert days.max() == rows["as_of"].max()


def learning(outcome: np.ndarray, number: np.ndarray) -> Learning:
    firms = [f"F{position}" for position in range(len(outcome))]
    panel = pd.DataFrame({"siren": firms, "as_of": quarters(np.zeros(len(firms), dtype=int))})
    rows = panel.assign(interval=1, y=outcome, weight=1.0, row=np.arange(len(firms)))
    return Learning(
        panel=panel.assign(number=number), rows=rows, registry=(NUMBER,), scale=ONE_STEP
    )


def test_what_is_known_of_a_firm_by_heart_does_not_help_it() -> None:
    """A number unique to each firm, outcomes at random: unseen risks must not separate them."""
    rng = np.random.default_rng(3)
    outcome = (rng.random(600) < 0.3).astype(int)
    task = learning(outcome, rng.normal(size=600))
    (everyone,) = crossfit.left_out_models(task, [frozenset()], params=QUICK)
    own = crossfit.risks([everyone], task.panel, task, threads=1)[:, 0]
    unseen = crossfit.unseen(task, params=QUICK)[:, 0]
    gaps = [risk[outcome == 1].mean() - risk[outcome == 0].mean() for risk in (own, unseen)]
    assert gaps[0] > 0.005
    assert gaps[1] < gaps[0] / 2


def test_chance_grows_no_tree() -> None:
    """Nothing to learn: every tree after the first loses on the firms left out."""
    rng = np.random.default_rng(3)
    outcome = (rng.random(600) < 0.3).astype(int)
    assert crossfit.fit(learning(outcome, rng.normal(size=600)), params=QUICK).trees <= 3


def test_unseen_risks_follow_the_truth() -> None:
    rng = np.random.default_rng(4)
    number = rng.normal(size=1500)
    truth = 1 / (1 + np.exp(2 - 1.5 * number))
    fitted = crossfit.fit(learning((rng.random(1500) < truth).astype(int), number), params=QUICK)
    assert fitted.unseen.shape == (1500, 1)
    assert np.corrcoef(fitted.unseen[:, 0], truth)[0, 1] > 0.9
    assert 0 < fitted.trees <= 60


def test_failures_of_a_single_group_cannot_be_left_out() -> None:
    outcome = np.zeros(50, dtype=int)
    outcome[7] = 1
    with pytest.raises(ValueError, match="single group"):
        crossfit.fit(learning(outcome, np.arange(50.0)), params=QUICK)
