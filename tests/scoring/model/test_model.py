"""The trained model: ordered horizons, determinism, monotone signs, explanations that add up."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.errors import ModelFileError
from scoring.features import UnknownFeatureError
from scoring.learning import artifacts, follow_up, hazard, manifest, predict, splits
from scoring.learning.artifacts import CorruptModelError, TrainedModel
from scoring.learning.examples import collect
from scoring.listing import explain
from scoring.measuring import card
from scoring.train import fit, fit_hazard
from tests.scoring.model.conftest import AS_OF, MOST_QUIET, SETTINGS


def test_risks_never_decrease_with_the_horizon(model: TrainedModel, now: pd.DataFrame) -> None:
    scores = predict.score(model, now)
    assert (scores["p12"] < scores["p18"]).all()
    assert (scores["p18"] < scores["p24"]).all()
    assert scores["siren"].tolist() == now["siren"].tolist()
    assert scores[["p12", "p18", "p24"]].stack().between(0, 1, inclusive="neither").all()


def test_horizon_risks_are_products_of_survivals() -> None:
    risks = hazard.horizon_risks(np.full((1, 8), 0.1))
    np.testing.assert_allclose(risks, [[1 - 0.9**4, 1 - 0.9**6, 1 - 0.9**8]])


def test_the_same_features_give_the_same_bytes(
    trained: tuple[TrainedModel, Path], now: pd.DataFrame, tmp_path: Path
) -> None:
    for name, model in (("kept", trained[0]), ("read", artifacts.load(trained[1]))):
        predict.score(model, now).to_parquet(tmp_path / name)
    assert (tmp_path / "kept").read_bytes() == (tmp_path / "read").read_bytes()


def test_training_twice_gives_the_same_model(
    model: TrainedModel,
    panel: pd.DataFrame,
    history: follow_up.FollowUp,
    cut: splits.Blocks,
    tmp_path: Path,
) -> None:
    settings = replace(SETTINGS, with_peers=False)
    learnt = collect([panel], history, cut, most_quiet=MOST_QUIET)
    again = artifacts.save(fit(learnt, history, cut, settings=settings, as_of=AS_OF), tmp_path)
    assert again.metadata["model_sha256"] == model.metadata["model_sha256"]
    assert again.metadata["data_fingerprint"] == model.metadata["data_fingerprint"]


@pytest.mark.parametrize("name", ["model.cbm", "metadata.json", "drift.json", "manifest.json"])
def test_any_file_of_a_model_changed_on_disk_is_refused(
    trained: tuple[TrainedModel, Path], tmp_path: Path, name: str
) -> None:
    artifacts.save(trained[0], tmp_path)
    (tmp_path / "drift.json").write_text("{}")
    registered = manifest.write(tmp_path)
    artifacts.load(tmp_path, expected=registered)
    path = tmp_path / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CorruptModelError, match="pas celui qui a été enregistré"):
        artifacts.load(tmp_path, expected=registered)
    path.unlink()
    with pytest.raises(ModelFileError, match=r"manque|manifeste"):
        artifacts.load(tmp_path, expected=registered)


def test_a_model_rewritten_with_its_manifest_is_not_the_registered_one(
    trained: tuple[TrainedModel, Path], tmp_path: Path
) -> None:
    artifacts.save(trained[0], tmp_path)
    registered = manifest.digest(tmp_path)
    path = tmp_path / artifacts.METADATA
    path.write_text(path.read_text().replace("{", "{ ", 1))
    manifest.write(tmp_path)
    artifacts.load(tmp_path)
    with pytest.raises(CorruptModelError, match="Le manifeste du modèle"):
        artifacts.load(tmp_path, expected=registered)


def test_a_manifest_leads_nowhere_else_than_to_its_directory(tmp_path: Path) -> None:
    (tmp_path / manifest.MANIFEST).write_text('{"format": 1, "files": {"../x": "00"}}')
    with pytest.raises(CorruptModelError, match="illisible"):
        manifest.read(tmp_path)


def test_a_model_that_reads_an_unknown_feature_is_refused(model: TrainedModel) -> None:
    stale = replace(model, metadata={**model.metadata, "features": ["paydex"]})
    with pytest.raises(UnknownFeatureError, match="paydex"):
        _ = stale.registry


def test_declared_signs_hold_everywhere(model: TrainedModel, now: pd.DataFrame) -> None:
    assert hazard.monotone_violations(model.booster, now, model.registry) == {}


def test_the_check_of_signs_sees_a_broken_one(model: TrainedModel, now: pd.DataFrame) -> None:
    """The same model with the sign of the debt reversed must be caught."""
    turned = tuple(
        replace(feature, monotone=-feature.monotone) if feature.name == "debt_ratio" else feature
        for feature in model.registry
    )
    assert set(hazard.monotone_violations(model.booster, now, turned)) == {"debt_ratio"}


def test_the_model_found_what_drives_failure(model: TrainedModel) -> None:
    measured = model.metadata["metrics"]["p18"]["models"]["vigie"]
    assert measured["auc"]["value"] > 0.6
    assert measured["average_precision"]["value"] > 1.2 * measured["prevalence"]["value"]


def test_every_statistic_is_compared_with_the_peers(model: TrainedModel) -> None:
    found = deepcopy(model.metadata["metrics"]["p18"]["models"])
    assert list(found) == ["vigie", "logistic_regression", "random_forest"]
    assert {tuple(sorted(measured)) for measured in found.values()} == {
        tuple(sorted(found["vigie"]))
    }
    assert len({measured["prevalence"]["value"] for measured in found.values()}) == 1
    # A list of five per cent, or a threshold, may hold no failure in too many draws: no interval then.
    bands = [band for band in found["vigie"].values() if band["low"] is not None]
    assert {"auc", "average_precision", "citl", "slope"} <= {
        name for name, band in found["vigie"].items() if band in bands
    }
    for band in bands:
        assert band["low"] <= band["value"] <= band["high"]


def test_the_number_of_trees_is_chosen_not_fixed(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    learning = panel[splits.assign(panel, cut).eq("train")].reset_index(drop=True)
    rows = follow_up.hazard_rows(learning, follow_up.censored_at(history, cut.frozen_on))
    noise = rows.assign(y=np.random.default_rng(1).integers(0, 2, len(rows)))
    impatient = replace(SETTINGS.params, patience=3)
    assert fit_hazard(learning, noise, cut, params=impatient).tree_count_ < 40


def test_contributions_add_up_to_the_log_odds(model: TrainedModel, now: pd.DataFrame) -> None:
    raw = hazard.log_odds(model.booster, now, model.registry, thread_count=1)
    for interval in (1, 5, 8):
        shap = explain.interval_contributions(
            model.booster, now, model.registry, interval=interval, thread_count=1
        )
        assert np.abs(shap.sum(axis=1) - raw[:, interval - 1]).max() < 1e-9


def test_the_explanation_adds_up_after_weighting(model: TrainedModel, now: pd.DataFrame) -> None:
    found = explain.explain(model.booster, now, model.registry, thread_count=1)
    total = found.base + found.contributions.sum(axis=1)
    assert np.abs(total - found.log_odds).max() < 1e-9
    raw = hazard.log_odds(model.booster, now, model.registry, thread_count=1)
    assert (found.log_odds >= raw.min(axis=1) - 1e-9).all()
    assert (found.log_odds <= raw.max(axis=1) + 1e-9).all()


@pytest.fixture(scope="module")
def why(model: TrainedModel, now: pd.DataFrame) -> pd.DataFrame:
    return explain.reasons(model.booster, now.head(40), model.registry, thread_count=1)


def test_variables_add_up_to_their_theme(why: pd.DataFrame) -> None:
    summed = why["variable"].isna() & why["theme"].ne(explain.BASE)
    themes = why[summed & why["horizon"].eq(24)].set_index(["siren", "theme"])["contribution"]
    variables = why[why["variable"].notna()].groupby(["siren", "theme"])["contribution"].sum()
    np.testing.assert_allclose(variables.reindex(themes.index), themes, atol=1e-9)


@pytest.mark.parametrize("horizon", [18, 24])
def test_the_start_and_the_themes_add_up_to_the_log_odds_of_each_horizon(
    model: TrainedModel, now: pd.DataFrame, why: pd.DataFrame, horizon: int
) -> None:
    firms = now.head(40)
    steps = why[why["variable"].isna() & why["horizon"].eq(horizon)]
    total = steps.groupby("siren")["contribution"].sum().reindex(firms["siren"])
    found = explain.by_horizon(model.booster, firms, model.registry, thread_count=1)[horizon]
    assert np.abs(total.to_numpy() - found.log_odds).max() < 1e-9


def test_each_horizon_averages_its_own_intervals(
    model: TrainedModel, now: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feature adds k/10 in interval k, weighted by the probability of failing in it."""
    alone = model.registry[:1]
    monkeypatch.setattr(
        explain, "interval_contributions", lambda *_, interval, **__: np.array([[interval / 10, 0.5, -3.0]])
    )  # fmt: skip
    found = explain.by_horizon(model.booster, now.head(1), alone)
    for horizon, explained in found.items():
        added = np.arange(1, horizon // 3 + 1) / 10
        risk = 1 / (1 + np.exp(-(added - 2.5)))
        failing = risk * np.cumprod(np.r_[1.0, 1 - risk[:-1]])
        assert explained.base[0] == pytest.approx(-2.5)
        assert explained.contributions[0, 0] == pytest.approx(
            (added * failing).sum() / failing.sum()
        )


def test_the_interval_is_never_shown(why: pd.DataFrame) -> None:
    shown = set(why["variable"].dropna())
    assert shown <= {feature.name for feature in features.REGISTRY if feature.is_head}
    assert len(shown) > 15


def test_a_missing_value_is_shown_as_missing(why: pd.DataFrame, now: pd.DataFrame) -> None:
    debts = why[why["variable"].eq("debt_ratio")].set_index("siren")
    known = now.head(40).set_index("siren")["debt_ratio"]
    assert debts["direction"].eq("missing").equals(known.isna().reindex(debts.index))
    assert (debts.loc[known.isna(), "sentence"] == "Dette Urssaf : donnée absente").all()
    assert set(why["direction"]) == {"raises", "lowers", "missing", "base"}


def test_reasons_keep_what_a_variable_is_worth(why: pd.DataFrame, now: pd.DataFrame) -> None:
    known = now.head(40).set_index("siren")
    debts = why[why["variable"].eq("debt_ratio")].set_index("siren")
    pd.testing.assert_series_equal(
        debts["value"].astype("float64"),
        known["debt_ratio"].reindex(debts.index),
        check_names=False,
    )
    assert set(debts["unit"]) == {"contribution_months"}
    sectors = why[why["variable"].eq("naf_division")].set_index("siren")
    assert sectors["category"].to_dict() == known["naf_division"].reindex(sectors.index).to_dict()
    assert sectors["value"].isna().all()
    assert why.loc[why["variable"].isna(), ["value", "category", "unit"]].isna().all().all()


def test_reasons_carry_the_nature_needed_to_read_them(why: pd.DataFrame) -> None:
    natures = why.drop_duplicates("variable").set_index("variable")["nature"]
    assert natures["debt_ratio"] == "urssaf"
    assert natures["short_time_consumed_12m"] == "activite_partielle"
    assert pd.isna(natures["workforce"])
    themes = why[why["variable"].isna()].drop_duplicates("theme").set_index("theme")["nature"]
    assert themes["dettes_sociales"] == "urssaf"


def test_the_card_says_what_the_metadata_says(model: TrainedModel) -> None:
    text = card.render(json.loads(json.dumps(model.metadata)))
    assert text.startswith("# Modèle du 2025-01-01")
    assert "Forêt aléatoire" in text
    assert str(model.metadata["counts"]["interval_rows"]) in text


def test_a_card_without_measure_says_so(model: TrainedModel) -> None:
    text = card.render({**model.metadata, "metrics": {}})
    assert "rien n’est mesuré" in text


def test_a_number_that_could_not_be_computed_is_null() -> None:
    assert artifacts.plain({"a": [float("nan"), 1.0]}) == {"a": [None, 1.0]}
