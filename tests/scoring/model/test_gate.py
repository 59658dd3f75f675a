"""Each bound of the promotion gate, on both sides; and what is judged is what was measured."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scoring.measuring import gate, trial
from scoring.measuring.evaluate import JudgedRows
from scoring.measuring.gate import GateFacts, Interval
from scoring.measuring.trial import Contender, TrialSetting
from scoring.vocabulary import Reserve

RIGHT = Interval(value=1.0, low=0.9, high=1.1)
GAIN = Interval(value=0.01, low=0.0, high=0.02)
GAINS = {"average_precision": GAIN}
CHAMPION = GateFacts(
    recipe=gate.recipe_in_force(),
    failures=500,
    auc=0.80,
    citl=1.0,
    zone_citl=RIGHT,
    zone_failures=200,
    zone_worth=200.0,
    slope=1.0,
    precision_at_capacity=0.30,
    monotone_violations=0,
    subgroups={"Taille 10-19": (40, 1.0)},
    supports=("12:abc", "12:abc"),
)


def refused(**changes: object) -> set[str]:
    """Return the conditions failed by a challenger otherwise as good as the champion."""
    beside = {"gains": GAINS, "score_psi": 0.1, "psi_reason": ""}
    beside |= {name: changes.pop(name) for name in list(changes) if name in beside}
    challenger = replace(CHAMPION, **changes)  # type: ignore[arg-type]
    found = gate.judge(challenger, CHAMPION, **beside)  # type: ignore[arg-type]
    assert gate.is_open(found) is all(condition.passed for condition in found)
    return {condition.name for condition in found if not condition.passed}


def low(value: float) -> dict[str, Interval]:
    return {"average_precision": Interval(value=0.0, low=value, high=0.1)}


def zone(value: float, *, low: float = 0.9, high: float = 1.1) -> Interval:
    return Interval(value=value, low=low, high=high)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("supports", {"supports": ("3:a", "3:a")}, {"supports": ("0:b", "3:a")}),
        ("supports", {"supports": ("0:a", "0:a")}, {"supports": ("3:b", "3:a")}),
        ("average_precision", {"gains": low(-0.005)}, {"gains": low(-0.0051)}),
        ("average_precision", {"gains": GAINS}, {"gains": None}),
        ("auc", {"auc": 0.795}, {"auc": 0.7949}),
        ("citl", {"citl": 0.90}, {"citl": 0.899}),
        ("citl", {"citl": 1.15}, {"citl": 1.151}),
        ("citl", {"citl": 1.0}, {"citl": float("nan")}),
        ("zone_citl", {"zone_citl": zone(0.88)}, {"zone_citl": zone(0.84)}),
        ("zone_citl", {"zone_citl": zone(1.30)}, {"zone_citl": zone(1.31)}),
        ("slope", {"slope": 0.90}, {"slope": 0.89}),
        ("slope", {"slope": 1.10}, {"slope": 1.11}),
        ("precision_at_capacity", {"precision_at_capacity": 0.29}, {"precision_at_capacity": 0.28}),
        ("monotone", {"monotone_violations": 0}, {"monotone_violations": 1}),
        ("score_psi", {"score_psi": 0.249}, {"score_psi": 0.25}),
        ("score_psi", {"score_psi": 0.4, "psi_reason": "Nouvelle source"}, {"score_psi": 0.4, "psi_reason": " "}),
        ("score_psi", {"score_psi": 0.1}, {"score_psi": None, "psi_reason": "Nouvelle source"}),
        ("subgroup_citl", {"subgroups": {"21": (30, 0.70)}}, {"subgroups": {"21": (30, 0.69)}}),
        ("subgroup_citl", {"subgroups": {"21": (30, 1.40)}}, {"subgroups": {"21": (30, 1.41)}}),
    ],
)  # fmt: skip
def test_each_bound_holds_on_its_side_only(
    name: str, inside: dict[str, object], outside: dict[str, object]
) -> None:
    assert refused(**inside) == set()
    assert refused(**outside) == {name}


def test_with_few_failures_the_interval_of_the_zone_is_read() -> None:
    few = {"zone_worth": 149.0}
    assert refused(**few, zone_citl=zone(0.80, low=0.76, high=1.0)) == set()
    assert refused(**few, zone_citl=zone(0.80, low=0.75, high=1.2)) == {"zone_citl"}
    assert refused(**few, zone_citl=zone(0.90, low=0.80, high=0.99)) == {"zone_citl"}
    assert refused(**few, zone_citl=zone(1.20, low=1.01, high=1.4)) == {"zone_citl"}
    assert refused(zone_worth=150.0, zone_citl=zone(1.20, low=1.01, high=1.4)) == set()


SMALL = {"failures": 24}


def judged_small(**intervals: Interval) -> dict[str, gate.Condition]:
    """The lines of a region of 24 failing firms, whose measures are inside their bounds and whose
    intervals are those given, or wide.
    """
    wide = Interval(value=1.0, low=0.4, high=1.8)
    gains = {name: Interval(value=0.0, low=-0.2, high=0.2) for name in trial.COMPARED}
    gains |= {name: value for name, value in intervals.items() if name in gains}
    facts = replace(
        CHAMPION,
        **SMALL,
        zone_citl=intervals.get("zone_citl", wide),
        intervals={name: intervals.get(name, wide) for name in ("citl", "slope")},
    )
    found = gate.judge(facts, CHAMPION, gains=gains, score_psi=0.1)
    return {condition.name: condition for condition in found}


def test_a_small_region_decides_nothing_that_its_intervals_do_not() -> None:
    found = judged_small()
    undecided = {name for name, line in found.items() if line.reserve is Reserve.INCONCLUSIVE}
    assert undecided == {
        "failures", "citl", "zone_citl", "slope", "average_precision", "auc", "precision_at_capacity",
    }  # fmt: skip
    assert not gate.is_open(list(found.values()))
    assert gate.is_undecided(list(found.values()))
    assert "[0,400 ; 1,800]" in found["citl"].sentence


@pytest.mark.parametrize(
    ("name", "outside"),
    [
        ("citl", (1.2, 2.5)),
        ("zone_citl", (0.3, 0.8)),
        ("slope", (0.2, 0.7)),
        ("auc", (-0.2, -0.01)),
    ],
)
def test_a_small_region_refuses_what_its_interval_excludes(
    name: str, outside: tuple[float, float]
) -> None:
    found = judged_small(**{name: Interval(value=1.0, low=outside[0], high=outside[1])})
    assert found[name].refused
    assert not gate.is_undecided(list(found.values()))


def test_a_small_region_holds_what_its_interval_holds() -> None:
    assert judged_small(citl=Interval(value=1.0, low=0.95, high=1.1))["citl"].passed


def test_without_an_interval_a_small_region_says_so() -> None:
    nothing = Interval(value=1.0, low=float("nan"), high=float("nan"))
    line = judged_small(slope=nothing)["slope"]
    assert line.reserve is Reserve.INCONCLUSIVE
    assert "sans intervalle" in line.sentence


def test_supports_not_known_yet_cannot_be_told() -> None:
    (line,) = [
        each
        for each in gate.judge(replace(CHAMPION, supports=("0:a", "0:a")), None)
        if each.name == "supports"
    ]
    assert line.passed
    assert line.reserve is Reserve.TOO_FEW
    assert "ne peut pas être dit" in line.sentence


def test_a_subgroup_with_too_few_failures_is_said() -> None:
    found = gate.judge(replace(CHAMPION, too_few={"Taille 20-49": 12}), None)
    (line,) = [each for each in found if "20-49" in each.sentence]
    assert line.reserve is Reserve.TOO_FEW
    assert "12" in line.sentence
    assert gate.is_open(found)


@pytest.mark.parametrize(
    ("name", "words"),
    [("folds", "plis"), ("registry", "registre"), ("file_format", "fichier de modèle")],
)
def test_what_cannot_be_compared_is_refused_before_its_figures(name: str, words: str) -> None:
    other = replace(gate.recipe_in_force(), **{name: "autre"})
    found = gate.judge(replace(CHAMPION, recipe=other), CHAMPION, gains=GAINS, score_psi=0.0)
    (failed,) = [condition for condition in found if not condition.passed]
    assert failed.name == name
    assert words in failed.sentence
    assert "autre" in failed.sentence
    assert {condition.name for condition in found} == {"folds", "registry", "file_format"}


def test_another_hash_of_firms_is_another_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gate.recipe_in_force()
    monkeypatch.setattr("scoring.learning.splits.fold", lambda siren: int(siren[-1]))
    assert gate.recipe_in_force().folds != before.folds
    assert gate.recipe_in_force().registry == before.registry


def test_the_first_model_is_judged_alone() -> None:
    names = {condition.name for condition in gate.judge(CHAMPION, None)}
    assert {"citl", "failures"} <= names
    assert not names & {"auc", "average_precision", "score_psi", "precision_at_capacity"}


def test_bounds_read_in_french_and_an_unmeasured_value_is_null() -> None:
    found = gate.plain(gate.judge(replace(CHAMPION, citl=float("nan")), None))
    citl = next(line for line in found if line["name"] == "citl")
    assert citl["bound"] == "entre 0,9 et 1,15"
    assert citl["value"] is None
    assert not citl["passed"]


# ── measured on rows ───────────────────────────────────────────────────────────────────────────────
FIRMS, QUARTERS = 3_000, 2


def groups_of(siren: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Halves, and three small groups: the first two hold enough failing firms together only."""
    number = siren.astype(int)
    return {
        "Moitié": {"paire": number % 2 == 0, "impaire": number % 2 == 1},
        "Rare": {"a": number < 100, "b": (number >= 100) & (number < 200), "c": number >= 200},
        "Infime": {"d": number < 20, "e": number >= 20},
    }


