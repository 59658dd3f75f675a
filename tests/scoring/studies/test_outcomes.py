"""Each outcome, on a cohort whose truth is known: what support did to it is found, within its interval."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.impact.cohorts.appraisal import curves, withstood
from scoring.impact.cohorts.facts import Facts
from scoring.impact.cohorts.outcomes import MeasuredOutcome, measure
from scoring.impact.errors import NotMaturedError, NoTreatedError, TooFewEventsError
from scoring.impact.judging.conclusion import verdict
from scoring.impact.judging.multiple import holm
from scoring.impact.survival import Curve
from scoring.impact.trials import sequential_trials
from scoring.lab.worlds import support
from scoring.lab.worlds.support import SupportWorld
from scoring.studies import reading
from scoring.studies.reading import Studied, read
from scoring.vocabulary import ImpactVerdict, StudyOutcome

HORIZON = 12
MONTHS = support.QUARTERS * 3
#: what support does, in the worlds below: jobs a firm, euros owed at the opening
JOBS, DEBT = 1.5, -14_000.0
#: liquidations among openings, and their delay in months
LIQUIDATED, DELAY = 0.6, 2


@pytest.fixture(scope="module")
def world() -> SupportWorld:
    """Agents choose the firms that are worse off; support halves the hazard."""
    return support.live(ratio=0.5, seed=4, firms=24_000)


@pytest.fixture(scope="module")
def facts(world: SupportWorld) -> Facts:
    """What is recorded of these firms besides: it depends on what is recorded of their distress, and on support."""
    random = np.random.default_rng(7)
    panel, firms = world.panel, len(world.panel.firm)
    distress = panel.covariates.sum(axis=2).repeat(3, axis=1)
    supported = np.arange(1, MONTHS + 1)[None, :] > panel.supported_at[:, None]
    noise = random.normal(size=(firms, MONTHS))
    will = random.random(firms) < LIQUIDATED
    return Facts(
        panel=panel,
        liquidated_at=np.where(will, panel.failed_at + DELAY, np.inf),
        closed_at=np.full(firms, np.inf),
        headcount=30 - 0.5 * distress + JOBS * supported + noise,
        debt=60_000 + 5_000 * distress + DEBT * supported + 4_000 * noise,
    )


def found(facts: Facts, outcome: StudyOutcome) -> MeasuredOutcome:
    return measure(outcome=outcome, facts=facts, horizon=HORIZON, starts=range(1, 9), grace=0)


def truth_within(world: SupportWorld, months: int) -> float:
    """The effect on openings within some months, for the firms that were supported."""
    trials = sequential_trials(panel=world.panel, horizon=HORIZON, starts=range(1, 9))
    return world.truth(replace(trials, horizon=months))


def test_openings(world: SupportWorld, facts: Facts) -> None:
    effect = found(facts, StudyOutcome.OPENING).effect
    assert effect.low <= truth_within(world, HORIZON) <= effect.high
    assert effect.high < 0


def test_liquidations_are_a_part_of_openings_and_come_later(
    world: SupportWorld, facts: Facts
) -> None:
    truth = LIQUIDATED * truth_within(world, HORIZON - DELAY)
    effect = found(facts, StudyOutcome.LIQUIDATION).effect
    assert effect.low <= truth <= effect.high
    assert effect.high < 0


def test_jobs_are_gained_by_support_and_not_by_distress(facts: Facts) -> None:
    nobody_liquidated = replace(facts, liquidated_at=facts.closed_at)
    effect = found(nobody_liquidated, StudyOutcome.JOBS).effect
    assert effect.low <= JOBS <= effect.high
    assert effect.se < 0.2
    with_those_kept = found(facts, StudyOutcome.JOBS).effect
    assert with_those_kept.estimate > effect.high, "jobs of the liquidations that support avoided"


def test_no_job_is_left_in_a_firm_that_was_liquidated(facts: Facts) -> None:
    everybody = np.zeros_like(facts.liquidated_at)
    gone = replace(facts, liquidated_at=everybody)
    assert found(gone, StudyOutcome.JOBS).outcome.max() < 0


def test_debt_is_that_of_the_month_before_the_opening(facts: Facts) -> None:
    distress = facts.panel.covariates.sum(axis=2).repeat(3, axis=1)
    same_for_all = replace(facts, debt=facts.debt - 5_000 * distress)
    measured = found(same_for_all, StudyOutcome.DEBT)
    assert measured.effect.low <= DEBT <= measured.effect.high
    assert measured.effect.n == measured.trials.ends.failed.sum()
    described = found(facts, StudyOutcome.DEBT).effect
    assert described.low > DEBT, "supported firms that open all the same are worse off than others"


def test_orderly_closures_leave_neither_procedure_nor_debt(
    world: SupportWorld, facts: Facts
) -> None:
    random = np.random.default_rng(3)
    firms = len(facts.closed_at)
    more = np.where(np.isfinite(world.panel.supported_at), 0.3, 0.1)
    day = np.where(random.random(firms) < more, random.uniform(3, MONTHS, firms), np.inf)
    paid = np.where(random.random(firms) < 0.5, 0.0, 1_000.0)[:, None].repeat(MONTHS, axis=1)
    closing = replace(facts, closed_at=day, debt=paid)
    orderly = np.isfinite(closing.orderly_at)
    assert (closing.orderly_at[orderly] < world.panel.failed_at[orderly]).all()
    assert paid[orderly].max() == 0
    assert 0.4 < orderly.sum() / (day < world.panel.failed_at).sum() < 0.6
    measured = found(closing, StudyOutcome.CLOSURE)
    assert measured.effect.low > 0
    said = verdict(effect=measured.effect, is_lower_better=StudyOutcome.CLOSURE.is_lower_better)
    assert said.verdict is ImpactVerdict.FAVORABLE


def test_an_unknown_debt_is_no_orderly_closure(facts: Facts) -> None:
    unknown = np.full_like(facts.debt, np.nan)
    shut = replace(facts, closed_at=np.full(len(facts.closed_at), 9.0), debt=unknown)
    assert np.isinf(shut.orderly_at).all()


def test_a_figure_that_is_late_is_that_of_a_month_shortly_before(facts: Facts) -> None:
    table = np.full((1, 12), np.nan)
    table[0, 4] = 7.0
    at = [np.array([each]) for each in (5.0, 5.9, 8.0, 9.0, 4.0)]
    read_at = [facts.monthly(table, np.array([0]), each)[0] for each in at]
    assert read_at[:3] == [7, 7, 7]
    assert np.isnan(read_at[3:]).all()


def test_curves_and_pairs_are_of_the_same_rows(facts: Facts) -> None:
    measured = found(facts, StudyOutcome.OPENING)
    own, other = curves(measured, times=[0, 6, 12])
    assert own.at_risk[0] == measured.effect.n_treated
    assert other.at_risk[0] == measured.effect.n_control
    assert own.survival[-1] - other.survival[-1] == pytest.approx(
        -measured.effect.estimate, abs=0.02
    )
    assert withstood(measured).gamma > 1


def test_a_curve_does_not_say_of_how_few_firms_it_is(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = np.array([0.0, 12.0])
    left = Curve(times=times, survival=times, low=times, high=times, at_risk=np.array([11, 10]))
    monkeypatch.setattr(reading, "curves", lambda *_, **__: (left, left))
    studied = Studied(facts=facts, starts=range(8), names=("a", "b", "c"), grace=0)
    (result,) = read(StudyOutcome.OPENING, (HORIZON,), studied)
    assert result.details["curves"]["treated"]["at_risk"] == [11, None]


def test_what_is_too_little_is_refused(facts: Facts) -> None:
    alone = facts.panel.firm < 1_500
    panel = replace(facts.panel, eligible=facts.panel.eligible & alone[:, None])
    with pytest.raises(TooFewEventsError, match="dettes"):
        found(replace(facts, panel=panel), StudyOutcome.DEBT)
    nobody = replace(panel, supported_at=np.full(len(panel.firm), np.inf))
    with pytest.raises(NoTreatedError):
        found(replace(facts, panel=nobody), StudyOutcome.OPENING)
    with pytest.raises(NotMaturedError):
        measure(outcome=StudyOutcome.OPENING, facts=facts, horizon=24, starts=[12], grace=0)


def test_holm() -> None:
    """By hand: .01 x 3, then .03 x 2, then the largest of that and .04 x 1."""
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.8]) == pytest.approx([1.0, 1.0])


def test_few_firms_tell_no_figure_and_what_it_would_take(facts: Facts) -> None:
    few = np.flatnonzero(facts.panel.eligible.any(axis=1))[:600]
    panel = replace(
        facts.panel, eligible=facts.panel.eligible & np.isin(facts.panel.firm, few)[:, None]
    )
    studied = Studied(
        facts=replace(facts, panel=panel), starts=range(8), names=("a", "b", "c"), grace=0
    )
    (result,) = read(StudyOutcome.OPENING, (HORIZON,), studied)
    assert result.verdict is ImpactVerdict.NON_CONCLUANT
    assert set(result.details) == {"told_treated", "told_control"}
    assert "effectif insuffisant" in result.sentence
    assert "il faudrait environ" in result.needed
