"""Data that cannot teach, or that this code cannot score: refused in French, or learnt without."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring import train
from scoring.data.lake import Lake
from scoring.errors import AsOfError, ScoringError, UntrainableError
from scoring.learning import artifacts, follow_up, manifest, predict, splits
from scoring.learning.artifacts import CorruptModelError, OtherVersionError, TrainedModel
from scoring.learning.examples import collect
from scoring.measuring import card
from scoring.measuring.evaluate import MODEL
from scoring.measuring.report import measured
from tests.scoring.model.conftest import (
    AS_OF,
    MOST_QUIET,
    SETTINGS,
    free_panel,
    openings_of,
    synthetic_panel,
)

QUICK = replace(SETTINGS, with_peers=False, draws=2)


def openings(panel: pd.DataFrame, *, keep: pd.Series) -> follow_up.FollowUp:
    """Return the follow-up with only the judgments of some firms (a mask by siren)."""
    found = openings_of(panel)
    return follow_up.follow_up(found[found["siren"].map(keep).astype(bool)], known_by=AS_OF)


def fit(panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks) -> TrainedModel:
    learnt = collect([panel], history, cut)
    return train.fit(learnt, history, cut, settings=QUICK, as_of=AS_OF)


@pytest.mark.parametrize(
    ("folds", "words"),
    [
        ((0, 1), "Aucune ouverture de procédure n’est connue entre le"),
        (tuple(n for n in range(10) if n != 1), "parmi les entreprises de calibration"),
    ],
)
def test_without_failures_to_learn_from_the_training_says_whose_are_missing(
    cut: splits.Blocks, folds: tuple[int, ...], words: str
) -> None:
    everyone = synthetic_panel(firms=150)
    sirens = pd.Series(everyone["siren"].unique())
    keep = splits.folds(sirens).isin(folds).set_axis(sirens)
    with pytest.raises(UntrainableError, match=words):
        fit(everyone, openings(everyone, keep=keep), cut)


def test_failures_of_one_group_alone_cannot_be_cross_fitted(cut: splits.Blocks) -> None:
    """Left out, they would leave none to learn from."""
    everyone = synthetic_panel(firms=150)
    sirens = pd.Series(everyone["siren"].unique())
    keep = splits.folds(sirens).isin(splits.GROUPS[2]).set_axis(sirens)
    with pytest.raises(UntrainableError, match="Trop peu d’entreprises sont en procédure"):
        fit(everyone, openings(everyone, keep=keep), replace(cut, is_crossfitted=True))


def test_with_failures_only_the_training_is_refused(cut: splits.Blocks) -> None:
    """Every firm fails in the three months that follow its snapshot: one class only."""
    everyone = synthetic_panel(firms=150)
    first = everyone.groupby("siren", as_index=False)["as_of"].max()
    # a snapshot per firm, just before its own judgment
    sirens = first["siren"]
    watched = splits.folds(sirens).eq(splits.STOPPING_FOLD)
    quarter = np.where(watched, cut.stopping[0], cut.train[0])
    calibrating = splits.folds(sirens).eq(splits.CALIBRATION_FOLD)
    testing = splits.folds(sirens).eq(splits.TEST_FOLD)
    day = pd.Series(pd.to_datetime(quarter))
    day = day.mask(calibrating, cut.calibration[0]).mask(testing, cut.test[0])
    snapshots = first.assign(as_of=day.astype("datetime64[s]")).merge(
        everyone, on=["siren", "as_of"]
    )
    judged = pd.DataFrame({"siren": sirens, "opened_on": day + pd.Timedelta(days=30)})
    judged["known_at"] = judged["opened_on"] + pd.Timedelta(days=1)
    with pytest.raises(UntrainableError, match="Toutes les entreprises d’apprentissage"):
        fit(snapshots, follow_up.follow_up(judged, known_by=AS_OF), cut)


def test_a_part_without_any_firm_is_named(
    panel: pd.DataFrame, history: follow_up.FollowUp, cut: splits.Blocks
) -> None:
    for fold, words in ((splits.TEST_FOLD, "de test"), (splits.STOPPING_FOLD, "de surveillance")):
        kept = panel[splits.folds(panel["siren"]).ne(fold)]
        with pytest.raises(UntrainableError, match=f"Aucune entreprise {words}"):
            fit(kept.reset_index(drop=True), history, cut)


def test_a_feature_that_is_always_missing_is_left_out_and_reported(cut: splits.Blocks) -> None:
    everyone = synthetic_panel(firms=250)
    judged = openings_of(everyone)
    panel = free_panel(everyone, judged).assign(workforce=np.nan, department=None)
    history = follow_up.follow_up(judged, known_by=AS_OF)
    learnt = collect([panel], history, cut, most_quiet=MOST_QUIET)
    model = train.fit(learnt, history, cut, settings=replace(QUICK, with_peers=True), as_of=AS_OF)
    assert [line.split(" n’est")[0] for line in model.metadata["degraded"]] == [
        "« Effectif »", "« Département du siège »",
    ]  # fmt: skip
    assert "« Effectif » n’est jamais connu" in card.render(model.metadata)
    again = predict.score(model, panel.assign(workforce=12.0, department="21").head(50))
    before = predict.score(model, panel.head(50))
    pd.testing.assert_frame_equal(again, before)


def test_a_new_category_is_scored(model: TrainedModel, now: pd.DataFrame) -> None:
    scores = predict.score(model, now.assign(department="2A"))
    assert scores[["p12", "p18", "p24"]].notna().all(axis=None)


def test_a_date_before_the_data_is_refused(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(AsOfError, match="Rien n’est connu au 01/01/2015"):
        train.train(lake, as_of=date(2015, 1, 1), out_dir=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda known: {**known, "format": 2}, OtherVersionError, "format est le n° 2"),
        (lambda known: {**known, "features": ["meteo"]}, OtherVersionError, r"ne sont plus calculées \(meteo\)"),
        (lambda known: {**known, "features": known["features"][1:]}, OtherVersionError, "ses colonnes"),
        (lambda known: {k: v for k, v in known.items() if k != "thresholds"}, OtherVersionError, "thresholds"),
        (lambda known: {**known, "model_sha256": "0" * 64}, CorruptModelError, "empreinte"),
        (lambda _: [], CorruptModelError, "illisible"),
    ],
)  # fmt: skip
def test_a_model_of_another_version_is_refused_with_a_reason(
    trained: tuple[TrainedModel, Path], tmp_path: Path,
    change: Callable[[dict[str, object]], object], kind: type[ScoringError], words: str,
) -> None:  # fmt: skip
    artifacts.save(trained[0], tmp_path)
    path = tmp_path / artifacts.METADATA
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    manifest.write(tmp_path)
    with pytest.raises(kind, match=words) as refused:
        artifacts.load(tmp_path)
    assert "Entraînez un nouveau modèle" in str(refused.value)


def test_a_file_that_is_no_model_is_refused(
    trained: tuple[TrainedModel, Path], tmp_path: Path
) -> None:
    artifacts.save(trained[0], tmp_path)
    (tmp_path / artifacts.MODEL).write_bytes(b"xgboost")
    path = tmp_path / artifacts.METADATA
    known = {
        **json.loads(path.read_text()),
        "model_sha256": artifacts.sha256(tmp_path / artifacts.MODEL),
    }
    path.write_text(json.dumps(known))
    manifest.write(tmp_path)
    with pytest.raises(OtherVersionError, match="ne se lit pas"):
        artifacts.load(tmp_path)


def test_a_champion_of_other_folds_is_not_measured_on_our_test(
    model: TrainedModel, now: pd.DataFrame
) -> None:
    now = now[splits.folds(now["siren"]).eq(splits.TEST_FOLD)].reset_index(drop=True)
    risks = {MODEL: predict.judged_risks(model, now)}
    cuts = {MODEL: model.thresholds}
    assert measured.with_champion(risks, cuts, model, now)[2] == ""
    recipe = {**model.metadata["recipe"], "folds": "autres"}
    champion = replace(model, metadata={**model.metadata, "recipe": recipe})
    scored, _, refused = measured.with_champion(risks, cuts, champion, now)
    assert list(scored) == [MODEL]
    assert "autres plis" in refused