@pytest.fixture(scope="module")
def world() -> tuple[TrialSetting, np.ndarray]:
    """Rows of firms whose true 18-month risk is known, and that risk."""
    random = np.random.default_rng(5)
    truth = np.repeat(random.beta(1, 9, FIRMS), QUARTERS)
    siren = np.repeat(np.arange(FIRMS).astype(str), QUARTERS).astype(object)
    quarters = np.tile(np.array(["2021-01-01", "2021-04-01"], dtype="datetime64[s]"), FIRMS)
    rows = JudgedRows(
        siren=siren,
        as_of=quarters,
        outcome=(random.random(len(truth)) < truth).astype(float),
        weight=np.ones(len(truth)),
    )
    return TrialSetting(rows=rows, groups=groups_of(siren), draws=40), truth


def contender(risk: np.ndarray) -> Contender:
    return Contender(
        risks=np.column_stack([risk * 0.7, risk, np.minimum(1, risk * 1.3)]),
        monotone_violations=0,
        recipe=gate.recipe_in_force(),
    )


def test_the_true_risk_passes_against_a_blurred_one(world: tuple[TrialSetting, np.ndarray]) -> None:
    ground, truth = world
    noise = np.random.default_rng(6).normal(0, 0.4, len(truth))
    odds = np.log(truth / (1 - truth)) + noise
    found = trial.run(contender(truth), contender(1 / (1 + np.exp(-odds))), ground)
    assert gate.is_open(found), [each for each in found if not each.passed]


