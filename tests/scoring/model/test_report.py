"""Each statistic of the report against a case counted by hand."""

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from scoring import features
from scoring.learning import follow_up, splits
from scoring.learning.artifacts import TrainedModel, plain
from scoring.learning.bootstrap import Bootstrap, band
from scoring.learning.intervals import Ground, Scale
from scoring.learning.predict import judged_risks
from scoring.learning.thresholds import Thresholds
from scoring.listing.rules import Comparison, ExpertRule, RuleSet
from scoring.measuring import card, evaluate
from scoring.measuring.evaluate import JudgedRows
from scoring.measuring.report import (
    conclusions,
    groups,
    lead_time,
    measured,
    reliability,
    rules_effect,
    sections,
)
from scoring.measuring.report.measured import HeldOut
from tests.scoring.model.conftest import AS_OF

CUTS = Thresholds(elevee=0.5, moderee=0.2)


def judged(outcome: list[int], *, sirens: list[str] | None = None) -> JudgedRows:
    return JudgedRows(
        siren=np.array(sirens or [str(n) for n in range(len(outcome))], dtype=object),
        as_of=np.full(len(outcome), np.datetime64("2021-01-01")),
        outcome=np.array(outcome, dtype=float),
        weight=np.ones(len(outcome)),
    )


def test_a_difference_is_paired_draw_by_draw() -> None:
    """Two scores that move together: each varies by one unit, their difference never does."""
    draws = [{"a": {"s": level + 0.2}, "b": {"s": level}} for level in (0.0, 0.5, 1.0)]
    drawn = Bootstrap(point={"a": {"s": 0.7}, "b": {"s": 0.5}}, draws=draws, firms=30)
    bands, gain = drawn.bands(), drawn.gains("a", ["s"])["b"]["s"]
    assert bands["a"]["s"]["high"] - bands["a"]["s"]["low"] > 0.9
    assert [gain[end] for end in ("value", "low", "high")] == pytest.approx([0.2, 0.2, 0.2])


def test_an_interval_that_most_draws_cannot_give_is_not_given() -> None:
    """Half of the draws hold no failure: the others do not make an interval."""
    ground = Ground(scale=Scale.PLAIN, firms=30)
    drawn = band(1.2, [1.0, np.nan, 1.4, np.nan], ground)
    assert drawn["value"] == 1.2
    assert np.isnan(drawn["low"])
    assert np.isnan(drawn["high"])
    assert band(1.2, [1.0] * 10 + [1.4] * 9 + [np.nan], ground)["high"] > 1.4


def test_zone_calibration_reads_the_list_alone() -> None:
    """The best half holds risks 0.9 and 0.5 and one failure; the rest must not count."""
    rows = judged([1, 0, 1, 0])
    risk = np.array([0.9, 0.5, 0.1, 0.1])
    inside = np.array([1.0, 1.0, 0.0, 0.0])
    found = evaluate.measures(risk, rows, weight=rows.weight, thresholds=None, inside=inside)
    assert found["zone_citl"] == pytest.approx(1.4)
    assert found["citl"] == pytest.approx(0.8)


def lead_case() -> pd.DataFrame:
    """A fails 20 months after its first snapshot, in alert at both; B is in alert 4 months before,
    C never, D does not fail.
    """
    rows = [
        ("A", "2021-01-01", 0, 0.6, 20.0),
        ("A", "2021-04-01", 1, 0.6, 17.0),
        ("B", "2021-01-01", 1, 0.1, 7.0),
        ("B", "2021-04-01", 1, 0.3, 4.0),
        ("C", "2021-01-01", 1, 0.1, 3.0),
        ("D", "2021-01-01", 0, 0.9, np.nan),
    ]
    return pd.DataFrame(rows, columns=["siren", "as_of", "y", "risk", "wait"])


def test_the_lead_runs_from_the_first_alert_to_the_judgment() -> None:
    leads = lead_time.first_alerts(lead_case(), cut=0.2)
    assert leads.to_dict() == pytest.approx({"A": 20.0, "B": 4.0, "C": np.nan}, nan_ok=True)


def test_lead_times_by_level() -> None:
    found = lead_time.measure(lead_case(), CUTS)
    high, moderate = found["elevee"], found["moderee"]
    assert (high["alerted_firms"], moderate["alerted_firms"]) == (1, 2)
    assert high["failed_firms"] == moderate["failed_firms"] == 3
    assert moderate["share"]["value"] == pytest.approx(2 / 3)
    assert moderate["median"]["value"] == pytest.approx(12.0)
    assert moderate["quartiles"] == pytest.approx([8.0, 16.0])
    # two of three: exact, from scipy; two values are too few for an interval of their median
    exact = binomtest(2, 3).proportion_ci(method="exact")
    assert (moderate["share"]["low"], moderate["share"]["high"]) == pytest.approx(tuple(exact))
    assert np.isnan(moderate["median"]["low"])


