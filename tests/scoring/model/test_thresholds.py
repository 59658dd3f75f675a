"""Thresholds: the true argmax of F-beta, checked against the slow way."""

import numpy as np
import pytest
from sklearn.metrics import fbeta_score

from scoring.learning import thresholds
from scoring.learning.thresholds import Thresholds
from scoring.vocabulary import Level


@pytest.mark.parametrize("beta", [0.5, 2.0])
def test_the_threshold_is_the_argmax_scikit_learn_finds(beta: float) -> None:
    rng = np.random.default_rng(5)
    risk = rng.random(300).round(2)  # ties on purpose
    outcome = (rng.random(300) < risk**2).astype(float)
    weight = rng.random(300)
    found = thresholds.best(risk, outcome, weight=weight, beta=beta)

    def score(cut: float) -> float:
        alerted = risk >= cut
        return float(fbeta_score(outcome, alerted, beta=beta, sample_weight=weight))

    assert score(found) == pytest.approx(max(score(cut) for cut in np.unique(risk)), abs=1e-12)


def test_the_high_level_is_never_easier_than_the_moderate_one() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        risk = rng.random(80)
        outcome = (rng.random(80) < 0.3).astype(float)
        found = thresholds.choose(risk, outcome, weight=np.ones(80))
        assert found.moderee <= found.elevee


def test_no_failure_means_no_threshold() -> None:
    with pytest.raises(ValueError, match="aucun seuil"):
        thresholds.choose(np.array([0.1, 0.2]), np.zeros(2), weight=np.ones(2))


def test_levels_include_their_threshold() -> None:
    cuts = Thresholds(elevee=0.3, moderee=0.1)
    assert [cuts.level(risk) for risk in (0.3, 0.1, 0.0999)] == [Level.ELEVEE, Level.MODEREE, None]
