"""Lists: levels, novelty, places, and a draw whose written probabilities are the real ones."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring.learning.thresholds import Thresholds
from scoring.listing import draw as listing
from scoring.listing.draw import Draw

CUTS = Thresholds(elevee=0.30, moderee=0.10)
DAY = date(2024, 1, 1)


def scores(risks: list[float], *, department: str = "21") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "siren": [f"{number:09d}" for number in range(len(risks))],
            "department": department,
            "p12": np.array(risks) * 0.8,
            "p18": risks,
            "p24": np.array(risks) * 1.1,
        }
    )


def listed(risks: list[float], *, draw: Draw | None = None, **options: object) -> pd.DataFrame:
    return listing.make_list(
        scores(risks),
        thresholds=CUTS,
        as_of=DAY,
        draw=draw or Draw(seed=1),
        **options,  # type: ignore[arg-type]
    )


def test_levels_follow_the_thresholds_and_the_rest_is_absent() -> None:
    found = listed([0.5, 0.2, 0.05])
    assert dict(zip(found["siren"], found["level"], strict=True)) == {
        "000000000": "elevee",
        "000000001": "moderee",
    }


def test_novelty_tells_first_worse_back_and_unchanged_apart() -> None:
    history = pd.DataFrame(
        [
            ("000000001", "2023-10-01", "moderee"),  # now elevee for the first time
            ("000000002", "2023-06-01", "moderee"),  # out since, back after six months
            ("000000003", "2023-10-01", "moderee"),  # was there last time
            ("000000004", "2023-04-01", "elevee"),
            ("000000004", "2023-10-01", "moderee"),  # elevee again: not for the first time
            ("000000005", "2024-01-01", "moderee"),  # this very list does not count as past
        ],
        columns=["siren", "as_of", "level"],
    )
    found = listed([0.5, 0.5, 0.2, 0.2, 0.5, 0.2], history=history).set_index("siren")["novelty"]
    assert found["000000000"] == "first_alert"
    assert found["000000001"] == "aggravation"
    assert found["000000002"] == "re_alert"
    assert pd.isna(found["000000003"])
    assert pd.isna(found["000000004"])
    assert found["000000005"] == "first_alert"


def test_places_are_counted_by_departement() -> None:
    both = pd.concat([scores([0.5] * 30), scores([0.5] * 30, department="71")])
    both["siren"] = [f"{number:09d}" for number in range(60)]
    found = listing.make_list(
        both, thresholds=CUTS, as_of=DAY, draw=Draw(seed=1, capacity={"21": 10})
    )
    assert found.groupby("department").size().to_dict() == {"21": 10, "71": 30}
    assert found.groupby("department")["rank"].max().to_dict() == {"21": 10, "71": 30}


def test_every_member_has_an_arm_and_a_probability() -> None:
    found = listed([0.5] * 40, draw=Draw(seed=1, capacity={"21": 20}))
    assert found["arm"].value_counts().to_dict() == {"algorithm": 18, "random": 2}
    assert found["p_select"].between(0, 1, inclusive="right").all()


def test_the_same_seed_draws_the_same_list() -> None:
    draw = Draw(seed=4, capacity={"21": 20})
    pd.testing.assert_frame_equal(listed([0.5] * 40, draw=draw), listed([0.5] * 40, draw=draw))
    other = listed([0.5] * 40, draw=Draw(seed=5, capacity={"21": 20}))
    assert set(other["siren"]) != set(listed([0.5] * 40, draw=draw)["siren"])


def test_the_order_of_the_scores_does_not_change_the_list() -> None:
    table = scores([0.5, 0.4, 0.3, 0.2] * 5)
    draw = Draw(seed=2, capacity={"21": 8})
    straight = listing.make_list(table, thresholds=CUTS, as_of=DAY, draw=draw)
    upside_down = listing.make_list(table.iloc[::-1], thresholds=CUTS, as_of=DAY, draw=draw)
    pd.testing.assert_frame_equal(straight, upside_down)


@pytest.fixture(scope="module")
def many_draws() -> pd.DataFrame:
    risks = [0.9] * 5 + [0.32, 0.31, 0.30, 0.30, 0.29, 0.28] + [0.11] * 9
    drawn = [
        listed(risks, draw=Draw(seed=seed, capacity={"21": 10}, exploration=0.2)).assign(seed=seed)
        for seed in range(400)
    ]
    return pd.concat(drawn)


def test_the_random_arm_is_uniform_among_the_alerts(many_draws: pd.DataFrame) -> None:
    explored = many_draws[many_draws["arm"].eq("random")]
    assert (explored["p_select"] == 0.1).all()
    frequency = explored["siren"].value_counts() / 400
    assert len(frequency) == 20
    assert frequency.between(0.05, 0.16).all()


def test_the_band_is_drawn_with_the_probability_written(many_draws: pd.DataFrame) -> None:
    """Firms around the cut enter as often as p_select says, given the random arm drew others."""
    explored = many_draws[many_draws["arm"].eq("random")]
    for siren in ("000000006", "000000009"):
        free = set(range(400)) - set(explored.loc[explored["siren"].eq(siren), "seed"])
        taken = many_draws[many_draws["siren"].eq(siren) & many_draws["arm"].eq("algorithm")]
        band = many_draws[many_draws["arm"].eq("algorithm") & many_draws["p_select"].lt(1)]
        by_seed = band.groupby("seed")["p_select"].first()
        expected = by_seed.reindex(sorted(free)).mean()
        assert len(taken) / len(free) == pytest.approx(expected, abs=0.08)


def test_the_best_always_enter_and_the_least_only_by_chance(many_draws: pd.DataFrame) -> None:
    assert (many_draws["siren"].value_counts()[[f"{n:09d}" for n in range(5)]] == 400).all()
    least = many_draws[many_draws["siren"].ge("000000011")]
    assert (least["arm"] == "random").all()


def test_an_empty_list_keeps_its_columns() -> None:
    assert list(listed([0.01]).columns) == list(listing.COLUMNS)


def test_a_paused_departement_is_drawn_without_exploration_and_the_others_as_before() -> None:
    both = pd.concat([scores([0.5] * 30), scores([0.5] * 30, department="71")])
    both["siren"] = [f"{number:09d}" for number in range(60)]
    usual, paused = (
        listing.make_list(both, thresholds=CUTS, as_of=DAY, draw=Draw(seed=1, capacity={"21": 10}, paused=without))
        for without in (frozenset[str](), frozenset({"21"}))
    )  # fmt: skip
    here = paused[paused["department"].eq("21")]
    assert (here["arm"] == "algorithm").all()
    # All at the cut: ten places for thirty firms of the band, whatever chance does elsewhere.
    assert here["p_select"].to_list() == pytest.approx([1 / 3] * 10)
    there = usual["department"].eq("71")
    pd.testing.assert_frame_equal(
        usual[there], paused[paused["department"].eq("71")], check_index_type=False
    )
    assert (usual[there]["arm"] == "random").sum() == 3
