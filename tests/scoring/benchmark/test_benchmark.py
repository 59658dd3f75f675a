"""The benchmark command on panels whose truth is known, and on public American firms."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from scoring.cli import main
from scoring.lab.benchmark import report
from scoring.lab.benchmark.cli import measure
from scoring.lab.benchmark.panel import Columns, read
from scoring.lab.benchmark.task import BenchmarkQuestion
from scoring.learning.hazard import Params

MODELS = ["vigie", "logistic_regression", "random_forest"]
QUICK = Params(iterations=150, thread_count=1)
COLUMNS = Columns(entity="firm", event="event", time="year", features=("debt", "cash", "sector"))
WINDOW = BenchmarkQuestion(horizon=1, train_until="2007", test_from="2008")


def written(folder: Path, panel: pd.DataFrame) -> Path:
    path = folder / "panel.csv.gz"
    panel.to_csv(path, index=False)
    return path


def quick(
    path: Path, columns: Columns = COLUMNS, question: BenchmarkQuestion = WINDOW
) -> dict[str, Any]:
    return measure(path, columns, question, params=QUICK, draws=20)


@pytest.fixture(scope="module")
def path(world: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("panel"), world)


@pytest.fixture(scope="module")
def found(path: Path) -> dict[str, Any]:
    return quick(path)


def test_the_engine_comes_near_what_the_truth_itself_would_reach(
    found: dict[str, Any], world: pd.DataFrame
) -> None:
    tested = world[world["year"].ge(2008)]
    truth = tested["event"], tested["risk"]
    engine = found["models"]["vigie"]
    assert roc_auc_score(*truth) - engine["auc"]["value"] < 0.05
    assert engine["average_precision"]["value"] > 0.7 * average_precision_score(*truth)
    assert 0.75 < engine["citl"]["value"] < 1.3
    assert found["test"]["events"] == tested["event"].sum()
    assert found["test"]["rows"] == len(tested)
    assert engine["prevalence"]["value"] == pytest.approx(tested["event"].mean())


def test_every_statistic_is_there_for_the_three_models(found: dict[str, Any]) -> None:
    assert list(found["models"]) == MODELS
    for values in found["models"].values():
        assert values["fit_seconds"] > 0
        for statistic in ("auc", "average_precision", "citl", "slope"):
            band = values[statistic]
            assert band["low"] < band["value"] < band["high"]
        for share in (1, 5, 10):
            assert 0 <= values[f"precision_at_{share}"]["value"] <= 1


def test_a_difference_is_that_of_the_two_models(found: dict[str, Any]) -> None:
    gains = found["differences"]
    assert list(gains) == MODELS[1:]
    for peer, gain in gains.items():
        for statistic in ("auc", "average_precision"):
            expected = [found["models"][name][statistic]["value"] for name in ("vigie", peer)]
            assert gain[statistic]["value"] == pytest.approx(expected[0] - expected[1])
            assert gain[statistic]["low"] < gain[statistic]["value"] < gain[statistic]["high"]


def test_the_best_one_per_cent_of_each_year_is_counted_by_hand(
    tmp_path: Path, world: pd.DataFrame
) -> None:
    """A feature that is the event itself: the top rows of each year are its failures."""
    oracle = world.assign(debt=world["event"] + 0.1 * world["noise"])
    models = quick(written(tmp_path, oracle))["models"]
    tested = world[world["year"].ge(2008)].groupby("year")["event"].agg(["size", "sum"])
    for share in (1, 5, 10):
        seats = (tested["size"] * share / 100).round()
        expected = np.minimum(seats, tested["sum"]).sum() / seats.sum()
        found = models["logistic_regression"][f"precision_at_{share}"]["value"]
        assert found == pytest.approx(expected, abs=0.02)


def test_the_same_question_has_the_same_answer(path: Path, found: dict[str, Any]) -> None:
    def lasting(result: dict[str, Any]) -> str:
        timed = ("fit_seconds",)
        models = {
            name: {key: value for key, value in values.items() if key not in timed}
            for name, values in result["models"].items()
        }
        return json.dumps({**result, "models": models})

    assert lasting(quick(path)) == lasting(found)


def test_variables_that_say_nothing_give_an_auc_of_a_half(path: Path) -> None:
    noise = Columns(entity="firm", event="event", time="year", features=("noise",))
    for values in quick(path, noise)["models"].values():
        assert abs(values["auc"]["value"] - 0.5) < 0.1


def test_a_row_whose_outcome_was_not_known_teaches_nothing(
    tmp_path: Path, world: pd.DataFrame
) -> None:
    """Events after --train-until are flipped: the fitted model must not change."""
    late = world["year"].eq(2007)
    turned = world.assign(event=np.where(late, 1 - world["event"], world["event"]))
    question = BenchmarkQuestion(horizon=2, train_until="2007", test_from="2008")
    true, false = (quick(written(tmp_path, each), question=question) for each in (world, turned))
    assert true["engine"] == false["engine"]
    assert true["train"] == false["train"]
    assert true["train"]["last"] == "2006"


def test_a_longer_horizon_counts_failures_of_later_years(path: Path, world: pd.DataFrame) -> None:
    found = quick(path, question=BenchmarkQuestion(horizon=3, train_until="2007", test_from="2008"))
    last = world[world["event"].eq(1)].set_index("firm")["year"]
    tested = world[world["year"].between(2008, 2009)]  # three whole years follow, until 2012
    failed = (tested["firm"].map(last) - tested["year"]).between(0, 2)
    engine = found["models"]["vigie"]
    assert found["test"]["rows"] == len(tested)
    assert found["test"]["events"] == failed.sum()
    assert roc_auc_score(failed, tested["risk"]) - engine["auc"]["value"] < 0.06
    assert 0.75 < engine["citl"]["value"] < 1.3


def test_quarters_are_steps_like_years(
    tmp_path: Path, world: pd.DataFrame, found: dict[str, Any]
) -> None:
    order = world["year"] - 2000
    names = (2000 + order // 4).astype(str) + "T" + (1 + order % 4).astype(str)
    question = BenchmarkQuestion(horizon=1, train_until="2001T4", test_from="2002T1")
    quarters = quick(written(tmp_path, world.assign(year=names)), question=question)
    assert quarters["differences"] == found["differences"]
    assert quarters["train"]["last"] == "2001T3"


def test_a_cross_section_is_tested_on_firms_never_seen(tmp_path: Path, world: pd.DataFrame) -> None:
    rows = world.assign(firm=world["firm"] + "-" + world["year"].astype(str)).drop(columns="year")
    columns = Columns(entity="firm", event="event", time=None, features=COLUMNS.features)
    found = quick(written(tmp_path, rows), columns, BenchmarkQuestion(horizon=1))
    assert found["train"]["rows"] + found["test"]["rows"] == len(rows)
    assert found["test"]["rows"] == pytest.approx(0.2 * len(rows), rel=0.1)
    assert found["models"]["vigie"]["auc"]["value"] > 0.75
    assert found["models"]["vigie"]["citl"]["value"] == pytest.approx(1, abs=0.3)


def test_lags_bring_the_past_of_the_same_firm(world: pd.DataFrame, path: Path) -> None:
    columns = Columns(entity="firm", event="event", time="year", features=("cash",), lags=(2,))
    frame = read(path, columns).frame.set_index(["siren", "step"])
    before = world.set_index(["firm", "year"])["cash"]
    for (firm, step), row in frame.sample(50, random_state=1).iterrows():
        past = before.get((firm, 2000 + step - 2), np.nan)
        assert row["x:cash (t−2)"] == pytest.approx(past, nan_ok=True)
        assert row["x:cash (écart à t−2)"] == pytest.approx(row["x:cash"] - past, nan_ok=True)


def test_the_text_says_who_is_ahead(path: Path, found: dict[str, Any]) -> None:
    text = report.text(found, path=path, columns=COLUMNS)
    assert "Apprentissage de 2000 à 2006" in text
    assert "| Forêt aléatoire (profondeur 9, 100 arbres) | 0," in text
    assert "Vigie moins régression logistique, AUC : " in text


def test_the_command_writes_one_json_object(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["benchmark", str(path), "--entity", "firm", "--time", "year", "--event", "event"]
    words += ["--features", "debt,cash", "--horizon", "1", "--draws", "5", "--json"]
    assert main([*words, "--train-until", "2003", "--test-from", "2008"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer["models"]) == MODELS
    assert (answer["train"]["last"], answer["test"]["first"]) == ("2002", "2008")


def test_american_firms(samples: Path, tmp_path: Path) -> None:
    """Unbiased rows, failure within a year, trained on what was known in 2010, tested on 2012–2016."""
    source = samples / "american" / "american_partial_panel.csv.gz"
    if not source.is_file():
        pytest.skip(f"American sample absent: {source}")
    table = pd.read_csv(source)
    rows = table[table["source"].str.startswith("suv_")]
    soon = rows["failed"].eq(1) & (rows["last_year"] - rows["year"]).le(1)
    panel = rows.assign(firm=rows["company"], event=soon.astype(int))
    columns = Columns(
        entity="firm",
        event="event",
        time="year",
        features=tuple(f"X{number}" for number in range(1, 19)),
    )
    question = BenchmarkQuestion(horizon=1, train_until="2010", test_from="2012", test_until="2016")
    found = measure(written(tmp_path, panel), columns, question, params=Params(), draws=100)
    assert found["test"]["events"] == 80
    assert found["train"]["last"] < "2010"
    for gain in found["differences"].values():
        assert gain["average_precision"]["value"] > 0
        assert gain["auc"]["high"] > 0
    assert found["models"]["vigie"]["auc"]["low"] > 0.5
