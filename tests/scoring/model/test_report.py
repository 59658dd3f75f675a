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
from scoring.learning import follow_up
from scoring.learning.artifacts import TrainedModel
from scoring.learning.bootstrap import Bootstrap
from scoring.learning.thresholds import Thresholds
from scoring.listing.rules import Comparison, ExpertRule, RuleSet
from scoring.measuring import evaluate
from scoring.measuring.evaluate import JudgedRows
from scoring.measuring.report import (
    groups,
    lead_time,
    reliability,
    rules_effect,
    sections,
)
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
