"""Whom agents support in the simulated economy, what it changes, and what is known of it."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from app.demo.measuring import known
from scoring.lab.simulate.agents.behaviour import plan_followup
from scoring.lab.simulate.agents.events import AgentProfile, SupportOpened
from scoring.lab.simulate.firms.region import Region, draw_region
from scoring.lab.simulate.firms.support import UNSUPPORTED, SupportPolicy
from scoring.lab.simulate.randomness import Seed
from scoring.lab.simulate.truth import Truth, truth_of, write_truth
from scoring.studies.question import Question
from scoring.vocabulary import StudyOutcome

SINCE, END = date(2023, 9, 1), date(2026, 8, 31)
DEPARTMENTS = ("21", "25")
AGENTS = [AgentProfile(agent_id=f"{code}@demo", network="direccte", departments=(code,)) for code in DEPARTMENTS]  # fmt: skip


def drawn(ratio: float | None) -> Region:
    policy = None
    if ratio is not None:
        policy = SupportPolicy(ratio=ratio, since=SINCE, departments=DEPARTMENTS, share=0.15)
    return draw_region(firms=5000, months=60, seed=Seed(2), end=END, policy=policy)


@pytest.fixture(scope="module")
def helped() -> Region:
    """A region where support halves the hazard."""
    return drawn(0.5)


@pytest.fixture(scope="module")
def left_alone() -> Region:
    """The same, where it changes nothing."""
    return drawn(1.0)


@pytest.fixture(scope="module")
def truth(helped: Region) -> Truth:
    return truth_of(cast(Any, helped))


def test_support_averts_failures_of_the_supported_and_changes_nothing_else(
    helped: Region, left_alone: Region
) -> None:
    supported = helped.paths.supports.month < UNSUPPORTED
    assert (supported == (left_alone.paths.supports.month < UNSUPPORTED)).all()
    assert 100 < supported.sum() < 1_000
    moved = helped.paths.opening_month != left_alone.paths.opening_month
    assert moved.any()
    assert supported[moved].all()
    assert (helped.paths.opening_month[moved] > left_alone.paths.opening_month[moved]).all()
    assert (drawn(None).paths.opening_month == left_alone.paths.opening_month).all()


def test_agents_choose_the_worst_in_their_departements_while_they_are_in_business(
    helped: Region,
) -> None:
    supports, paths = helped.paths.supports, helped.paths
    chosen = np.flatnonzero(supports.month < UNSUPPORTED)
    at = supports.month[chosen]
    assert set(helped.firms.department[chosen]) == set(DEPARTMENTS)
    assert (np.minimum(paths.opening_month, paths.cessation_month)[chosen] > at).all()
    assert paths.distress[chosen, at].mean() > 1
    assert supports.on[chosen].min() >= np.datetime64(SINCE)
    assert np.is_busday(supports.on[chosen]).all()


def test_agents_open_what_was_decided_on_its_day_and_nothing_else(truth: Truth) -> None:
    supported = truth.firms[truth.firms["supported_on"].notna()]
    others = truth.firms[truth.firms["supported_on"].isna()].head(150)
    listed = pd.concat([supported.iloc[::2], others])
    alerts = pd.DataFrame(
        [
            {
                "siren": row.siren, "siret": f"{row.siren}00011", "department": row.department, "level": "elevee",
                "list_on": day, "arm": "algorithm",
            }
            for day in (date(2023, 9, 1), date(2023, 12, 1), date(2024, 3, 1))
            for row in listed.itertuples()
        ]
    )  # fmt: skip
    until = date(2024, 5, 31)
    events = plan_followup(
        alerts, truth, agents=AGENTS, seed=1, until=until, sites={siren: f"{siren}00011" for siren in supported["siren"]}
    )  # fmt: skip
    opened = {each.siren: each.happened_on for each in events if isinstance(each, SupportOpened)}
    decided = {
        row.siren: row.supported_on.date() for row in supported.itertuples() if row.supported_on.date() <= until
    }  # fmt: skip
    assert opened == decided
    assert len([each for each in events if isinstance(each, SupportOpened)]) == len(decided)


def test_what_is_known_of_an_effect_is_what_happened_to_many_firms(
    helped: Region, left_alone: Region, truth: Truth, tmp_path: Any
) -> None:
    """The expected effect on the supported, beside openings that were met with and without, under the same luck."""
    write_truth(truth, tmp_path / "demo" / "files" / "truth")
    supports = helped.paths.supports
    # what is known after the extraction is nothing: supports of the first five quarters, followed eighteen months
    first = int((np.datetime64(SINCE, "M") - helped.timeline.all_months[0]).astype(int))
    rows = np.flatnonzero(supports.month < first + 15)
    start = (supports.month[rows] - first) // 3
    question = Question(
        outcome=StudyOutcome.OPENING, first=SINCE, last=SINCE, horizons=(18,), frozen_on=END + timedelta(days=1)
    )  # fmt: skip
    trials = SimpleNamespace(
        firm=helped.firms.siren[rows], start=start, treated=np.ones(len(rows), dtype=bool), horizon=18.0
    )  # fmt: skip
    found = known.effect(tmp_path, question, cast(Any, SimpleNamespace(trials=trials)))
    assert found is not None
    end = first + 3 * start + 3 + 18
    with_support, without = (each.paths.opening_month[rows] < end for each in (helped, left_alone))
    happened = with_support.astype(float) - without
    assert found < -0.01
    assert abs(found - happened.mean()) < 3 * happened.std() / np.sqrt(len(rows))
    jobs = Question(**{**vars(question), "outcome": StudyOutcome.JOBS})
    assert known.effect(tmp_path, jobs, cast(Any, None)) is None
    assert known.effect(tmp_path / "elsewhere", question, cast(Any, None)) is None
