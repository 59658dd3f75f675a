"""The model in service: its recipe is judged without the firms, itself is learnt on everything."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.learning import artifacts, follow_up, hazard, held_out, predict, refit, splits
from scoring.learning.artifacts import CorruptModelError, TrainedModel
from scoring.learning.calibrate import Calibration
from scoring.learning.examples import collect
from scoring.measuring import card
from scoring.train import fit
from tests.scoring.model.conftest import AS_OF, MOST_QUIET, SETTINGS
from tests.support.shared import made_once

CROSSED = replace(SETTINGS, with_peers=False, draws=20)


@pytest.fixture(scope="session")
def crossed(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks, run_directory: Path
) -> TrainedModel:
    """A small cross-fitted model; no test changes it."""
    shared = replace(cut, is_crossfitted=True)

    def train() -> TrainedModel:
        learnt = collect([panel], history, shared, most_quiet=MOST_QUIET)
        return fit(learnt, history, shared, settings=CROSSED, as_of=AS_OF)

    return made_once(run_directory, "crossed", train)


def test_everybody_is_tested(
    crossed: TrainedModel, model: TrainedModel, panel: pd.DataFrame, cut: splits.Blocks
) -> None:
    everyone = crossed.metadata["metrics"]["p18"]
    alone = model.metadata["metrics"]["p18"]
    tested = panel[panel["as_of"].isin(cut.test)]
    assert everyone["firms"] == tested["siren"].nunique()
    assert everyone["failed_firms"] > 6 * alone["failed_firms"]


def test_each_firm_is_judged_by_the_model_that_left_it_out(
    crossed: TrainedModel, now: pd.DataFrame
) -> None:
    risks = predict.judged_risks(crossed, now)
    assert np.isfinite(risks).all()
    fold = splits.folds(now["siren"])
    for each in crossed.left_out:
        rows = fold.isin(each.folds).to_numpy()
        raw = hazard.log_odds(each.booster, now[rows], crossed.registry, thread_count=1)
        own = each.calibration.apply(hazard.horizon_risks(hazard.hazards(raw)))
        np.testing.assert_allclose(risks[rows], own)


def test_a_model_of_one_fold_is_judged_on_that_fold_alone(
    model: TrainedModel, now: pd.DataFrame
) -> None:
    seen = ~splits.folds(now["siren"]).isin(splits.SET_ASIDE[0]).to_numpy()
    assert np.isnan(predict.judged_risks(model, now)[seen]).all()
    assert model.tested_folds == {splits.TEST_FOLD}


def test_the_recalibration_of_a_firm_never_saw_it(
    crossed: TrainedModel, panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    """Every firm of one group fails at once: the recalibration of that group does not move."""
    part = panel[panel["as_of"].isin(cut.calibration)].reset_index(drop=True)
    raw = held_out.raw_risks(crossed.left_out, part, crossed.registry, threads=1)
    mine = splits.folds(part["siren"]).isin(splits.GROUPS[0])
    failed = part.loc[mine, ["siren"]].drop_duplicates()
    day = cut.calibration[0] + pd.Timedelta(days=100)
    failed = failed.assign(on=day.as_unit("s"), known_at=day.as_unit("s"))
    kept = history.openings[~history.openings["siren"].isin(failed["siren"])]
    upset = replace(history, openings=pd.concat([kept, failed], ignore_index=True))
    before, after = (
        held_out.with_calibrations(crossed.left_out, part, known, raw) for known in (history, upset)
    )
    assert after[0].calibration == before[0].calibration
    assert after[1].calibration != before[1].calibration


def test_the_model_in_service_learns_what_came_after_the_freeze(crossed: TrainedModel) -> None:
    counts, service = crossed.metadata["counts"], crossed.metadata["service"]
    assert counts["known_events"] > 1.3 * counts["interval_events"]
    assert service["learnt_until"] == "2024-11-02"
    assert crossed.metadata["blocks"]["frozen_on"] < service["learnt_until"]
    text = card.render(json.loads(json.dumps(artifacts.plain(crossed.metadata))))
    assert (
        f"Évalué jusqu’au {crossed.metadata['blocks']['evaluated_until']}, appris jusqu’au 2024-11-02"
        in text
    )
    assert "## Niveau, année par année" in text
    assert "| 2023 (incomplet) |" in text
    assert "| 2020 |" in text


def test_trees_grow_with_the_failures() -> None:
    assert refit.scaled(100, learnt=50, known=50) == 100
    assert refit.scaled(100, learnt=50, known=200) == 200
    assert refit.scaled(1, learnt=0, known=0) == 1


@pytest.mark.parametrize("slope", [0.6, 1.0, 1.7])
def test_the_slope_of_the_recipe_keeps_the_level_of_the_model_in_service(slope: float) -> None:
    raw = np.random.default_rng(1).beta(1, 40, size=(5_000, 3))
    recipe = Calibration(intercept=-3.0, slope=slope, events=60)
    found = refit.calibration(recipe, raw, level=1.2)
    assert found.slope == slope
    assert found.apply(raw)[:, 1].mean() == pytest.approx(1.2 * raw[:, 1].mean(), rel=1e-6)


def test_a_mean_of_models_has_the_mean_of_their_log_odds(
    crossed: TrainedModel, now: pd.DataFrame
) -> None:
    boosters = [each.booster for each in crossed.left_out[:3]]
    mean = hazard.averaged(boosters)
    raw = [hazard.log_odds(each, now, crossed.registry, thread_count=1) for each in boosters]
    found = hazard.log_odds(mean, now, crossed.registry, thread_count=1)
    np.testing.assert_allclose(found, np.mean(raw, axis=0), atol=1e-9)


def test_what_is_judged_is_read_back_and_refused_when_changed(
    crossed: TrainedModel, now: pd.DataFrame, tmp_path: Path
) -> None:
    artifacts.save(crossed, tmp_path)
    again = artifacts.load(tmp_path)
    np.testing.assert_array_equal(
        predict.judged_risks(again, now), predict.judged_risks(crossed, now)
    )
    other = tmp_path / held_out.NAME.format(1)
    other.write_bytes((tmp_path / held_out.NAME.format(0)).read_bytes())
    with pytest.raises(CorruptModelError, match=r"held-out-1\.cbm"):
        artifacts.load(tmp_path)


def test_a_base_rate_is_known_to_the_first_tree(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    """From a log-odds of zero, one tree would predict one failure in two."""
    rows = collect([panel], history, cut, most_quiet=MOST_QUIET)
    design = hazard.design(
        rows.parts["train"].iloc[rows.rows["row"]],
        features.REGISTRY,
        intervals=rows.rows["interval"],
    )
    one = replace(SETTINGS.params, iterations=1)
    booster = hazard.fit(
        hazard.pool(design, features.REGISTRY, rows=rows.rows), features.REGISTRY, params=one
    )
    predicted = hazard.hazards(
        booster.predict(hazard.pool(design, features.REGISTRY), prediction_type="RawFormulaVal")
    )
    weight = rows.rows["weight"]
    assert np.average(predicted, weights=weight) == pytest.approx(
        np.average(rows.rows["y"], weights=weight), rel=0.1
    )
