"""What no figure can be given of: each case is refused by an error that says in French what to do."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from config import ROOT
from scoring.impact import errors
from scoring.impact.aipw import aipw_att
from scoring.impact.discontinuity.estimate import rd
from scoring.impact.judging.conclusion import mde, needed_rows, verdict
from scoring.impact.judging.sensitivity import e_value, e_value_of, rosenbaum_gamma
from scoring.impact.results import Effect, stated
from scoring.impact.staggered import did_att_gt
from scoring.impact.survival import pooled_hazard, weighted_km
from scoring.impact.weighting import Ends, ipcw, iptw
from scoring.vocabulary import ImpactVerdict

RANDOM = np.random.default_rng(5)
N = 400
X = RANDOM.normal(size=(N, 2))
TREATED = (RANDOM.random(N) < 0.3).astype(float)
FAILED = (RANDOM.random(N) < 0.2).astype(float)
SCORE = np.linspace(-1, 1, N)
ENDS = Ends(months=np.full(N, 9.0), failed=np.zeros(N, bool), lost=np.zeros(N, bool))


def att(**changed: Any) -> Effect:
    return aipw_att(**{"outcome": FAILED, "treated": TREATED, "covariates": X, **changed})


def once(place: int = 0) -> np.ndarray:
    """A failure of one firm."""
    return (np.arange(N) == place).astype(float)


REFUSED: dict[str, tuple[type[errors.ImpactError], Callable[[], object]]] = {
    "nobody is treated": (errors.NoTreatedError, lambda: att(treated=np.zeros(N))),
    "everybody is treated": (errors.NoControlError, lambda: att(treated=np.ones(N))),
    "no known control": (errors.NoControlError, lambda: att(weight=TREATED)),
    "nobody resembles the treated": (
        errors.NoOverlapError,
        lambda: att(covariates=np.column_stack([X, TREATED * 8 + X[:, 0]])),
    ),
    "one failure": (errors.TooFewEventsError, lambda: att(outcome=once())),
    "a missing outcome": (errors.UnfitTableError, lambda: att(outcome=np.where(once(), np.nan, FAILED))),
    "a missing covariate": (errors.UnfitTableError, lambda: att(covariates=np.where(X > 2, np.nan, X))),
    "a table too short": (errors.UnfitTableError, lambda: att(covariates=X[1:])),
    "a treatment by halves": (errors.UnfitTableError, lambda: att(treated=TREATED / 2)),
    "a negative weight": (errors.UnfitTableError, lambda: att(weight=-np.ones(N))),
    "weights without treated": (
        errors.NoTreatedError,
        lambda: iptw(treated=np.zeros(N), covariates=X),
    ),
    "follow-up cut before the horizon": (
        errors.NotMaturedError,
        lambda: ipcw(ends=ENDS, covariates=X, horizon=18),
    ),
    "hardly anybody left": (
        errors.NoOverlapError,
        lambda: ipcw(
            ends=Ends(months=np.where(once(), 9, 1.0), failed=once() > 0, lost=once() == 0),
            covariates=X,
            horizon=9,
        ),
    ),
    "a score heaped above the cut": (
        errors.ManipulatedCutError,
        lambda: rd(outcome=np.tile(FAILED, 5), score=heaped()),
    ),
    "alerts that do not follow the cut": (
        errors.ManipulatedCutError,
        lambda: rd(outcome=FAILED, score=SCORE, alerted=RANDOM.permutation(SCORE > 0)),
    ),
    "nobody below the cut": (errors.TooNearTheCutError, lambda: rd(outcome=FAILED, score=SCORE + 1)),
    "employment without treated": (
        errors.NoTreatedError,
        lambda: did_att_gt(outcome=np.ones((9, 3)), first=np.zeros(9), periods=[1, 2, 3]),
    ),
    "employment without control": (
        errors.NoControlError,
        lambda: did_att_gt(outcome=np.ones((9, 3)), first=np.full(9, 2), periods=[1, 2, 3]),
    ),
    "employment with a hole": (
        errors.UnfitTableError,
        lambda: did_att_gt(
            outcome=np.full((9, 3), np.nan), first=np.arange(9) % 3, periods=[1, 2, 3]
        ),
    ),
    "a curve of one failure": (
        errors.TooFewEventsError,
        lambda: weighted_km(months=np.arange(N), failed=once()),
    ),
    "a hazard of one failure": (
        errors.TooFewEventsError,
        lambda: pooled_hazard(months=np.full(N, 3), failed=once(), treated=TREATED, horizon=3),
    ),
    "a hazard by halves of intervals": (
        errors.UnfitTableError,
        lambda: pooled_hazard(months=np.full(N, 2.5), failed=FAILED, treated=TREATED, horizon=3),
    ),
    "an interval without its ratio": (errors.UnfitTableError, lambda: e_value(ratio=2, low=3, high=4)),
    "a difference that is not of risks": (
        errors.UnfitTableError,
        lambda: e_value_of(effect=stated(1.0, 0.5, n=9, n_treated=3)),
    ),
    "pairs that agree": (
        errors.TooFewEventsError,
        lambda: rosenbaum_gamma(treated_failed=FAILED, control_failed=FAILED),
    ),
    "a base that is no risk": (errors.UnfitTableError, lambda: mde(base=1.2, n_treated=9, n_control=9)),
    "a difference of nothing": (errors.UnfitTableError, lambda: needed_rows(base=0.1, difference=0)),
}  # fmt: skip


def heaped() -> np.ndarray:
    """Scores drawn evenly, of which those just below the cut were moved above."""
    score = np.random.default_rng(1).uniform(-1, 1, 5 * N)
    return np.where((score > -0.1) & (score < 0), -score, score)


@pytest.mark.parametrize("case", REFUSED)
def test_no_figure_is_given(case: str) -> None:
    kind, call = REFUSED[case]
    with pytest.raises(kind) as refusal:
        call()
    assert type(refusal.value) is kind
    message = str(refusal.value)
    assert message[0].isupper() or message[0] == "«"
    assert message.endswith(".")
    assert not any(character.isdigit() for character in message)


def test_what_is_unknown_may_be_anything() -> None:
    weight = np.where(np.arange(N) % 7 == 0, 0.0, 1.0)
    known = att(weight=weight)
    assert att(weight=weight, outcome=np.where(weight == 0, np.nan, FAILED)) == known


def test_an_honest_cut_is_seldom_refused_and_the_jump_is_found() -> None:
    found, refused = [], 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        score = random.beta(2, 4, 3_000)
        outcome = (random.random(3_000) < 0.5 - 0.5 * score - 0.15 * (score >= 0.3)).astype(float)
        try:
            found.append(rd(outcome=outcome, score=score, cut=0.3).robust)
        except errors.ManipulatedCutError:
            refused += 1
    assert refused <= 2
    assert np.mean([each.estimate for each in found]) == pytest.approx(-0.15, abs=0.04)
    assert np.mean([each.low <= -0.15 <= each.high for each in found]) >= 0.85


def test_rows_of_one_firm_are_not_independent() -> None:
    twice = {
        "outcome": np.tile(FAILED, 2),
        "treated": np.tile(TREATED, 2),
        "covariates": np.tile(X, (2, 1)),
        "firm": np.tile(np.arange(N), 2),
    }
    assert att(**twice).se == pytest.approx(att().se, rel=0.05)


def test_a_verdict_is_that_of_the_interval() -> None:
    def of(estimate: float, se: float, n: int = 1_000, events: int = 90) -> Effect:
        found = stated(estimate, se, n=n, n_treated=n // 2)
        return Effect(**{**vars(found), "events": events, "mean_control": 0.15})

    good = verdict(effect=of(-0.032, 0.01))
    assert good.verdict is ImpactVerdict.FAVORABLE
    assert "3,2 points de moins" in good.sentence
    assert "de 1,2 point à 5,2 points de moins" in good.sentence
    assert verdict(effect=of(0.032, 0.01)).verdict is ImpactVerdict.DEFAVORABLE
    assert verdict(effect=of(0.032, 0.01), is_lower_better=False).verdict is ImpactVerdict.FAVORABLE
    unsure = verdict(effect=of(-0.01, 0.01))
    assert unsure.verdict is ImpactVerdict.NON_CONCLUANT
    assert "au moins 2,8 points" in unsure.needed
    assert "il faudrait environ 4\u202f000 entreprises accompagnées" in unsure.needed
    for small in (of(-0.3, 0.01, n=150), of(-0.3, 0.01, events=15)):
        assert verdict(effect=small).verdict is ImpactVerdict.NON_CONCLUANT
        assert "effectif insuffisant" in verdict(effect=small).sentence


@pytest.mark.parametrize(
    ("each", "points"), [(48, 20.4), (100, 14.1), (300, 8.2), (1_000, 4.5), (5_000, 2.0)]
)
def test_what_a_number_of_firms_can_find(each: int, points: float) -> None:
    found = mde(base=0.15, n_treated=each, n_control=each)
    assert 100 * found == pytest.approx(points, abs=0.05)
    assert needed_rows(base=0.15, difference=found) == pytest.approx(each, abs=1)


def test_an_effect_says_what_would_explain_it_away() -> None:
    found = Effect(
        **{**vars(stated(-0.05, 0.01, n=999, n_treated=99)), "events": 90, "mean_control": 0.1}
    )
    assert e_value_of(effect=found).estimate == pytest.approx(e_value(ratio=0.5).estimate)
    assert 1 < e_value_of(effect=found).bound < e_value_of(effect=found).estimate


def test_it_is_imported_alone() -> None:
    code = """
import importlib, pkgutil, sys
import scoring.impact
for each in pkgutil.walk_packages(scoring.impact.__path__, "scoring.impact."):
    importlib.import_module(each.name)
print(sorted({"app", "catboost", "duckdb", "flask", "ibis", "statsmodels"} & set(sys.modules)))
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
