"""Worlds where the effect of support is known: it is found, nothing is found where there is nothing, and a table of
supported and other firms says something else. `python -m bench.impact` has more of them.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from scoring.impact.errors import NotMaturedError
from scoring.impact.judging.conclusion import verdict
from scoring.impact.results import Effect
from scoring.impact.trials import SupportPanel, sequential_trials, trials_att
from scoring.lab.worlds import support
from scoring.vocabulary import ImpactVerdict

SEEDS = range(1, 9)


@dataclass(frozen=True)
class Found:
    """What was measured in a world, what is true, what a table says."""

    effect: Effect
    truth: float
    naive: float


def measured(ratio: float, seed: int) -> Found:
    world = support.live(ratio=ratio, seed=seed)
    trials = sequential_trials(panel=world.panel, horizon=support.HORIZON, starts=support.STARTS)
    return Found(
        effect=trials_att(trials=trials),
        truth=world.truth(trials),
        naive=support.supported_less_others(trials, world.panel),
    )


@pytest.fixture(scope="module")
def helped() -> list[Found]:
    """Worlds where support halves the hazard."""
    return [measured(0.5, seed) for seed in SEEDS]


def test_the_effect_of_support_is_found(helped: list[Found]) -> None:
    error = np.array([each.effect.estimate - each.truth for each in helped])
    assert abs(error.mean()) <= 0.01
    assert np.sqrt((error**2).mean()) <= 0.012
    assert sum(each.effect.low <= each.truth <= each.effect.high for each in helped) >= 7
    assert {verdict(effect=each.effect).verdict for each in helped} == {ImpactVerdict.FAVORABLE}


def test_a_table_of_supported_and_other_firms_is_no_effect(helped: list[Found]) -> None:
    error = np.array([each.naive - each.truth for each in helped])
    assert error.min() > 0.02, "it hides a third of what support does"


def test_nothing_is_concluded_where_there_is_nothing() -> None:
    found = [verdict(effect=measured(1.0, seed).effect) for seed in SEEDS]
    assert [each.verdict for each in found].count(ImpactVerdict.NON_CONCLUANT) >= 7


@pytest.fixture(scope="module")
def panel() -> SupportPanel:
    """A small world."""
    return support.live(ratio=0.5, seed=1, firms=4_000).panel


def test_a_cohort_that_has_not_matured_is_refused(panel: SupportPanel) -> None:
    early = replace(panel, observed_until=20.0)
    with pytest.raises(NotMaturedError, match="attendez"):
        sequential_trials(panel=early, horizon=18, starts=support.STARTS)
    assert set(sequential_trials(panel=early, horizon=18).start) == {0}


def test_nobody_is_immortal_during_the_grace(panel: SupportPanel) -> None:
    """A support that begins in the grace is treated from its end on, and whoever failed before is in neither group."""
    later = replace(panel, supported_at=panel.supported_at + 1.0)
    trials = sequential_trials(panel=later, horizon=15, starts=support.STARTS, grace=1)
    place = np.searchsorted(panel.firm, trials.firm)
    clock = (trials.start + 1) * 3
    assert trials.treated.any()
    assert (later.failed_at[place] > clock).all()
    assert (trials.treated == (later.supported_at[place] <= clock)).all()
    assert (trials.ends.months[trials.ends.failed] > 0).all()


def test_what_comes_after_the_support_of_a_control_is_not_read(panel: SupportPanel) -> None:
    """Controls of every trial that were supported later fail at once, instead of what came of them."""
    later = np.isfinite(panel.supported_at) & (panel.supported_at > max(support.STARTS) * 3)
    failed_at = np.where(later, panel.supported_at + 0.5, panel.failed_at)
    found = [
        trials_att(trials=sequential_trials(panel=each, horizon=18, starts=support.STARTS))
        for each in (panel, replace(panel, failed_at=failed_at))
    ]
    assert (failed_at != panel.failed_at).sum() > 20
    assert found[0] == found[1]
