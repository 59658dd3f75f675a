"""Invented agents act like agents: in order, on working days, with verdicts that mean something."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from scoring.lab.simulate.agents.behaviour import plan_followup
from scoring.lab.simulate.agents.events import (
    NATURES,
    OUTCOMES,
    AgentProfile,
    FollowEvent,
    FollowupEvent,
    SupportClosed,
    SupportOpened,
    VisitEvent,
)
from scoring.lab.simulate.firms.geography import DEPARTMENTS
from tests.scoring.simulate.region import Region

UNTIL = date(2026, 10, 31)
AGENTS = [
    AgentProfile(agent_id="claire", network="direccte", departments=DEPARTMENTS[:4]),
    AgentProfile(agent_id="karim", network="direccte", departments=DEPARTMENTS),
    AgentProfile(agent_id="lucie", network="urssaf", departments=DEPARTMENTS, visits=False),
    AgentProfile(agent_id="paul", network="bdf", departments=DEPARTMENTS, visits=False),
]


@pytest.fixture(scope="module")
def alerts(region: Region) -> pd.DataFrame:
    """Quarterly lists over two years: the riskiest firms, and some at random."""
    truth = region.truth
    lists = []
    for as_of, firms in truth.risk[truth.risk["at_risk"]].groupby("as_of"):
        if not pd.Timestamp(2024, 10, 1) <= as_of <= pd.Timestamp(2026, 7, 1):
            continue
        ranked = firms.sort_values("risk_18", ascending=False, kind="stable")
        chosen = pd.concat([ranked.head(60), ranked.iloc[60:].sample(30, random_state=1)])
        level = np.where(np.arange(len(chosen)) < 20, "elevee", "moderee")
        arm = np.where(np.arange(len(chosen)) < 60, "algorithm", "random")
        lists.append(
            pd.DataFrame(
                {"siren": chosen["siren"], "level": level, "list_on": as_of.date(), "arm": arm}
            )
        )
    found = pd.concat(lists).merge(truth.firms[["siren", "department"]], on="siren")
    heads = region.read("StockEtablissement_utf8_geo.csv").query("etablissementSiege == 'true'")
    return found.merge(heads[["siren", "siret"]], on="siren")


@pytest.fixture(scope="module")
def events(alerts: pd.DataFrame, region: Region) -> list[FollowupEvent]:
    """Two years of follow-up."""
    return plan_followup(alerts, region.truth, agents=AGENTS, seed=1, until=UNTIL)


def _by_siret(events: list[FollowupEvent]) -> dict[str, list[FollowupEvent]]:
    grouped = defaultdict(list)
    for event in events:
        grouped[event.siret].append(event)
    return grouped


def test_the_same_seed_gives_the_same_follow_up(
    alerts: pd.DataFrame, events: list[FollowupEvent], region: Region
) -> None:
    again = plan_followup(
        alerts.sample(frac=1.0, random_state=2), region.truth, agents=AGENTS, seed=1, until=UNTIL
    )
    other = plan_followup(alerts, region.truth, agents=AGENTS, seed=2, until=UNTIL)
    assert again == events
    assert other != events


def test_events_are_in_order_after_their_alert_and_before_the_end(
    alerts: pd.DataFrame, events: list[FollowupEvent]
) -> None:
    first_list = alerts.groupby("siret")["list_on"].min()
    days = [event.happened_on for event in events]
    assert days == sorted(days)
    assert days[-1] <= UNTIL
    assert all(event.happened_on >= first_list[event.siret] for event in events)


def test_nobody_calls_or_visits_a_firm_that_has_ended(
    events: list[FollowupEvent], region: Region
) -> None:
    firms = region.truth.firms.set_index("siren")
    ended = firms[["failed_on", "ceased_on"]].min(axis=1).dropna()
    after = [e for e in events if e.siren in ended and e.happened_on >= ended[e.siren].date()]
    assert after
    assert all(isinstance(event, SupportClosed) for event in after)
    assert {event.outcome for event in after} <= {"procedure_collective", "cessation"}


def test_a_support_opens_after_a_visit_and_closes_once(events: list[FollowupEvent]) -> None:
    opened = 0
    for history in _by_siret(events).values():
        visited = is_open = False
        for event in history:
            visited |= isinstance(event, VisitEvent)
            if isinstance(event, SupportOpened):
                assert visited
                assert not is_open
                is_open, opened = True, opened + 1
            if isinstance(event, SupportClosed):
                assert is_open
                is_open = False
    assert opened > 20


def test_values_are_those_of_the_portal(events: list[FollowupEvent]) -> None:
    visits = [event for event in events if isinstance(event, VisitEvent)]
    assert {v.channel for v in visits} <= {"sur_place", "visio", "telephone"}
    assert {v.contact_result for v in visits} == {"repondu", "injoignable", "refus"}
    assert {v.verdict for v in visits} == {"confirmee", "non_confirmee", "indeterminee", None}
    assert {v.nature for v in visits} <= {*NATURES, None}
    assert {v.severity for v in visits} <= {0, 1, 2, 3, None}
    for visit in visits:
        assert (visit.verdict is None) == (visit.contact_result != "repondu")
        assert (visit.nature == "aucune") == (visit.verdict == "non_confirmee")
        assert timedelta(0) <= visit.happened_on - visit.visited_on <= timedelta(days=10)
    assert {e.outcome for e in events if isinstance(e, SupportClosed)} <= set(OUTCOMES)


def test_a_confirmed_difficulty_is_a_distressed_firm(
    events: list[FollowupEvent], region: Region
) -> None:
    distress = region.truth.distress.set_index(["siren", "month"])["distress"]
    found = defaultdict(list)
    for event in events:
        if isinstance(event, VisitEvent) and event.verdict:
            month = pd.Timestamp(event.visited_on).to_period("M").to_timestamp()
            found[event.verdict].append(distress[event.siren, month])
    assert np.mean(found["confirmee"]) > np.mean(found["non_confirmee"]) + 0.4


def test_no_two_neighbouring_texts_are_the_same(events: list[FollowupEvent]) -> None:
    texts = [event.text for event in events if not isinstance(event, FollowEvent)]
    assert len(texts) > 300
    assert all(above != below for above, below in pairwise(texts))
    assert len(set(texts)) > 0.5 * len(texts)
    for history in _by_siret(events).values():
        page = [event.text for event in history if not isinstance(event, FollowEvent)]
        assert all(above != below for above, below in pairwise(page))
    assert not any("{" in text or "  " in text for text in texts)


def test_one_more_alert_leaves_the_others_unchanged(
    alerts: pd.DataFrame, events: list[FollowupEvent], region: Region
) -> None:
    removed = alerts["siret"].iloc[0]
    fewer = plan_followup(
        alerts[alerts["siret"] != removed], region.truth, agents=AGENTS, seed=1, until=UNTIL
    )
    days = [(e.siret, e.happened_on, type(e)) for e in events if e.siret != removed]
    assert [(e.siret, e.happened_on, type(e)) for e in fewer] == days


def test_members_drawn_at_random_are_seen_as_often_as_high_alerts(
    alerts: pd.DataFrame, region: Region
) -> None:
    first = alerts.drop_duplicates("siret").assign(level="moderee")
    drawn = plan_followup(
        first.assign(arm="random"), region.truth, agents=AGENTS, seed=1, until=UNTIL
    )
    chosen = plan_followup(
        first.assign(arm="algorithm"), region.truth, agents=AGENTS, seed=1, until=UNTIL
    )
    assert len(_by_siret(drawn)) > 1.3 * len(_by_siret(chosen))


def test_a_departement_without_a_visiting_agent_is_not_followed(
    alerts: pd.DataFrame, region: Region
) -> None:
    partners = [agent for agent in AGENTS if not agent.visits]
    assert plan_followup(alerts, region.truth, agents=partners, seed=1, until=UNTIL) == []