@pytest.mark.parametrize(
    ("poison", "name"),
    [
        (lambda risk: risk * 0.8, "citl"),
        (lambda risk: np.where(risk > np.quantile(risk, 0.93), risk * 0.75, risk), "zone_citl"),
        (lambda risk: np.full_like(risk, risk.mean()), "auc"),
        (lambda risk: np.random.default_rng(1).permutation(risk), "average_precision"),
        (lambda risk: risk**3, "score_psi"),
    ],
)
def test_what_drifts_is_refused(world: tuple[TrialSetting, np.ndarray], poison, name: str) -> None:  # type: ignore[no-untyped-def]
    ground, truth = world
    found = trial.run(contender(poison(truth)), contender(truth), ground)
    assert name in {condition.name for condition in found if not condition.passed}


def test_facts_are_those_of_the_rows(world: tuple[TrialSetting, np.ndarray]) -> None:
    ground, truth = world
    facts = trial.measure(contender(truth), ground)
    inside = np.zeros(len(truth), dtype=bool)
    for day in np.unique(ground.rows.as_of):
        quarter = np.flatnonzero(ground.rows.as_of == day)
        inside[quarter[np.argsort(-truth[quarter])[: round(0.05 * len(quarter))]]] = True
    outcome, siren = ground.rows.outcome, ground.rows.siren
    assert facts.failures == len(set(siren[outcome > 0])) < outcome.sum()
    assert facts.zone_failures == len(set(siren[inside & (outcome > 0)])) < outcome[inside].sum()
    assert (
        facts.zone_worth < facts.zone_failures
    )  # some fail at both quarters, and count twice there
    assert facts.zone_citl.value == pytest.approx(truth[inside].mean() / outcome[inside].mean())
    assert facts.zone_citl.low < facts.zone_citl.value < facts.zone_citl.high
    half = ground.groups["Moitié"]["paire"]
    assert facts.subgroups["Moitié paire"] == (
        len(set(siren[half & (outcome > 0)])),
        pytest.approx(truth[half].mean() / outcome[half].mean()),
    )


