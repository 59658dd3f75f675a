"""Who leaves, quarter by quarter: learnt from what agents saw, read quarter by quarter, used by the training."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.dictionary.feature import Feature
from scoring.learning import examples, held_out, ipcw, leaving, splits
from scoring.learning.follow_up import FollowUp, SupportEpisode, follow_up, outcomes
from scoring.learning.hazard import Params
from scoring.vocabulary import Theme, Unit

QUARTERS = pd.date_range("2021-01-01", "2021-10-01", freq="QS")
TENSION = Feature(
    name="tension", theme=Theme.CONTEXT, unit=Unit.COUNT, source="essai", sentence="tension"
)


def a_quarter(day: pd.Timestamp, read: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"siren": list(read), "as_of": day, "tension": 0.0, leaving.READ: list(read.values())}
    )


def nobody_left() -> FollowUp:
    nothing = pd.DataFrame({"siren": [], "opened_on": [], "known_at": []})
    return follow_up(nothing, known_by=date(2024, 1, 1))


def test_a_firm_keeps_the_last_chance_that_it_had() -> None:
    """The firm A is scored until it fails; B comes later; what has not come is the last that was read."""
    read = ({"A": 0.1}, {"A": 0.4, "B": 0.2}, {"B": 0.3}, {"B": 0.5})
    quarters = [a_quarter(day, each) for day, each in zip(QUARTERS, read, strict=True)]
    snapshots = pd.DataFrame(
        {
            "siren": ["B", "A", "B"],
            "as_of": pd.to_datetime(["2021-04-01", "2021-01-01", "2021-10-01"]),
        }
    )
    found = leaving.chances(snapshots, quarters, nobody_left(), [TENSION], horizon=12)
    expected = [[0.2, 0.3, 0.5, 0.5], [0.1, 0.4, 0.4, 0.4], [0.5, 0.5, 0.5, 0.5]]
    np.testing.assert_allclose(found, expected)


def test_what_agents_see_beside_the_score_is_in_the_weights() -> None:
    """All firms have the same score; tense ones fail more and are the ones supported."""
    rng = np.random.default_rng(5)
    count, day = 20_000, pd.Timestamp("2021-01-01").as_unit("s")
    sirens = [f"{number:09d}" for number in range(count)]
    tense = rng.random(count) < 0.1
    fails = rng.random(count) < np.where(tense, 0.4, 0.05)
    helped = tense & (rng.random(count) < 0.7)
    opened = pd.DataFrame({"siren": np.array(sirens)[fails]})
    opened["opened_on"] = opened["known_at"] = pd.Timestamp("2021-03-20")
    episodes = [
        SupportEpisode(siren=siren, opened_on=date(2021, 2, 1), known_at=date(2021, 2, 1))
        for siren in np.array(sirens)[helped]
    ]
    known = follow_up(opened, known_by=date(2024, 1, 1), support=episodes)
    table = pd.DataFrame({"siren": sirens, "as_of": day, "tension": tense.astype(float)})
    score = rng.random(count)
    quarter = table.assign(**{leaving.READ: score})

    chance = leaving.chances(table, [quarter], known, [TENSION], horizon=18)
    seen = outcomes(table, known, horizon=18)
    blind, told = (
        float(np.average(seen["y"], weights=ipcw.weights(seen, each, horizon=18)))
        for each in (score, chance)
    )
    assert blind < fails.mean() - 0.01
    assert told == pytest.approx(fails.mean(), abs=0.005)


def test_a_training_follows_who_was_supported(
    panel: pd.DataFrame, history: FollowUp, cut: splits.Blocks
) -> None:
    rng = np.random.default_rng(3)
    begun = panel["as_of"].isin(cut.test[:1]) & (rng.random(len(panel)) < 0.15)
    support = pd.DataFrame({"siren": panel.loc[begun, "siren"]}).drop_duplicates()
    support["on"] = cut.test[0] + pd.Timedelta(days=20)
    supported = FollowUp(
        openings=history.openings,
        closures=history.closures,
        support=support,
        admin_end=history.admin_end,
    )
    params = Params(iterations=3, thread_count=1)
    without, with_ = (
        held_out.learn(
            examples.collect([panel], known, cut, most_quiet=2_000),
            known,
            cut,
            features.REGISTRY,
            params=params,
        )
        for known in (history, supported)
    )
    assert not without.chances
    for name in held_out.JUDGED:
        assert len(with_.chances[name]) == len(with_.risks[name])
        assert not np.isnan(with_.chances[name]).any()
