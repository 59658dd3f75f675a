"""How invented agents behave after alerts: which firms they follow, call, visit and support, and when.

Pure functions: the same alerts, truth, agents and seed give the same events. Each establishment
has its own random stream, so an additional alert leaves the follow-up of the others unchanged.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from scoring.lab.simulate.agents.case import Alert, CaseMemory, FirmTruth, SimulatedCase, is_due
from scoring.lab.simulate.agents.events import AgentProfile, FollowEvent, FollowupEvent
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
    sites: Mapping[str, str] | None = None,
) -> list[FollowupEvent]:
    """Return what agents did about the alerts, in order of day, up to `until` included.

    `alerts` has one row for each member of each list: siren, siret, department, level (`elevee`
    or `moderee`), list_on (date), arm (`random` for members drawn at random). A second alert on
    an establishment starts a new case once the first is over. Firms of départements without a
    visiting agent are not followed. Where the world says who is supported, so it is, in time, alert or not; `sites` gives
    the siret of the firms that had none. Raises KeyError when a siren is not in the truth.
    """
    alerts = _with_unlisted(alerts, truth, sites=sites or {}, until=until)
    firms = _firms_of(truth, sirens=set(alerts["siren"]))
    events: list[FollowupEvent] = []
    ordered = alerts.sort_values(["siret", "list_on"], kind="stable")
    for siret, rows in ordered.groupby("siret", sort=True):
        rng = random.Random(f"{seed}-{siret}")  # noqa: S311 (a simulation, not a secret)
        events += _follow_establishment(_alerts_of(rows), firms=firms, agents=agents, rng=rng)
    past = [event for event in events if event.happened_on <= until]
    return _without_echoes(sorted(past, key=lambda event: (event.happened_on, event.siret)))


def _with_unlisted(
    alerts: pd.DataFrame, truth: Truth, *, sites: Mapping[str, str], until: date
) -> pd.DataFrame:
    """Return alerts and, of the firms that were supported without one in the quarter before, a row as if there had been one."""
    supported = truth.firms[truth.firms["supported_on"].notna()]
    days = sorted(set(alerts["list_on"]))
    rows = []
    for siren, department, moment in zip(
        supported["siren"], supported["department"], supported["supported_on"], strict=True
    ):
        day = moment.date()
        past = [each for each in days if each <= day]
        listed = set(alerts.loc[alerts["siren"] == siren, "list_on"])
        if day > until or not past or siren not in sites or past[-1] in listed:
            continue
        row = {"siren": siren, "siret": sites[siren], "department": department}
        rows.append({**row, "level": "moderee", "list_on": past[-1], "arm": "algorithm"})
    return pd.concat([alerts, pd.DataFrame(rows)], ignore_index=True) if rows else alerts


def _follow_establishment(
    alerts: list[Alert],
    *,
    firms: dict[str, FirmTruth],
    agents: list[AgentProfile],
    rng: random.Random,
) -> list[FollowupEvent]:
    """Play one case after the other; an alert raised while a case runs adds nothing."""
    events: list[FollowupEvent] = []
    memory = CaseMemory()
    for alert in alerts:
        local = [agent for agent in agents if alert.department in agent.departments]
        visitors = [agent for agent in local if agent.visits]
        # What was decided happens, whatever else is under way.
        is_free = alert.list_on > memory.busy_until or is_due(alert, firms[alert.siren])
        if not is_free or not visitors:
            continue
        lead = memory.lead = memory.lead or rng.choice(visitors)
        partners = [agent for agent in local if agent is not lead]
        case = SimulatedCase(
            alert, firms[alert.siren], lead=lead, partners=partners, rng=rng, memory=memory
        )
        events += case.play()
        memory.busy_until = case.today
    return events


def _without_echoes(events: list[FollowupEvent]) -> list[FollowupEvent]:
    """Add words to a text that repeats the one just above it in the feed, even about another firm."""
    above = ""
    result: list[FollowupEvent] = []
    for rank, event in enumerate(events):
        if isinstance(event, FollowEvent):
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
    selected = truth.firms[truth.firms["siren"].isin(sirens)]
    return {
        row["siren"]: FirmTruth(
            distress=distress.get(row["siren"], {}),
            failed_on=_day(row["failed_on"]),
            ceased_on=_day(row["ceased_on"]),
            supported_on=_day(row["supported_on"]),
            is_decided=row["ratio"] != 1,
        )
        for row in selected.to_dict("records")
    }


def _day(value: pd.Timestamp) -> date | None:
    return None if pd.isna(value) else value.date()
