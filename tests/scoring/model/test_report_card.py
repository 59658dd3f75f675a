"""A report against the model in service, and what the card says of it."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scoring.learning import follow_up, splits
from scoring.learning.artifacts import TrainedModel, plain
from scoring.learning.bootstrap import band
from scoring.learning.intervals import Ground, Law
from scoring.learning.predict import judged_risks
from scoring.learning.thresholds import Thresholds
from scoring.measuring import card
from scoring.measuring.report import (
    conclusions,
    measured,
)
from scoring.measuring.report.measured import HeldOut
from tests.scoring.model.conftest import AS_OF

CUTS = Thresholds(elevee=0.5, moderee=0.2)


def test_an_interval_that_most_draws_cannot_give_is_not_given() -> None:
    """Half of the draws hold no failure: the others do not make an interval."""
    ground = Ground(law=Law.PLAIN, firms=30)
    drawn = band(1.2, [1.0, np.nan, 1.4, np.nan], ground)
    assert drawn["value"] == 1.2
    assert np.isnan(drawn["low"])
    assert np.isnan(drawn["high"])
    assert band(1.2, [1.0] * 10 + [1.4] * 9 + [np.nan], ground)["high"] > 1.4


@pytest.fixture(scope="module")
def ground(panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks) -> HeldOut:
    part = panel[splits.assign(panel, cut).eq("test")].reset_index(drop=True)
    return HeldOut(part=part, history=history, draws=20, seed=1, as_of=AS_OF)


def risks_of(model: TrainedModel, part: pd.DataFrame) -> np.ndarray:
    return judged_risks(model, part)


def test_a_champion_equal_to_the_challenger_differs_by_nothing(
    model: TrainedModel, ground: HeldOut
) -> None:
    own = {"vigie": risks_of(model, ground.part)}
    found = measured.facts(ground, own, {"vigie": model.thresholds}, champion=model)
    beside = found["metrics"]["p18"]["champion"]
    assert plain(beside["measures"]) == plain(found["metrics"]["p18"]["models"]["vigie"])
    for gain in beside["differences"].values():
        assert gain == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert found["report"]["champion"]["model_sha256"] == model.metadata["model_sha256"]
    assert list(found["metrics"]["p18"]["models"]) == ["vigie"]


def test_a_worse_champion_is_behind(model: TrainedModel, ground: HeldOut) -> None:
    """The champion keeps its own scores; the challenger knows the outcome."""
    part, history = ground.part, ground.history
    truth = follow_up.outcomes(part, history, horizon=18)["y"].to_numpy(dtype=float)
    oracle = np.column_stack([0.01 + 0.9 * truth] * 3)
    found = measured.facts(ground, {"vigie": oracle}, {"vigie": CUTS}, champion=model)
    gain = found["metrics"]["p18"]["champion"]["differences"]["auc"]
    # with so few failing firms, the interval of a gain this small reaches zero
    assert gain["value"] > 0.02
    assert gain["high"] > 0.05


def test_a_champion_that_cannot_be_scored_is_reported(model: TrainedModel, ground: HeldOut) -> None:
    stale = replace(model, metadata={**model.metadata, "features": ["paydex"]})
    own = {"vigie": risks_of(model, ground.part)}
    found = measured.facts(ground, own, {"vigie": model.thresholds}, champion=stale)
    assert "champion" not in found["metrics"]["p18"]
    assert "paydex" in found["report"]["champion"]["refused"]
    text = card.render(plain({**model.metadata, **found}))
    assert "n’a pas pu être mesuré" in text


def test_the_card_holds_the_full_report(model: TrainedModel, ground: HeldOut) -> None:
    own = {"vigie": risks_of(model, ground.part)}
    found = measured.facts(ground, own, {"vigie": model.thresholds}, champion=model)
    text = card.render(json.loads(json.dumps(plain({**model.metadata, **found}))))
    for title in (
        "## Délai d’alerte",
        "## Fiabilité à 18 mois",
        "## Sous-groupes à 18 mois",
        "## Repère public",
        "## Modèle en service",
    ):
        assert title in text
    assert "| Vigie − modèle en service | 0 [0 ; 0] | 0 [0 ; 0] | à égalité |" in text
    assert "effectif insuffisant" in text
    assert "n’a été comparé à aucun autre" not in text
    assert "Niveau du risque : " in text
    repere = next(line for line in text.splitlines() if line.startswith("| Repère |"))
    assert repere == "| Repère | 0,018 | 0,800 | 0,150 | 8,3 | 0,250 | 0,240 | 0,160 | 0,510 |"


def test_the_first_model_says_on_its_card_that_it_was_compared_with_nothing(
    model: TrainedModel,
) -> None:
    assert "n’a été comparé à aucun autre" in card.render(plain(model.metadata))


def test_a_card_with_too_few_failures_gives_no_interval_and_says_why(model: TrainedModel) -> None:
    known = json.loads(json.dumps(plain(model.metadata)))
    known["metrics"]["p18"]["failed_firms"] = 4
    known["metrics"]["p18"]["models"]["vigie"]["auc"] |= {"low": None, "high": None}
    text = card.render(known)
    assert conclusions.WHY_NO_INTERVAL in text
    assert "(sans intervalle)" in text


def test_a_card_of_a_model_without_report_still_renders(model: TrainedModel) -> None:
    bare = {key: value for key, value in model.metadata.items() if key != "report"}
    assert "## Délai d’alerte" not in card.render(bare)


def test_visited_firms_are_a_subgroup(model: TrainedModel, ground: HeldOut) -> None:
    """A quarter of the test firms are visited in the month after the last snapshot of the test."""
    last = ground.part["as_of"].max()
    seen = sorted(ground.part["siren"].unique())[::4]
    agents = pd.DataFrame(
        {"siren": seen, "kind": "verdict", "occurred_on": last + pd.Timedelta(days=20)}
    ).assign(known_at=lambda each: each["occurred_on"], value="confirmed")
    came = follow_up.visits(agents, known_by=AS_OF)
    known = replace(ground, history=replace(ground.history, visits=came))
    own = {"vigie": risks_of(model, ground.part)}
    found = measured.facts(known, own, {"vigie": model.thresholds}, champion=None)
    never, visited = found["report"]["subgroups"]["visit"]
    assert (never["value"], visited["value"]) == ("jamais visitée", "visitée")
    assert visited["firms"] == len(seen)
    assert never["firms"] + visited["firms"] == ground.part["siren"].nunique()
    without = measured.facts(ground, own, {"vigie": model.thresholds}, champion=None)
    assert "visit" not in without["report"]["subgroups"]
    assert plain(without["metrics"]) == plain(found["metrics"])
