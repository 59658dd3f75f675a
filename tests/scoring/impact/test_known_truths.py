"""Data whose answers were published, or computed by programs that other people wrote (docs/impact.md)."""

import numpy as np
import pytest

from scoring.impact.aipw import aipw_att
from scoring.impact.discontinuity.estimate import rd
from scoring.impact.judging.sensitivity import e_value, rosenbaum_gamma
from scoring.impact.staggered import did_att_gt
from scoring.impact.survival import pooled_hazard, weighted_km
from scoring.impact.weighting import Ends, ipcw, iptw, weighted_difference
from tests.scoring.impact import published

#: DoubleML 0.11.4, DoubleMLIRM, score ATTE, normalised weights: the same covariates, logistic and linear
#: regressions, and folds as ours; with twenty draws of folds it says 1,579
DOUBLE_ML = 1589.6
#: Callaway and Sant’Anna’s `did` on mpdta, never-treated controls, no covariate
CELLS = {
    (2004, 2004): -0.0105, (2004, 2005): -0.0704, (2004, 2006): -0.1373, (2004, 2007): -0.1008,
    (2006, 2004): 0.0065, (2006, 2005): -0.0028, (2006, 2006): -0.0046, (2006, 2007): -0.0412,
    (2007, 2004): 0.0305, (2007, 2005): -0.0027, (2007, 2006): -0.0311, (2007, 2007): -0.0261,
}  # fmt: skip


def test_the_experiment_gives_what_was_published() -> None:
    data = published.experiment()
    found = weighted_difference(
        outcome=data.outcome, treated=data.treated, weight=np.ones(len(data.outcome))
    )
    assert found.estimate == pytest.approx(1794.34, abs=0.01)
    assert found.se == pytest.approx(670.8, abs=1)
    assert (found.n, found.n_treated) == (445, 185)


def test_without_the_experiment_the_effect_is_found_again() -> None:
    data = published.observational()
    naive = weighted_difference(
        outcome=data.outcome, treated=data.treated, weight=np.ones(len(data.outcome))
    )
    found = aipw_att(outcome=data.outcome, treated=data.treated, covariates=data.covariates)
    assert naive.estimate < -8000
    assert found.estimate == pytest.approx(DOUBLE_ML, rel=0.05)
    assert found.se == pytest.approx(670.0, rel=0.05)
    assert found.low < 1794 < found.high
    assert found.balance is not None
    assert max(map(abs, found.balance.before)) > 1 > 5 * found.balance.worst


def test_the_jump_of_the_senate() -> None:
    data = published.own("senate")
    found = rd(outcome=data["vote"], score=data["margin"])
    assert found.conventional.estimate == pytest.approx(7.4141, abs=0.0005)
    assert (found.robust.low, found.robust.high) == pytest.approx((4.0937, 10.9193), abs=0.0005)
    assert (found.reach, found.bias_reach) == pytest.approx((17.7544, 28.0281), abs=0.0005)
    assert (found.below, found.above) == (360, 323)


@pytest.fixture(scope="module")
def counties() -> tuple[object, object, object]:
    """Teen employment of counties by year, the year of their minimum wage, their population."""
    data = published.own("mpdta")
    years = [f"lemp_{year}" for year in range(2003, 2008)]
    return data[years].to_numpy(), data["first"], data["lpop"]


def test_the_effects_of_the_minimum_wage(counties: tuple[object, ...]) -> None:
    employment, first, _ = counties
    found = did_att_gt(outcome=employment, first=first, periods=range(2003, 2008))
    assert {
        (each.cohort, each.period): each.effect.estimate for each in found.cells
    } == pytest.approx(CELLS, abs=5e-5)
    means = [found.simple.estimate, found.cohorts.estimate, found.dynamic.estimate]
    assert means == pytest.approx([-0.0400, -0.0310, -0.0772], abs=5e-5)
    # the standard errors that `diff-diff` 3.13 gives, which multiplies none by its number of units
    errors = {(each.cohort, each.period): each.effect.se for each in found.cells}
    assert errors[2004, 2006] == pytest.approx(0.0364, abs=1e-4)
    assert errors[2007, 2007] == pytest.approx(0.0167, abs=1e-4)
    assert found.simple.se == pytest.approx(0.0120, abs=1e-4)


