"""Drift against figures computed by hand, and each verdict on both sides of its bound."""

import json
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring.features import REGISTRY, select
from scoring.learning import follow_up, predict
from scoring.learning.artifacts import TrainedModel
from scoring.measuring import drift
from scoring.vocabulary import DriftVerdict


def test_psi_by_hand() -> None:
    # (.4-.5)·ln(.4/.5) + (.6-.5)·ln(.6/.5) = .1·(ln 1.25 + ln 1.2) = .1·ln 1.5
    found = drift.psi(np.array([0.5, 0.5]), np.array([0.4, 0.6]))
    assert found == pytest.approx(0.1 * math.log(1.5))
    assert drift.psi(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0


def test_too_few_values_are_watched_and_never_block() -> None:
    reference = drift.reference_bins(pd.DataFrame({"debt_ratio": np.arange(1000.0)}))
    for known, verdict in ((199, DriftVerdict.ORANGE), (200, DriftVerdict.RED)):
        moved = pd.DataFrame({"debt_ratio": np.full(known, 5000.0)})
        assert drift.findings(reference, moved, select(["debt_ratio"]))[0].verdict is verdict


def test_an_empty_bin_is_finite() -> None:
    found = drift.psi(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    assert found == pytest.approx(0.5 * math.log(2) + (1e-4 - 0.5) * math.log(1e-4 / 0.5))


def test_ten_bins_are_fixed_at_training_and_stored_as_json() -> None:
    frame = pd.DataFrame({"siren": ["x"] * 100, "debt_ratio": np.arange(1.0, 101.0)})
    reference = drift.reference_bins(frame)
    assert json.loads(json.dumps(reference)) == reference
    assert list(reference) == ["debt_ratio"]
    assert reference["debt_ratio"]["shares"] == pytest.approx([0.1] * 10)
    assert reference["debt_ratio"]["missing"] == 0
    # every firm above the last cut: one full bin
    shifted = drift.findings(
        reference, pd.DataFrame({"debt_ratio": np.full(200, 500.0)}), select(["debt_ratio"])
    )
    expected = drift.psi(np.full(10, 0.1), np.array([0.0] * 9 + [1.0]))
    assert shifted[0].value == pytest.approx(expected)
    assert shifted[0].verdict is DriftVerdict.RED


def test_a_feature_that_is_mostly_zero_keeps_distinct_bins() -> None:
    column = np.r_[np.zeros(95), np.arange(1.0, 6.0)]
    reference = drift.reference_bins(pd.DataFrame({"debt_ratio": column}))["debt_ratio"]
    assert reference["cuts"] == [0.0]
    assert reference["shares"] == pytest.approx([0.95, 0.05])


def test_a_new_category_falls_in_the_bin_of_the_others() -> None:
    reference = drift.reference_bins(pd.DataFrame({"department": ["21"] * 50 + ["58"] * 50}))
    now = pd.DataFrame({"department": ["21"] * 50 + ["99"] * 50})
    (shift, missing, _) = drift.findings(reference, now, select(["department"]))
    assert shift.value == pytest.approx(
        drift.psi(np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.5]))
    )
    assert missing.verdict is DriftVerdict.GREEN


@pytest.mark.parametrize(
    ("new", "verdict"),
    [(1, DriftVerdict.ORANGE), (19, DriftVerdict.ORANGE), (20, DriftVerdict.RED)],
)
def test_a_category_never_learnt_is_named(new: int, verdict: DriftVerdict) -> None:
    # more categories than bins: one of the rarest still counts as seen
    learnt = [f"{number:02d}" for number in range(20)] * 5
    registry, reference = (
        select(["department"]),
        drift.reference_bins(pd.DataFrame({"department": learnt})),
    )
    now = pd.DataFrame({"department": learnt[:-new] + ["2A"] * new})
    found = [f for f in drift.findings(reference, now, registry) if f.measure == "unseen"]
    assert [(f.value, f.verdict, f.label) for f in found] == [
        (pytest.approx(new / 100), verdict, f"{registry[0].full_label} : 2A")
    ]
    same = drift.findings(reference, pd.DataFrame({"department": learnt}), registry)
    assert {f.measure for f in same} == {"psi", "missing"}


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (0.14, DriftVerdict.GREEN),
        (0.16, DriftVerdict.ORANGE),
        (0.29, DriftVerdict.ORANGE),
        (0.31, DriftVerdict.RED),
        (0.0, DriftVerdict.ORANGE),
    ],
)
def test_missing_values_are_compared_with_those_of_training(
    share: float, verdict: DriftVerdict
) -> None:
    def table(missing: float) -> pd.DataFrame:
        values = np.arange(1000.0) % 10
        # spread over the bins, so that only the missing share moves
        values[np.random.default_rng(1).permutation(1000)[: round(1000 * missing)]] = np.nan
        return pd.DataFrame({"debt_ratio": values})

    found = drift.findings(drift.reference_bins(table(0.10)), table(share), select(["debt_ratio"]))
    assert found[0].verdict is DriftVerdict.GREEN
    assert (found[1].measure, found[1].verdict) == ("missing", verdict)


