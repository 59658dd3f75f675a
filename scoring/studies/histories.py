"""What the lake knows of some firms on the day a study is frozen: procedures, closures, jobs, debts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from scoring import features
from scoring.data import views
from scoring.data.engine import connect
from scoring.data.lake import Tables
from scoring.data.opened import Opened
from scoring.data.views.events import OPENING
from scoring.features.snapshot import fetch


@dataclass(frozen=True, kw_only=True)
class Histories:
    """openings, liquidations, closures: siren, on, the first of each firm after the first day asked for. headcount, debt: siren, month (its
    first day), value: people, and euros owed to Urssaf at its end.
    """

    openings: pd.DataFrame
    liquidations: pd.DataFrame
    closures: pd.DataFrame
    headcount: pd.DataFrame
    debt: pd.DataFrame


def histories(
    lake: Tables, *, sirens: Collection[str], since: date, months_before: int, known_by: date
) -> Histories:
    """Return what is known on `known_by` of what happened from `since`; figures of months start `months_before` earlier, and are those of
    `sirens`, of which there are few enough to be named in a query.
    """
    con = connect()
    opened = Opened(lake, con)
    first = (pd.Timestamp(since) - pd.DateOffset(months=months_before)).date()
    openings = fetch(views.procedure_openings(opened, con, known_by).select("siren", "opened_on"))
    events = views.procedure_events(opened, con, known_by)
    wanted = events.filter((events.kind == "liquidation") & (events.stage == OPENING))
    liquidations = fetch(wanted.select("siren", "effective_on"))
    closures = features.closures(opened, known_by, con=con)
    asked = list(sirens)
    people = views.workforce_company_month(opened, con, known_by)
    people = people.filter(people.siren.isin(asked) & (people.month >= first))
    owed = views.debt_month(opened, con, known_by, since=first)
    owed = owed.filter(owed.siren.isin(asked))
    owed = owed.mutate(value=owed.employee_part + owed.employer_part)
    return Histories(
        openings=_first(openings, "opened_on", since),
        liquidations=_first(liquidations, "effective_on", since),
        closures=_first(closures, "closed_on", since),
        headcount=fetch(people.select("siren", "month", value=people.workforce)),
        debt=fetch(owed.group_by("siren", "month").agg(value=owed.value.sum())),
    )


def _first(frame: pd.DataFrame, column: str, since: date) -> pd.DataFrame:
    """Return siren, on: the first day of each firm, on or after `since`."""
    on = pd.to_datetime(frame[column])
    found = pd.DataFrame({"siren": frame["siren"], "on": on})[on >= pd.Timestamp(since)]
    return found.sort_values("on").drop_duplicates("siren").reset_index(drop=True)