def test_the_same_at_equal_population(counties: tuple[object, ...]) -> None:
    employment, first, population = counties
    found = did_att_gt(
        outcome=employment, first=first, periods=range(2003, 2008), covariates=population
    )
    means = [found.simple.estimate, found.cohorts.estimate, found.dynamic.estimate]
    assert means == pytest.approx([-0.0418, -0.0328, -0.0804], abs=5e-5)
    assert found.simple.se == pytest.approx(0.0115, abs=1e-4)


def test_the_weight_of_those_who_quit_smoking() -> None:
    data = published.smokers().gained
    lost = np.isnan(data.outcome)
    censoring = ipcw(
        ends=Ends(months=np.where(lost, 0.5, 1.0), failed=np.zeros(len(lost), bool), lost=lost),
        covariates=np.column_stack([data.covariates, data.treated]),
        horizon=1,
        interval=1,
        cap=1,
    )
    treatment = iptw(treated=data.treated, covariates=data.covariates)
    found = weighted_difference(
        outcome=data.outcome, treated=data.treated, weight=censoring.weight * treatment
    )
    assert censoring.lost == 63
    assert found.estimate == pytest.approx(3.50, abs=0.05)
    assert (found.low, found.high) == pytest.approx((2.5, 4.5), abs=0.1)


def test_the_survival_of_those_who_quit_smoking() -> None:
    people = published.smokers()
    quit_smoking = people.gained.treated
    plain = pooled_hazard(
        months=people.months, failed=people.died, treated=quit_smoking, horizon=120
    )
    assert (plain.control[-1], plain.treated[-1]) == pytest.approx((0.820, 0.762), abs=0.001)
    weight = iptw(treated=quit_smoking, covariates=people.gained.covariates)
    found = pooled_hazard(
        months=people.months, failed=people.died, treated=quit_smoking, horizon=120, weight=weight
    )
    assert (found.control[-1], found.treated[-1]) == pytest.approx((0.805, 0.807), abs=0.002)
    # published: -4.1 to 3.7 points, by a bootstrap
    assert (found.difference.low, found.difference.high) == pytest.approx(
        (-0.041, 0.037), abs=0.012
    )
    curves = [
        weighted_km(
            months=people.months[quit_smoking == group],
            failed=people.died[quit_smoking == group],
            weight=weight[quit_smoking == group],
            times=[120],
        )
        for group in (0, 1)
    ]
    assert [curve.survival[0] for curve in curves] == pytest.approx([0.805, 0.807], abs=0.002)


def test_the_remissions_of_freireich() -> None:
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    months = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    treated = weighted_km(months=months, failed=ended)
    assert weighted_km(months=placebo, failed=np.ones(21)).median() == 8
    assert treated.median() == 23
    # Greenwood: a standard error of .0963 at ten weeks
    assert treated.survival[2] == pytest.approx(0.7529, abs=5e-5)
    assert (treated.low[2], treated.high[2]) == pytest.approx((0.5032, 0.8894), abs=5e-4)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(10.73, 20.94777), (8.02, 15.52336), (0.8, 1.809017), (0.5, 3.414214)],
)
def test_e_values(ratio: float, expected: float) -> None:
    assert e_value(ratio=ratio).estimate == pytest.approx(expected, abs=5e-6)


def test_e_values_of_an_interval() -> None:
    # breast-feeding, VanderWeele and Ding 2017
    found = e_value(ratio=3.9, low=1.8, high=8.7)
    assert (round(found.estimate, 1), round(found.bound, 1)) == (7.3, 3.0)
    assert e_value(ratio=0.8, low=0.6, high=1.1).bound == 1


def test_the_bias_that_smoking_and_lung_cancer_withstand() -> None:
    # Hammond 1964, in Rosenbaum 2002: 122 discordant pairs, of which the smoker died in 110
    smoker = np.array([1] * 110 + [0] * 12 + [0] * 100)
    other = np.array([0] * 110 + [1] * 12 + [0] * 100)
    found = rosenbaum_gamma(treated_failed=smoker, control_failed=other)
    assert found.discordant == 122
    assert 5 < found.gamma < 6
    assert found.p_value < 1e-4