@pytest.mark.parametrize(
    ("psi", "verdict"),
    [
        (0.0999, DriftVerdict.GREEN),
        (0.10, DriftVerdict.ORANGE),
        (0.2499, DriftVerdict.ORANGE),
        (0.25, DriftVerdict.RED),
    ],
)
def test_the_two_bounds_of_the_psi(
    psi: float, verdict: DriftVerdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "psi", lambda _before, _now: psi)
    table = pd.DataFrame({"p18": np.linspace(0, 1, 200)})
    found = drift.findings(drift.reference_bins(table), table, ())
    assert found[0].verdict is verdict
    assert found[0].label == "Score à 18 mois"
    assert drift.worst(found) is verdict


@pytest.mark.parametrize(
    ("value", "failures", "verdict"),
    [
        (1.0, 100, DriftVerdict.GREEN),
        (0.90, 100, DriftVerdict.GREEN),
        (0.89, 100, DriftVerdict.ORANGE),
        (0.70, 100, DriftVerdict.ORANGE),
        (0.69, 100, DriftVerdict.RED),
        (1.41, 100, DriftVerdict.RED),
        (1.41, 29, DriftVerdict.ORANGE),
        (float("nan"), 29, DriftVerdict.ORANGE),
    ],
)
def test_the_matured_window(value: float, failures: int, verdict: DriftVerdict) -> None:
    assert drift.matured(value, failures=failures).verdict is verdict


def test_the_same_table_has_not_drifted_and_labels_are_french() -> None:
    random = np.random.default_rng(2)
    table = pd.DataFrame(
        {
            feature.name: random.choice(["a", "b"], 500)
            if feature.is_categorical
            else random.normal(size=500)
            for feature in REGISTRY
        }
    )
    found = drift.findings(drift.reference_bins(table), table, REGISTRY)
    assert len(found) == 2 * len(REGISTRY)
    assert {each.value for each in found} == {0.0}
    assert drift.worst(found) is DriftVerdict.GREEN
    assert next(each.label for each in found if each.name == "debt_ratio") == "Dette Urssaf"
    assert len({each.label for each in found}) == len(REGISTRY)
    assert drift.worst([]) is DriftVerdict.GREEN
    assert json.dumps(found[0].plain())


@pytest.mark.parametrize(
    ("came", "verdict"),
    [(14, DriftVerdict.GREEN), (22, DriftVerdict.GREEN), (23, DriftVerdict.ORANGE), (5, DriftVerdict.ORANGE)],
)  # fmt: skip
def test_a_quarter_out_of_its_band_is_told(came: int, verdict: DriftVerdict) -> None:
    found = drift.level(14.0, float(came), quarter=date(2024, 4, 1))
    assert found.verdict is verdict
    assert found.label == (
        f"{came} défaillances du 04/2024 en trois mois, où 7 à 22 étaient attendues"
    )


def test_the_latest_quarter_counts_its_own_three_months(
    model: TrainedModel, panel: pd.DataFrame, history: follow_up.FollowUp
) -> None:
    """By hand: the failures of the quarter, and the first of the hazards of the model, recalibrated."""
    quarter = date(2024, 4, 1)
    table = panel[panel["as_of"].eq(pd.Timestamp(quarter))].drop(columns="as_of")
    past = replace(model, metadata={**model.metadata, "service": {"learnt_until": "2024-03-01"}})
    found = drift.latest_quarter(
        past, table.reset_index(drop=True), quarter=quarter, history=history
    )
    assert found is not None
    opened = history.openings[history.openings["siren"].isin(table["siren"])]
    came = opened["on"].between("2024-04-02", "2024-07-01").sum()
    awaited = predict.first_hazards(past, table).sum()
    assert found.value == pytest.approx(awaited / came, rel=0.01)
    assert found.label.startswith(f"{came} défaillances du 04/2024")


@pytest.mark.parametrize(
    ("quarter", "learnt"), [(date(2024, 10, 1), "2024-03-01"), (date(2024, 4, 1), "2024-11-02")]
)
def test_a_quarter_that_is_not_known_or_was_learnt_tells_nothing(
    model: TrainedModel, panel: pd.DataFrame, history: follow_up.FollowUp,
    quarter: date, learnt: str,
) -> None:  # fmt: skip
    table = panel[panel["as_of"].eq(pd.Timestamp(quarter))].drop(columns="as_of")
    known = replace(model, metadata={**model.metadata, "service": {"learnt_until": learnt}})
    assert drift.latest_quarter(known, table, quarter=quarter, history=history) is None