def test_no_alert_has_no_lead() -> None:
    found = lead_time.measure(lead_case(), Thresholds(elevee=1, moderee=1))
    assert found["elevee"]["alerted_firms"] == 0
    assert np.isnan(found["elevee"]["median"]["value"])


def test_the_wait_counts_the_next_judgment_known() -> None:
    snapshots = pd.DataFrame(
        {"siren": ["1", "1", "2"], "as_of": ["2021-01-01", "2022-07-01", "2021-01-01"]}
    )
    snapshots["as_of"] = pd.to_datetime(snapshots["as_of"]).astype("datetime64[s]")
    openings = pd.DataFrame(
        {
            "siren": ["1", "2"],
            "opened_on": ["2022-01-01", "2023-12-20"],
            "known_at": ["2022-01-10", "2023-12-30"],
        }
    )
    history = follow_up.follow_up(openings, known_by=pd.Timestamp("2024-01-01").date())
    found = lead_time.waits(snapshots, history)
    assert found[0] == pytest.approx(365 / 30.4375)
    assert np.isnan(found[1:]).all()  # after the judgment; then too recent to be complete


def test_reliability_by_hand() -> None:
    """Ten rows at 0.1 with one failure, ten at 0.6 with seven: two slices, no more."""
    risk = np.r_[np.full(10, 0.1), np.full(10, 0.6)]
    rows = judged([1] + [0] * 9 + [1] * 7 + [0] * 3)
    low, high = reliability.measure(risk, rows, evaluate.draw_firms(rows, draws=200, seed=1))
    assert (low["rows"], low["failed_firms"], high["rows"], high["failed_firms"]) == (10, 1, 10, 7)
    assert (low["predicted"], high["predicted"]) == pytest.approx((0.1, 0.6))
    assert (low["observed"]["value"], high["observed"]["value"]) == pytest.approx((0.1, 0.7))
    # one firm in ten, exact: 0.0025 to 0.4450
    assert low["observed"]["low"] == pytest.approx(0.0025, abs=0.003)
    assert low["observed"]["high"] == pytest.approx(0.445, abs=0.05)
    assert 0.3 < high["observed"]["low"] < 0.7 < high["observed"]["high"] <= 1


def test_a_firm_seen_twice_in_a_slice_is_one_failure() -> None:
    rows = judged([1, 1, 0, 0], sirens=["a", "a", "b", "b"])
    (only,) = reliability.measure(np.full(4, 0.3), rows, [])
    assert (only["rows"], only["failed_firms"]) == (4, 1)
    # two firms, whatever the number of their rows
    assert only["observed"]["high"] == pytest.approx(binomtest(1, 2).proportion_ci().high)


def test_the_slices_end_with_the_twentieth_and_lose_nobody() -> None:
    risk = np.linspace(0.001, 0.999, 1000)
    rows = judged((np.random.default_rng(1).random(1000) < risk).astype(int).tolist())
    slices = reliability.measure(risk, rows, evaluate.draw_firms(rows, draws=5, seed=1))
    assert [each["rows"] for each in slices] == [100] * 9 + [50, 50]
    assert sum(each["failed_firms"] for each in slices) == rows.outcome.sum()
    assert all(before["high"] < after["low"] for before, after in pairwise(slices))


def test_rows_of_unknown_outcome_are_in_no_slice() -> None:
    rows = judged([1, 0, 0, 1])
    rows = replace(rows, weight=np.array([1.0, 1.0, 0.0, 0.0]))
    slices = reliability.measure(np.array([0.9, 0.1, 0.5, 0.6]), rows, [])
    assert sum(each["rows"] for each in slices) == 2


def test_subgroups_by_hand() -> None:
    """Construction: 40 failures predicted at 0.5 among 80 firms; Commerce: 5 among 20; a lone farm
    and a firm of unknown sector are read together.
    """
    part = pd.DataFrame(
        {
            "naf_division": ["41"] * 80 + ["47"] * 20 + ["01", None],
            "size_class": ["10 à 19"] * 102,
            "department": ["21"] * 102,
        }
    )
    rows = judged([1] * 40 + [0] * 40 + [1] * 5 + [0] * 15 + [0, 0])
    risk = np.r_[np.full(40, 0.6), np.full(40, 0.4), np.full(22, 0.2)]
    found = groups.measure(part, risk, rows, evaluate.draw_firms(rows, draws=50, seed=1))
    building, trade, others = found["sector"]
    assert building["value"] == "F – Construction"
    assert (building["firms"], building["failed_firms"]) == (80, 40)
    assert building["citl"]["value"] == pytest.approx(1.0)
    assert building["auc"]["value"] == pytest.approx(1.0)
    assert building["citl"]["low"] < 1 < building["citl"]["high"]
    assert (trade["value"], trade["failed_firms"]) == ("G – Commerce", 5)
    assert trade["citl"] is None
    assert trade["auc"] is None
    assert (others["value"], others["firms"]) == ("autres", 2)
    assert [each["rows"] for each in found["department"]] == [102]


