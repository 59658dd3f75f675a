"""The command line, from a lake to a model, scores, reasons and a list."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from scoring.cli import main
from scoring.data.lake import Lake
from scoring.learning.artifacts import TrainedModel
from scoring.measuring import reference
from tests.scoring.model.conftest import EXTRACTED

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

DAY = EXTRACTED.isoformat()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(list(words)) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_features_are_written_as_parquet(
    lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "features.parquet"
    answer = run(capsys, "features", str(lake.root), str(out), "--as-of", DAY)
    assert len(pd.read_parquet(out)) == answer["firms"]


def test_scoring_twice_gives_the_same_files(
    lake: Lake,
    trained: tuple[TrainedModel, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("one", "two"):
        words = (str(lake.root), str(tmp_path / name), "--as-of", DAY, "--model", str(trained[1]))
        answer = run(capsys, "score", *words)
    for name in ("scores", "list", "reasons"):
        files = [tmp_path / run_name / f"{name}.parquet" for run_name in ("one", "two")]
        assert files[0].read_bytes() == files[1].read_bytes()
    scores = pd.read_parquet(tmp_path / "one" / "scores.parquet")
    listed = pd.read_parquet(tmp_path / "one" / "list.parquet")
    assert len(scores) == answer["firms"]
    assert set(listed["siren"]) <= set(scores["siren"])


def test_training_writes_a_model_and_its_card(
    lake: Lake,
    trained: tuple[TrainedModel, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = f"--as-of {DAY} --block-quarters 3 --draws 20 --most-quiet 2000 --trees 40".split()
    champion_of = ("--champion", str(trained[1]))
    answer = run(capsys, "train", str(lake.root), str(tmp_path), *asked, *champion_of)
    assert {path.name for path in tmp_path.iterdir()} == {
        "model.cbm",
        "metadata.json",
        "model-card.md",
        "drift.json",
        "manifest.json",
        *(f"held-out-{number}.cbm" for number in range(5)),
    }
    bins = reference.read(tmp_path)
    assert {"p18", "debt_ratio", "department"} <= bins.keys()
    assert sum(bins["p18"]["shares"]) == pytest.approx(1)
    metadata = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["model_sha256"] == answer["model_sha256"]
    assert metadata["as_of"] == DAY
    assert metadata["params"]["iterations"] == 40
    assert metadata["counts"]["quiet_share"] < 1
    champion = trained[0].metadata["model_sha256"]
    assert metadata["report"]["champion"]["model_sha256"] == champion
    assert str(champion)[:16] in (tmp_path / "model-card.md").read_text(encoding="utf-8")


def test_without_spark_the_command_says_what_to_install(
    lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    out = str(tmp_path / "features.parquet")
    asked = ["features", str(lake.root), out, "--as-of", DAY, "--engine", "spark"]
    assert main(asked) == 1
    assert "requirements-spark.txt" in capsys.readouterr().err
