"""What cannot be measured is refused in one French sentence; what can, degrades with a warning."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scoring.cli import main
from scoring.lab.benchmark import times
from scoring.lab.benchmark.cli import measure
from scoring.lab.benchmark.errors import BenchmarkError
from scoring.lab.benchmark.panel import Columns
from scoring.lab.benchmark.task import BenchmarkQuestion
from scoring.learning.hazard import Params

ASKED = {
    "entity": "firm",
    "time": "year",
    "event": "event",
    "horizon": "1",
    "train-until": "2007",
    "test-from": "2008",
}


def refused(
    capsys: pytest.CaptureFixture[str], folder: Path, panel: pd.DataFrame, **changed: str
) -> str:
    """Return the sentence on standard error; nothing else is written."""
    path = folder / "panel.csv"
    panel.to_csv(path, index=False)
    return sentence(capsys, path, **changed)


def sentence(capsys: pytest.CaptureFixture[str], path: Path, **changed: str) -> str:
    words = ASKED | {name.replace("_", "-"): value for name, value in changed.items()}
    options = [word for name, value in words.items() if value for word in (f"--{name}", value)]
    assert main(["benchmark", str(path), *options]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def test_an_absent_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "n’existe pas" in sentence(capsys, tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    "content", [b"", b"\x1f\x8b\x08broken", b"firm,year\n\xff\xfe,1\n", b"a\n"]
)
def test_a_file_that_is_no_table(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("panel.csv", "panel.csv.gz"):
        (tmp_path / name).write_bytes(content)
        assert "le fichier " in sentence(capsys, tmp_path / name)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"entity": "siret"},
            "colonne absente du fichier : siret. Colonnes présentes : firm, year",
        ),
        ({"features": "debt,cush"}, "colonne absente du fichier : cush"),
        ({"features": "debt,event"}, "« event » ne peut pas être aussi une variable"),
        ({"entity": "year"}, "trois colonnes différentes"),
        ({"event": "debt"}, "doit valoir 0 ou 1"),
        ({"time": "sector"}, "n’est pas un temps lisible"),
        ({"train_until": "2008"}, "--train-until 2008 doit précéder --test-from 2008"),
        ({"train_until": "1990"}, "aucune ligne jusqu’à 1990 : le panel va de 2000 à 2011"),
        ({"train_until": "2000"}, "n’a d’issue connue à --train-until"),
        ({"train_until": "hier"}, "« hier » ne se lit pas"),
        ({"train_until": ""}, "--train-until et --test-from sont obligatoires"),
        ({"test_from": "2050"}, "aucune ligne dans la fenêtre de test"),
        ({"horizon": "0"}, "--horizon doit être"),
        ({"horizon": "9"}, "aucune ligne de test n’a d’issue connue"),
        ({"time": "none", "horizon": "2"}, "sans temps"),
        ({"time": "none"}, "« E0 » figure deux fois. Gardez une ligne par entité."),
        ({"lags": "0"}, "--lags attend"),
    ],
)
def test_an_impossible_question_is_refused(
    changed: dict[str, str],
    expected: str,
    world: pd.DataFrame,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert expected in refused(capsys, tmp_path, world, **changed)


def test_an_entity_twice_at_one_time(
    world: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = pd.concat([world, world.tail(1)])
    assert "figure deux fois à year = 2011" in refused(capsys, tmp_path, twice)


def test_an_empty_event(
    world: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = world.assign(event=world["event"].where(world.index > 0))
    assert "une case vide n’est ni l’un ni l’autre" in refused(capsys, tmp_path, empty)


def test_an_empty_time(
    world: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = world.assign(year=world["year"].where(world.index > 0))
    assert "est vide sur 1 ligne" in refused(capsys, tmp_path, empty)


def test_no_failure_to_learn_from(
    world: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    none = world.assign(event=world["event"].where(world["year"].gt(2007), 0))
    assert "aucune défaillance dans la fenêtre d’apprentissage" in refused(capsys, tmp_path, none)


def test_no_failure_to_test_on(
    world: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    none = world.assign(event=world["event"].where(world["year"].le(2007), 0))
    assert "une seule classe dans le test (aucune défaillance)" in refused(capsys, tmp_path, none)


def test_a_single_failure_cannot_be_left_out(
    world: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learnt = world["year"].le(2006) & world["event"].eq(1)
    single = world.assign(event=world["event"].where(~learnt | (world.index == learnt.idxmax()), 0))
    assert "trop peu nombreuses" in refused(capsys, tmp_path, single)


def test_nothing_that_varies(
    world: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flat = world.assign(noise=3.5)
    assert "aucune variable ne varie" in refused(capsys, tmp_path, flat, features="noise")


def degraded(folder: Path, panel: pd.DataFrame, *features: str) -> dict[str, Any]:
    path = folder / "panel.csv"
    panel.to_csv(path, index=False)
    return measure(
        path,
        Columns(entity="firm", event="event", time="year", features=features),
        BenchmarkQuestion(horizon=1, train_until="2007", test_from="2008"),
        params=Params(iterations=30, thread_count=1),
        draws=3,
    )


def test_an_empty_feature_is_reported_and_kept(world: pd.DataFrame, tmp_path: Path) -> None:
    found = degraded(tmp_path, world.assign(ratio=np.nan), "debt", "ratio")
    assert found["warnings"] == ["« ratio » est entièrement vide en apprentissage."]
    assert found["panel"]["features"]["numeric"] == ["debt", "ratio"]


def test_a_category_absent_from_training_is_reported_and_scored(
    world: pd.DataFrame, tmp_path: Path
) -> None:
    late = world.assign(sector=np.where(world["year"].eq(2009), "espace", world["sector"]))
    found = degraded(tmp_path, late, "debt", "sector")
    assert found["warnings"] == ["« sector » prend en test 1 valeur(s) jamais apprise(s) : espace."]
    assert found["test"]["rows"] == world["year"].ge(2008).sum()


def test_few_failures_are_reported(world: pd.DataFrame, tmp_path: Path) -> None:
    learnt = world.index[world["year"].le(2006) & world["event"].eq(1)]
    few = world.assign(event=world["event"].where(~world.index.isin(learnt[6:]), 0))
    found = degraded(tmp_path, few, "debt")
    assert "6 défaillance(s) seulement en apprentissage" in found["warnings"][0]
    assert any("n’est pas recalibré" in warning for warning in found["warnings"])


def test_infinite_numbers_are_missing(world: pd.DataFrame, tmp_path: Path) -> None:
    endless = world.assign(debt=world["debt"].where(world.index % 7 > 0, np.inf))
    absent = world.assign(debt=world["debt"].where(world.index % 7 > 0))
    known = degraded(tmp_path, endless, "debt")["models"]["vigie"]["auc"]
    assert known == degraded(tmp_path, absent, "debt")["models"]["vigie"]["auc"]


@pytest.mark.parametrize(
    ("values", "steps", "until"),
    [
        ([2010, 2012, 2011], [0, 2, 1], ("2011", 1)),
        ([2010.0, 2014.0, 2012.0], [0, 2, 1], ("2013", 1)),
        (["2011-12", "2012-01", "2012-03"], [0, 1, 3], ("2012-02", 2)),
        (["201112", "201201"], [0, 1], ("201201", 1)),
        (["2011Q4", "2012Q1"], [0, 1], ("2012T1", 1)),
        (["2011-12-31", "2012-03-31", "2012-06-30"], [0, 1, 2], ("2012-04-30", 1)),
        (["2011-01-01", "2012-01-01"], [0, 1], ("2012", 1)),
        (["2012-01-02", "2012-01-09", "2012-01-23"], [0, 1, 3], ("2012-01-20", 2)),
    ],
)
def test_times_become_integer_steps(
    values: list[object], steps: list[int], until: tuple[str, int]
) -> None:
    clock, found = times.read(pd.Series(values), name="t")
    assert found.tolist() == steps
    assert clock.index(until[0]) == until[1]


def test_too_many_steps() -> None:
    days = pd.Series(["2000-01-01", "2000-01-02", "2010-05-17"])
    with pytest.raises(BenchmarkError, match="pas de temps"):
        times.read(days, name="t")