def test_a_firm_seen_twice_is_one_failure() -> None:
    part = pd.DataFrame(
        {"naf_division": ["41"] * 40, "size_class": [None] * 40, "department": ["21"] * 40}
    )
    rows = judged([1] * 40, sirens=[str(n // 2) for n in range(40)])
    (building,) = groups.measure(part, np.full(40, 0.5), rows, [])["sector"]
    assert (building["rows"], building["firms"], building["failed_firms"]) == (40, 20, 20)
    assert building["citl"] is None


@pytest.mark.parametrize(
    ("division", "expected"),
    [
        ("01", "A – "),
        ("10", "C – "),
        ("33", "C – "),
        ("35", "D – "),
        ("99", "U – "),
        ("00", "inconnu"),
        (None, "inconnu"),
    ],
)
def test_sections_of_the_naf(division: str | None, expected: str) -> None:
    assert groups.section(division).startswith(expected)


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


def test_a_visit_counts_when_it_follows_the_snapshot_within_the_horizon() -> None:
    snapshots = pd.DataFrame({"siren": ["1", "2", "3", "4"], "as_of": pd.Timestamp("2021-01-01")})
    days = ["2021-01-01", "2021-01-02", "2022-07-01", "2022-07-02"]
    agents = pd.DataFrame(
        {"siren": ["1", "2", "3", "4"], "kind": "verdict", "occurred_on": days, "known_at": days}
    )
    history = replace(
        follow_up.follow_up(
            pd.DataFrame(columns=["siren", "opened_on", "known_at"]), known_by=AS_OF
        ),
        visits=follow_up.visits(agents, known_by=AS_OF),
    )
    assert follow_up.visited(snapshots, history, horizon=18).tolist() == [False, True, True, False]
    known_later = follow_up.visits(agents, known_by=pd.Timestamp("2021-06-01").date())
    assert known_later["siren"].tolist() == ["1", "2"]


def test_what_the_rules_change_is_measured_on_the_same_rows() -> None:
    """Four firms by hand: a rule raises one that fails from nothing, and one that does not."""
    rows = judged([1, 0, 1, 0])
    (debt,) = features.select(["debt_ratio"])
    rule = ExpertRule(
        name="dette", condition=Comparison(feature=debt, op=">", value=1.0), effect=1,
        reason="Dette", author="test", starts_on=date(2020, 1, 1),
    )  # fmt: skip
    part = pd.DataFrame({"siren": rows.siren, "debt_ratio": [0.0, 2.0, 2.0, np.nan]})
    risk, cuts = np.array([0.9, 0.1, 0.1, 0.6]), Thresholds(elevee=0.8, moderee=0.5)

    def measure(*rules: ExpertRule) -> dict[str, Any]:
        drawn = (rows, [np.ones(4)])
        return rules_effect.measure(
            part, risk, cuts, drawn, rule_set=RuleSet(rules=rules), as_of=date(2026, 1, 1)
        )

    found = measure(rule)
    assert [found[key] for key in ("in_force", "rows", "touched", "raised", "lowered")] == [
        1,
        4,
        2,
        2,
        0,
    ]
    without, with_rules = (
        {name: band["value"] for name, band in found["measures"][key].items()}
        for key in ("without", "with")
    )
    assert without == {
        "elevee_precision": 1.0, "elevee_recall": 0.5, "moderee_precision": 0.5, "moderee_recall": 0.5,
    }  # fmt: skip
    assert with_rules == {
        "elevee_precision": 1.0, "elevee_recall": 0.5, "moderee_precision": 0.5, "moderee_recall": 1.0,
    }  # fmt: skip
    assert found["differences"]["moderee_recall"]["value"] == 0.5
    told = sections.rules({"rules": found})
    assert "2 touchées, 2 niveaux relevés, 0 abaissés" in told
    assert "| modérée ou plus, rappel | 0,500 [0,013 ; 0,987] | 1 [0,158 ; 1] |" in told
    assert measure() == {"in_force": 0}
    assert "niveaux sont ceux du modèle" in sections.rules({"rules": measure()})


def test_quartiles_that_nobody_gives_are_one_dash(model: TrainedModel) -> None:
    report = json.loads(json.dumps(model.metadata["report"]))
    report["lead_time"]["elevee"]["quartiles"] = [None, None]
    assert "| – |" in sections.lead_time(report)
    assert "– à –" not in sections.lead_time(report)
