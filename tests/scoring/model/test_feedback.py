"""What agents record: a support changes tomorrow's labels, and never today's features."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.data.sources.series import SERIES
from scoring.learning import follow_up
from tests.scoring.model.conftest import AS_OF


def agents_labels(sirens: list[str], *, kind: str = follow_up.SUPPORT_OPENED) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "siren": sirens,
            "kind": kind,
            "occurred_on": pd.Timestamp(2020, 5, 15),
            "known_at": pd.Timestamp(2020, 5, 16),
            "value": "1",
        }
    )


def test_a_support_today_censors_tomorrow_and_leaves_features_alone(
    panel: pd.DataFrame, history: follow_up.FollowUp
) -> None:
    start = panel[panel["as_of"].eq(pd.Timestamp(2020, 1, 1))].head(50).reset_index(drop=True)
    quiet = follow_up.hazard_rows(start, history).groupby("siren")["y"].agg(["size", "sum"])
    helped = quiet.index[quiet["size"].eq(8) & quiet["sum"].eq(0)][0]
    before = start.copy()
    episodes = follow_up.support_episodes(agents_labels([helped]), known_by=AS_OF)
    openings = history.openings.rename(columns={"on": "opened_on"})
    supported = follow_up.follow_up(openings, known_by=AS_OF, support=episodes)
    old, new = (follow_up.hazard_rows(start, known) for known in (history, supported))
    others = [rows[rows["siren"] != helped].reset_index(drop=True) for rows in (old, new)]
    pd.testing.assert_frame_equal(*others)
    rows = new[new["siren"].eq(helped)]
    assert rows["interval"].tolist() == [1, 2]
    assert rows["weight"].tolist() == [1.0, 0.5]
    pd.testing.assert_frame_equal(start, before)


def test_no_feature_is_made_of_what_agents_write() -> None:
    written_by_agents = {"visit", "support", "verdict", "comment", "follow", "score"}
    for feature in features.REGISTRY:
        assert not {word for word in written_by_agents if word in feature.name}
        assert feature.source in {"debit", "cotisation", "delai", "bodacc"} | {
            "ap_conso",
            "ap_demande",
            "effectif",
            "effectif_ent",
            "sirene_ul",
            "sirene_etab",
            "comptes",
            "bdf",
            "ellisphere",
            "paydex",
            *SERIES,
        }


def test_random_supports_leave_the_average_hazard_alone(
    panel: pd.DataFrame, history: follow_up.FollowUp
) -> None:
    """Half the firms supported at random: fewer rows, about the same average hazard."""
    rng = np.random.default_rng(3)
    helped = rng.choice(panel["siren"].unique(), 350, replace=False).tolist()
    episodes = follow_up.support_episodes(agents_labels(helped), known_by=AS_OF)
    openings = history.openings.rename(columns={"on": "opened_on"})
    supported = follow_up.follow_up(openings, known_by=AS_OF, support=episodes)
    start = panel[panel["as_of"].eq(pd.Timestamp(2020, 1, 1))]
    old, new = (follow_up.hazard_rows(start, known) for known in (history, supported))
    assert len(new) < 0.8 * len(old)
    rates = [np.average(rows["y"], weights=rows["weight"]) for rows in (old, new)]
    assert rates[1] == pytest.approx(rates[0], rel=0.2)


def test_verdicts_never_become_labels(panel: pd.DataFrame) -> None:
    verdicts = agents_labels(panel["siren"].unique().tolist(), kind="verdict")
    assert follow_up.support_episodes(verdicts, known_by=date(2026, 1, 1)) == []
