"""A model measured beside the champion, in the register."""

import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.models_registry import queries
from app.models_registry.models import ModelVersion
from app.trainings.steps import judging, learning
from scoring.learning import artifacts, manifest, splits
from scoring.learning.artifacts import METADATA
from scoring.measuring import gate
from tests.factories.detections import AS_OF, register_small_model

pytest_plugins = ["tests.factories.region"]
pytestmark = pytest.mark.usefixtures("remembered_tables")

ACTOR = system_identity("tests")
RECIPE = asdict(gate.recipe_in_force())
#: quarters whose eighteen months are over on the day of the region
BLOCKS = {"test": ["2024-07-01", "2024-10-01", "2025-01-01"]}


def challenger(home: Path, *, recipe: dict[str, str] | None = RECIPE, **metadata: Any) -> int:
    """Another version of the small model, as trained on the day of the region."""
    directory = home / "models" / "other"
    shutil.copytree(home / "models" / "small", directory)
    known = json.loads((directory / METADATA).read_text())
    (directory / METADATA).write_text(json.dumps({**known, "blocks": BLOCKS, **metadata}))
    with unit_of_work(ACTOR) as session:
        register_small_model(session, home, metrics={"recipe": RECIPE})
        version = ModelVersion(
            directory="models/other",
            sha256=manifest.write(directory),
            trained_as_of=AS_OF,
            metrics={"recipe": recipe} if recipe else {},
        )
        session.add(version)
        session.flush()
        return version.id


def measured(home: Path, version: int) -> dict[str, Any]:
    kept = judging.measure(home, version)
    assert kept is not None
    with unit_of_work(ACTOR) as session:
        assert queries.get_version(session, version).gate == kept
    return {line["name"]: line for line in kept["conditions"]} | {"is_open": kept["is_open"]}


def test_a_model_is_measured_beside_the_champion_on_the_firms_of_the_test(
    fresh_database: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A region of 150 firms has too few of them in one fold: all of them are tested here.
    monkeypatch.setattr(splits, "folds", lambda sirens: sirens.map(lambda _: splits.TEST_FOLD))
    found = measured(home, challenger(home))
    assert found["folds"]["passed"]
    # the same model on the same rows: neither better nor worse
    assert found["average_precision"]["value"] == 0
    assert found["auc"]["value"] == 0
    assert found["score_psi"]["value"] == pytest.approx(0, abs=1e-9)
    assert found["monotone"]["value"] == 0
    # too few to judge on values: said, and judged on intervals
    assert 0 < found["failures"]["value"] < 200
    assert found["failures"]["reserve"] == "inconclusive"
    assert "intervalle [" in found["citl"]["sentence"]
    assert not found["is_open"]


@pytest.mark.parametrize(
    ("recipe", "words"), [({**RECIPE, "folds": "autres"}, "autres"), (None, "inconnus")]
)
def test_other_folds_are_refused_with_a_reason(
    fresh_database: None, home: Path, monkeypatch: pytest.MonkeyPatch,
    recipe: dict[str, str] | None, words: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(splits, "folds", lambda sirens: sirens.map(lambda _: splits.TEST_FOLD))
    found = measured(home, challenger(home, recipe=recipe))
    assert words in found["folds"]["sentence"]
    assert "citl" not in found
    assert not found["is_open"]


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"features": ["variable_disparue"]}, "variable_disparue"),
        ({"blocks": {"test": ["2026-10-01"]}}, "son issue à 18 mois"),
        ({"model_sha256": "0"}, "sha256"),
    ],
)
def test_what_cannot_be_measured_closes_the_gate_with_a_reason(
    fresh_database: None, home: Path, metadata: dict[str, Any], words: str
) -> None:
    found = measured(home, challenger(home, **metadata))
    assert words in found["measurable"]["sentence"]
    assert not found["is_open"]


def test_the_champion_is_not_measured_beside_itself(fresh_database: None, home: Path) -> None:
    with unit_of_work(ACTOR) as session:
        number = register_small_model(session, home).id
    assert judging.measure(home, number) is None


def test_training_keeps_the_recipe_and_the_gate(
    fresh_database: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = artifacts.load(home / "models" / "small")
    monkeypatch.setattr(
        learning.learning, "train", lambda _lake, **asked: artifacts.save(small, asked["out_dir"])
    )
    first = learning.train(home, as_of=AS_OF)
    assert gate.recipe_of(first.metrics) == gate.recipe_in_force()
    assert first.is_champion
    changed = artifacts.TrainedModel(
        booster=small.booster, calibration=small.calibration, thresholds=small.thresholds,
        metadata={**small.metadata, "data_fingerprint": "1" * 64},
    )  # fmt: skip
    monkeypatch.setattr(
        learning.learning, "train", lambda _lake, **asked: artifacts.save(changed, asked["out_dir"])
    )
    second = learning.train(home, as_of=date(2026, 10, 1))
    with unit_of_work(ACTOR) as session:
        kept = queries.get_version(session, second.id).gate
    assert kept is not None
    assert kept["champion"] == first.id
