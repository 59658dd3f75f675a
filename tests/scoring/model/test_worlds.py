"""Generations of retraining with support: the gate refuses the recipes that poison, and ours goes on."""

import numpy as np
import numpy.typing as npt
import pytest

from scoring.lab.worlds import feedback
from scoring.lab.worlds.feedback import FeedbackWorld, Size
from scoring.lab.worlds.generations import (
    MONTHS,
    OURS,
    POISONED,
    Effort,
    Generation,
    LabelRecipe,
    generations,
    retrain,
)
from scoring.learning import splits
from scoring.vocabulary import Reserve

EFFORT = Effort(size=Size(learning=16_000, calibrating=28_000, tested=48_000), draws=40)
#: three generations; the bench has four, of several worlds
SOME = MONTHS[:3]


@pytest.fixture(scope="module")
def lived() -> tuple[FeedbackWorld, list[Generation]]:
    """A world where our models drove the visits, and each generation."""
    world = FeedbackWorld(EFFORT.size, seed=1)
    return world, list(generations(world, OURS, effort=EFFORT, months=SOME))


def test_each_generation_is_promoted(lived: tuple[FeedbackWorld, list[Generation]]) -> None:
    _, found = lived
    assert [each.refusals for each in found] == [[]] * len(SOME)


def gaps(found: list[Generation], name: str) -> npt.NDArray[np.float64]:
    """What is measured less what is true, at each generation."""
    return np.array([each.measured[name] - each.true[name] for each in found])


@pytest.mark.parametrize(("name", "allowed"), [("auc", 0.01), ("citl", 0.05)])
def test_the_evaluation_under_ipcw_tells_the_truth(
    lived: tuple[FeedbackWorld, list[Generation]], name: str, allowed: float
) -> None:
    _, found = lived
    assert np.abs(gaps(found, name)).max() < allowed
    assert abs(gaps(found, name).mean()) < allowed / 2


def test_the_precision_under_ipcw_tells_the_truth(
    lived: tuple[FeedbackWorld, list[Generation]],
) -> None:
    """Supports leave so few of the best-ranked firms that one generation is known to a few points only."""
    _, found = lived
    errors = np.array([each.precision_error for each in found])
    assert (np.abs(gaps(found, "precision_at_capacity")) < np.maximum(0.02, 2 * errors)).all()
    assert abs(gaps(found, "precision_at_capacity").mean()) < 0.01


@pytest.fixture(scope="module", params=POISONED, ids=lambda recipe: recipe.name)
def poisoned(
    lived: tuple[FeedbackWorld, list[Generation]], request: pytest.FixtureRequest
) -> tuple[LabelRecipe, Generation]:
    """A recipe that poisons, retrained on the world of the last generation."""
    world, found = lived
    return request.param, retrain(world, request.param, found[-2].model, effort=EFFORT)


def test_a_recipe_that_poisons_is_refused_by_what_it_read_of_the_register(
    poisoned: tuple[LabelRecipe, Generation],
) -> None:
    _, generation = poisoned
    assert "supports" in generation.refusals


def test_a_recipe_that_poisons_is_refused_by_its_calibration(
    poisoned: tuple[LabelRecipe, Generation],
) -> None:
    """It ranks as well, or nearly: calibration gives it away."""
    _, generation = poisoned
    assert {"citl", "zone_citl", "slope"} & set(generation.refusals)


def test_before_any_support_what_reading_them_changes_cannot_be_told(
    lived: tuple[FeedbackWorld, list[Generation]],
) -> None:
    _, found = lived
    reserves = [
        {line.name: line.reserve for line in generation.conditions}["supports"]
        for generation in found
    ]
    assert reserves == [Reserve.TOO_FEW, None, None]


def test_without_agents_as_many_firms_fail_as_the_truth_says() -> None:
    world = FeedbackWorld(Size(learning=100, calibrating=100, tested=20_000), seed=3)
    world.run(30)
    day = feedback.first_day(12)
    table = world.panel(day, folds=[splits.TEST_FOLD])
    opened = world.known(feedback.first_day(40).date()).openings
    failed = table["siren"].isin(opened.loc[opened["on"] < feedback.first_day(30), "siren"])
    risk = world.risk(table, horizon=18)
    assert failed.mean() == pytest.approx(risk.mean(), rel=0.05)
    highest = risk > np.quantile(risk, 0.9)
    assert failed[highest].mean() == pytest.approx(risk[highest].mean(), rel=0.08)
