"""The benchmark command on panels whose truth is known, and on public American firms."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from scoring.cli import main

WINDOW = ("--train-until", "2007", "--test-from", "2008")
MODELS = ["vigie", "logistic_regression", "random_forest"]


def written(folder: Path, panel: pd.DataFrame) -> Path:
    path = folder / "panel.csv.gz"
    panel.to_csv(path, index=False)
    return path


def asked(path: Path, *words: str, features: str = "debt,cash,sector") -> list[str]:
    columns = ("--entity", "firm", "--event", "event", "--features", features)
    return ["benchmark", str(path), *columns, "--draws", "60", *words]


def measured(capsys: pytest.CaptureFixture[str], words: list[str]) -> dict[str, Any]:
    assert main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture(scope="module")
def path(world: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("panel"), world)


def test_the_engine_comes_near_what_the_truth_itself_would_reach(
    path: Path, world: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured(capsys, asked(path, "--time", "year", "--horizon", "1", *WINDOW))
    tested = world[world["year"].ge(2008)]
    truth = tested["event"], tested["risk"]
    engine = found["models"]["vigie"]
    assert roc_auc_score(*truth) - engine["auc"]["value"] < 0.05
    assert engine["average_precision"]["value"] > 0.7 * average_precision_score(*truth)
    assert 0.75 < engine["citl"]["value"] < 1.3
    assert found["test"]["events"] == tested["event"].sum()
    assert found["test"]["rows"] == len(tested)
    assert engine["prevalence"]["value"] == pytest.approx(tested["event"].mean())


def test_everything_asked_is_there_for_the_three_models(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured(capsys, asked(path, "--time", "year", "--horizon", "1", *WINDOW))
    assert list(found["models"]) == MODELS
    for values in found["models"].values():
        assert values["fit_seconds"] > 0
        for statistic in ("auc", "average_precision", "citl", "slope"):
            band = values[statistic]
            assert band["low"] < band["value"] < band["high"]
        for share in (1, 5, 10):
            assert 0 <= values[f"precision_at_{share}"]["value"] <= 1
    gains = found["differences"]
    assert list(gains) == MODELS[1:]
    for peer, gain in gains.items():
        for statistic in ("auc", "average_precision"):
            expected = [found["models"][name][statistic]["value"] for name in ("vigie", peer)]
            assert gain[statistic]["value"] == pytest.approx(expected[0] - expected[1])
            assert gain[statistic]["low"] < gain[statistic]["value"] < gain[statistic]["high"]
    again = measured(capsys, asked(path, "--time", "year", "--horizon", "1", *WINDOW))
    for result in (found, again):
        for values in result["models"].values():
            del values["fit_seconds"]
    assert again == found


def test_variables_that_say_nothing_give_an_auc_of_a_half(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = asked(path, "--time", "year", "--horizon", "1", *WINDOW, features="noise")
    for values in measured(capsys, words)["models"].values():
        assert abs(values["auc"]["value"] - 0.5) < 0.1


def test_a_row_whose_outcome_was_not_known_teaches_nothing(
    tmp_path: Path, world: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Events after --train-until are turned round: what is learnt must not move."""
    late = world["year"].eq(2007)
    turned = world.assign(event=np.where(late, 1 - world["event"], world["event"]))
    answers = []
    for name, panel in (("true", world), ("turned", turned)):
        folder = tmp_path / name
        folder.mkdir()
        words = ("--time", "year", "--horizon", "2", *WINDOW)
        answers.append(measured(capsys, asked(written(folder, panel), *words)))
    assert answers[0]["engine"] == answers[1]["engine"]
    assert answers[0]["train"] == answers[1]["train"]
    assert answers[0]["train"]["last"] == "2006"


def test_a_longer_horizon_counts_failures_of_later_years(
    path: Path, world: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured(capsys, asked(path, "--time", "year", "--horizon", "3", *WINDOW))
    last = world[world["event"].eq(1)].set_index("firm")["year"]
    tested = world[world["year"].between(2008, 2009)]  # three whole years follow, until 2012
    assert found["test"]["rows"] == len(tested)
    wait = tested["firm"].map(last) - tested["year"]
    assert found["test"]["events"] == wait.between(0, 2).sum()
    assert found["models"]["vigie"]["auc"]["value"] > 0.7


def test_quarters_are_steps_like_years(
    tmp_path: Path, world: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    order = world["year"] - 2000
    quarters = world.assign(
        year=(2000 + order // 4).astype(str) + "T" + (1 + order % 4).astype(str)
    )
    words = ("--horizon", "1", "--time", "year", "--train-until", "2001T4", "--test-from", "2002T1")
    found = measured(capsys, asked(written(tmp_path, quarters), *words))
    years = measured(
        capsys, asked(written(tmp_path, world), "--horizon", "1", "--time", "year", *WINDOW)
    )
    assert found["differences"] == years["differences"]
    assert found["train"]["last"] == "2001T3"


def test_a_cross_section_is_tested_on_firms_never_seen(
    tmp_path: Path, world: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = world.assign(firm=world["firm"] + "-" + world["year"].astype(str)).drop(columns="year")
    path = written(tmp_path, rows)
    found = measured(capsys, asked(path, "--time", "none", "--horizon", "1"))
    assert found["train"]["rows"] + found["test"]["rows"] == len(rows)
    assert found["test"]["rows"] == pytest.approx(0.2 * len(rows), rel=0.1)
    assert found["models"]["vigie"]["auc"]["value"] > 0.75


def test_lags_bring_the_past_of_the_same_firm(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = asked(path, "--time", "year", "--horizon", "1", "--lags", "1", *WINDOW)
    names = measured(capsys, words)["panel"]["features"]["numeric"]
    assert names == ["debt", "cash", "debt (t−1)", "cash (t−1)", "debt (écart à t−1)", "cash (écart à t−1)"]


def test_the_text_says_who_is_ahead(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(path, "--time", "year", "--horizon", "1", *WINDOW)) == 0
    text = capsys.readouterr().out
    assert "Apprentissage de 2000 à 2006" in text
    assert "| Forêt aléatoire (profondeur 9, 100 arbres) | 0," in text
    assert "Vigie moins régression logistique, AUC : " in text


def test_american_firms(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unbiased rows, failure within a year, learnt on what 2010 knew, tested on 2012–2016."""
    source = samples / "american" / "american_partial_panel.csv.gz"
    if not source.is_file():
        pytest.skip(f"American sample absent: {source}")
    table = pd.read_csv(source)
    rows = table[table["source"].str.startswith("suv_")]
    soon = rows["failed"].eq(1) & (rows["last_year"] - rows["year"]).le(1)
    panel = rows.assign(firm=rows["company"], event=soon.astype(int))
    numbers = ",".join(f"X{number}" for number in range(1, 19))
    words = ("--time", "year", "--horizon", "1", "--train-until", "2010", "--test-from", "2012")
    found = measured(
        capsys,
        asked(written(tmp_path, panel), *words, "--test-until", "2016", features=numbers),
    )
    assert found["test"]["events"] == 80
    assert found["train"]["last"] < "2010"
    for gain in found["differences"].values():
        assert gain["average_precision"]["value"] > 0
        assert gain["auc"]["high"] > 0
    assert found["models"]["vigie"]["auc"]["low"] > 0.5