def test_small_subgroups_are_read_together_or_said(world: tuple[TrialSetting, np.ndarray]) -> None:
    ground, truth = world
    facts = trial.measure(contender(truth), ground)
    names = {name for name in facts.subgroups if name.startswith("Rare")}
    assert names == {"Rare a, b réunis", "Rare c"}
    assert facts.subgroups["Rare a, b réunis"][0] >= 30
    assert list(facts.too_few) == ["Infime d"]
    assert facts.too_few["Infime d"] < 30


def test_where_failures_are_few_everything_has_its_interval(
    world: tuple[TrialSetting, np.ndarray],
) -> None:
    ground, truth = world
    few = np.cumsum(ground.rows.outcome) <= 60
    rows = ground.rows
    some = JudgedRows(
        siren=rows.siren[few],
        as_of=rows.as_of[few],
        outcome=rows.outcome[few],
        weight=rows.weight[few],
    )
    small = TrialSetting(rows=some, draws=40)
    found = trial.run(contender(truth[few]), contender(truth[few] ** 1.1), small)
    assert not gate.is_open(found)
    lines = {condition.name: condition for condition in found}
    assert all(
        "[" in lines[name].sentence for name in ("citl", "slope", "zone_citl", *trial.COMPARED)
    )


def test_firms_are_drawn_together_for_both_models(world: tuple[TrialSetting, np.ndarray]) -> None:
    ground, truth = world
    none = trial.gain(contender(truth), contender(truth), ground)
    assert (none.value, none.low, none.high) == (0, 0, 0)


def test_rows_of_one_firm_are_drawn_together(world: tuple[TrialSetting, np.ndarray]) -> None:
    """The same rows twice add no information, unless taken for other firms."""
    ground, truth = world
    blurred = np.clip(truth + np.random.default_rng(3).normal(0, 0.05, len(truth)), 0.001, 0.999)

    def width(names: np.ndarray) -> float:
        rows = ground.rows
        twice = replace(
            rows,
            siren=names,
            **{name: np.tile(getattr(rows, name), 2) for name in ("as_of", "outcome", "weight")},
        )
        found = trial.gain(
            contender(np.tile(truth, 2)),
            contender(np.tile(blurred, 2)),
            replace(ground, rows=twice, draws=200),
        )
        return found.high - found.low

    same, siren = np.tile(ground.rows.siren, 2), ground.rows.siren
    others = np.concatenate([siren, np.array([f"x{name}" for name in siren], dtype=object)])
    assert width(same) > 1.2 * width(others)


def test_unknown_outcomes_weigh_nothing(world: tuple[TrialSetting, np.ndarray]) -> None:
    ground, truth = world
    blind = replace(ground, rows=replace(ground.rows, weight=np.zeros(len(truth))))
    with pytest.raises(ValueError, match="nothing can be judged"):
        trial.measure(contender(truth), blind)


def test_each_value_of_a_category_is_a_subgroup() -> None:
    table = pd.DataFrame({"department": ["21", "58", "21", None]})
    found = trial.groups_of(table, {"department": "Département"})
    assert {name: mask.tolist() for name, mask in found["Département"].items()} == {
        "21": [True, False, True, False],
        "58": [False, True, False, False],
    }
