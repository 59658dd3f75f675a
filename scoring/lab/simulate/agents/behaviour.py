"""How invented agents behave after alerts: whom they follow, call, visit, support, and when.

Pure functions: the same alerts, truth, agents and seed give the same events. Each establishment
has its own random stream, so one more alert leaves the follow-up of the others unchanged.
"""

import random
from dataclasses import replace
from datetime import date

import pandas as pd

from scoring.lab.simulate.agents.case import Alert, Case, FirmTruth, Memory
from scoring.lab.simulate.agents.events import AgentProfile, Follow, FollowupEvent
from scoring.lab.simulate.agents.phrases import ECHOES
from scoring.lab.simulate.truth import Truth

__all__ = ["AgentProfile", "FollowupEvent", "plan_followup"]


def plan_followup(
    alerts: pd.DataFrame,
    truth: Truth,
    *,
    agents: list[AgentProfile],
    seed: int,
    until: date,
) -> list[FollowupEvent]:
    """Return what agents did about the alerts, in order of days, none after `until`.

    `alerts` has one row for each member of each list: siren, siret, department, level (`elevee`
    or `moderee`), list_on (date), arm (`random` for members drawn at random). A second alert on
    an establishment starts a new case once the former is over. Firms of départements without a
    visiting agent are not followed. Raises KeyError when a siren is not in the truth.
    """
    firms = _firms_of(truth, sirens=set(alerts["siren"]))
    events: list[FollowupEvent] = []
    ordered = alerts.sort_values(["siret", "list_on"], kind="stable")
    for siret, rows in ordered.groupby("siret", sort=True):
        rng = random.Random(f"{seed}-{siret}")  # noqa: S311 (a simulation, not a secret)
        events += _follow_establishment(_alerts_of(rows), firms=firms, agents=agents, rng=rng)
    kept = [event for event in events if event.happened_on <= until]
    return _without_echoes(sorted(kept, key=lambda event: (event.happened_on, event.siret)))


def _follow_establishment(
    alerts: list[Alert],
    *,
    firms: dict[str, FirmTruth],
    agents: list[AgentProfile],
    rng: random.Random,
) -> list[FollowupEvent]:
    """One case after the other; an alert raised while a case runs adds nothing."""
    events: list[FollowupEvent] = []
    memory = Memory()
    for alert in alerts:
        local = [agent for agent in agents if alert.department in agent.departments]
        visitors = [agent for agent in local if agent.visits]
        if alert.list_on <= memory.busy_until or not visitors:
            continue
        lead = memory.lead = memory.lead or rng.choice(visitors)
        partners = [agent for agent in local if agent is not lead]
        case = Case(alert, firms[alert.siren], lead=lead, partners=partners, rng=rng, memory=memory)
        events += case.play()
        memory.busy_until = case.today
    return events


def _without_echoes(events: list[FollowupEvent]) -> list[FollowupEvent]:
    """Complete a text that repeats the one just above it in the feed, whatever the firm."""
    above = ""
    result: list[FollowupEvent] = []
    for rank, event in enumerate(events):
        if isinstance(event, Follow):
            result.append(event)
            continue
        text = event.text
        if text == above:
            text = f"{text} {ECHOES[rank % len(ECHOES)]}"
        above = text
        result.append(replace(event, text=text))
    return result


def _alerts_of(rows: pd.DataFrame) -> list[Alert]:
    return [
        Alert(
            siren=str(row["siren"]),
            siret=str(row["siret"]),
            department=str(row["department"]),
            level=str(row["level"]),
            list_on=pd.Timestamp(row["list_on"]).date(),
            arm=str(row["arm"]),
        )
        for row in rows.to_dict("records")
    ]


def _firms_of(truth: Truth, *, sirens: set[str]) -> dict[str, FirmTruth]:
    rows = truth.distress[truth.distress["siren"].isin(sirens)]
    distress: dict[str, dict[str, float]] = {}
    months = rows["month"].dt.strftime("%Y-%m")
    for siren, month, value in zip(rows["siren"], months, rows["distress"], strict=True):
        distress.setdefault(siren, {})[month] = float(value)
    known = truth.firms[truth.firms["siren"].isin(sirens)]
    return {
        row["siren"]: FirmTruth(
            distress=distress.get(row["siren"], {}),
            failed_on=_day(row["failed_on"]),
            ceased_on=_day(row["ceased_on"]),
        )
        for row in known.to_dict("records")
    }


def _day(value: pd.Timestamp) -> date | None:
    return None if pd.isna(value) else value.date()
