"""Who is at risk at a date, and when firms left: in the perimeter, active, not in procedure.

The file of legal units only says whether a firm is active *today*. Applied to the past, it would hide every
firm that has closed since, failures first, and keep those that fell silent and survived. So at a past
date the histories of Sirene decide (`firm_activity`); a firm they do not know counts as alive if Urssaf called
contributions from it within SILENCE_MONTHS, and as gone otherwise. At the last date of the lake, the
file is that of the day, and is trusted: a firm whose state it does not say is alive.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
import pandas as pd

from scoring.data import views
from scoring.data.engine import Backend, connect
from scoring.data.lake import Tables
from scoring.data.views.procedures import MONTHLY
from scoring.features.months import back
from scoring.features.snapshot import Census, fetch, last_called
from scoring.vocabulary import LabelFate

SILENCE_MONTHS: Final = 6


def at_risk(lake: Tables, census: Census, *, con: Backend) -> ibis.Table:
    """Return identity rows of the firms at risk at the date of a census."""
    alive = _inside(lake, census, con=con).semi_join(_alive(lake, census, con=con), "siren")
    return alive.anti_join(_in_procedure(lake, census.as_of, con=con), "siren")


def standings(lake: Tables, census: Census, *, con: Backend) -> pd.DataFrame:
    """Return siren, department, fate of the firms of the perimeter, by siren: what keeps each out of `at_risk`, `LabelFate.GONE` or
    `LabelFate.PROCEDURE` (both: the first); None for those at risk.
    """
    firms = _inside(lake, census, con=con).select("siren", "department")
    for name, held in (
        ("is_alive", _alive(lake, census, con=con)),
        ("is_busy", _in_procedure(lake, census.as_of, con=con)),
    ):
        marked = held.select("siren").distinct().mutate(**{name: True})
        firms = firms.left_join(marked, "siren").drop("siren_right")
    fate = ibis.cases(
        (firms.is_alive.isnull(), LabelFate.GONE.value),
        (firms.is_busy.notnull(), LabelFate.PROCEDURE.value),
    )
    return fetch(firms.select("siren", "department", fate=fate).order_by("siren"))


def openings(lake: Tables, as_of: date, *, con: Backend | None = None) -> pd.DataFrame:
    """Return the openings of procédures collectives known at `as_of`: siren, opened_on, known_at."""
    table = views.procedure_openings(lake, con or connect(), as_of)
    frame = fetch(table.select("siren", "opened_on", "known_at"))
    return frame.sort_values(["siren", "opened_on"]).reset_index(drop=True)


def closures(lake: Tables, as_of: date, *, con: Backend | None = None) -> pd.DataFrame:
    """Return the firms inactive in Sirene, and those that it says nothing of and that may have left: siren,
    closed_on (SILENCE_MONTHS after the last call), known_at (the same day).
    """
    con = con or connect()
    states = _states(lake, as_of, con=con)
    calls = last_called(lake, as_of, con=con)
    closed = states.filter(~states.is_active).select("siren")
    gone = closed.left_join(calls, "siren").select("siren", "last_called")
    if not _is_last_date(lake, as_of, con=con):
        unknown = calls.anti_join(states, "siren").select("siren", "last_called")
        gone = gone.union(unknown)
    frame = fetch(gone)
    # a closed firm that was never called had left before our history begins
    left = pd.to_datetime(frame["last_called"]).fillna(pd.Timestamp(1900, 1, 1))
    frame["closed_on"] = left + pd.DateOffset(months=SILENCE_MONTHS)
    frame["known_at"] = frame["closed_on"]
    return frame[["siren", "closed_on", "known_at"]].sort_values("siren").reset_index(drop=True)


def history_start(lake: Tables, *, con: Backend | None = None) -> date:
    """Return the first month of contributions in the lake. Raises ValueError when there is none."""
    calls = lake.table(con or connect(), "cotisation")
    first: date | None = calls.period_start.min().to_pyarrow().as_py()
    if first is None:
        message = "the lake holds no contribution"
        raise ValueError(message)
    return first.replace(day=1)


def _inside(lake: Tables, census: Census, *, con: Backend) -> ibis.Table:
    perimeter = views.perimeter(lake, con, census.as_of)
    inside = perimeter.filter(perimeter.in_perimeter).select("siren").distinct()
    return census.identity.semi_join(inside, "siren")


def _alive(lake: Tables, census: Census, *, con: Backend) -> ibis.Table:
    states = _states(lake, census.as_of, con=con)
    active = states.filter(states.is_active).select("siren")
    if _is_last_date(lake, census.as_of, con=con):
        unknown = census.identity.anti_join(states, "siren")
    else:
        calls = census.contributions
        oldest = ibis.literal(back(census.contributions_until, SILENCE_MONTHS - 1))
        called = calls.filter(calls.due > 0, calls.month >= oldest)
        unknown = called.anti_join(states, "siren")
    return active.union(unknown.select("siren"), distinct=True)


def _states(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    """Return siren, is_active of the firms whose state on that day was known then."""
    if not _is_last_date(lake, as_of, con=con):
        return views.firm_activity(lake, con, as_of)
    units = lake.table(con, "sirene_ul", as_of=as_of)
    return units.filter(units.is_active.notnull()).select("siren", "is_active").distinct()


def _is_last_date(lake: Tables, as_of: date, *, con: Backend) -> bool:
    """Say whether nothing was called after that day: the file of legal units is then of the day."""
    latest: date | None = lake.table(con, "cotisation").known_at.max().to_pyarrow().as_py()
    return latest is None or latest <= as_of


def _in_procedure(lake: Tables, as_of: date, *, con: Backend) -> ibis.Table:
    """Return the firms in procedure at the end of the last published month, or judged since."""
    states = views.procedure_state_month(lake, con, as_of)
    openings = views.procedure_openings(lake, con, as_of)
    covered = [lake.covered(con, source, as_of=as_of) for source in MONTHLY]
    last = ibis.literal(max((month for month in covered if month is not None), default=as_of))
    current = states.filter(states.month == last).select("siren")
    return current.union(openings.filter(openings.opened_on >= last).select("siren"), distinct=True)
