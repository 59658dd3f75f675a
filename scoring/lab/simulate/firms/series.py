"""Additional monthly indicators from partners: bank loans, temporary work, hirings, movements.

As in the partners' extracts, there is no row for an empty month, nor for a firm that no longer
declares.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.sectors import trait_by_branch
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.timeline import COVID_UNTIL

CREDIT_THRESHOLD = 25_000
"""Euros below which banks do not report the loans of a firm (Banque de France, risks)."""
INDEBTED_SHARE = 0.72
GUARANTEED_LOAN = 0.25
"""Months of wages lent, for each month of the Covid-like episode, to a fully exposed firm."""
LOAN_MONTHS = (12, 72)
"""Months after the episode when repayment of such a loan begins and ends."""


@dataclass(frozen=True, kw_only=True)
class SimulatedSeries:
    """One entry for each row: `owner` is a firm or an establishment, `month` a timeline index."""

    owner: NDArray[np.int64]
    month: NDArray[np.int64]
    value: NDArray[np.int64]


def bank_outstanding(world: World) -> SimulatedSeries:
    """Return the euros each firm owes banks: they grow with distress until credit lines are cut."""
    rng, paths, firms = stream(world.seed, "bank outstanding"), world.paths, world.firms
    size = paths.distress.shape
    wages = firms.base_size * firms.monthly_wage
    level = wages * np.exp(rng.normal(1.2, 0.8, size=len(firms)))
    level *= rng.random(len(firms)) < INDEBTED_SHARE
    moves = np.cumsum(rng.normal(0.0, 0.03, size=size), axis=1)
    owed = level[:, None] * np.exp(0.22 * paths.distress + moves)
    exposed = trait_by_branch("covid_short_time")[firms.branch]
    owed += (wages * exposed * (level > 0))[:, None] * _guaranteed_loans(world)
    months = np.arange(world.timeline.size)
    opened = months >= paths.opening_month[:, None]
    owed = np.where(opened, owed * 0.8, owed)
    works = months >= firms.created_month[:, None]
    works &= months < world.procedures.stop_month[:, None]
    return _rows(np.where(works & (owed >= CREDIT_THRESHOLD), np.rint(owed / 1000.0) * 1000.0, 0))


def _guaranteed_loans(world: World) -> NDArray[np.float64]:
    """Return the months of wages a fully exposed firm still owes, for each month of the timeline."""
    timeline = world.timeline
    since = (timeline.all_months - COVID_UNTIL).astype(np.int64)
    left = np.interp(since, LOAN_MONTHS, (1.0, 0.0))
    owed: NDArray[np.float64] = GUARANTEED_LOAN * np.cumsum(timeline.is_covid()) * left
    return owed


def interim_work(world: World) -> SimulatedSeries:
    """Return the temporary workers of each establishment: the first to go when orders drop."""
    rng, mean = stream(world.seed, "interim"), _monthly_mean(world, trait="interim")
    return _rows(rng.poisson(mean))


def hirings(world: World) -> SimulatedSeries:
    """Return the declarations before hiring (DPAE) of each establishment: contracts of a month or more."""
    rng, mean = stream(world.seed, "hirings"), _monthly_mean(world, trait="hiring")
    return _rows(rng.poisson(mean))


def entries(world: World) -> SimulatedSeries:
    """Return the employees who joined each establishment in the month, replacements included."""
    return _rows(np.maximum(_change(world), 0) + _replacements(world))


def exits(world: World) -> SimulatedSeries:
    """Return the employees who left each establishment in the month, replaced or not."""
    return _rows(np.maximum(-_change(world), 0) + _replacements(world))


def _change(world: World) -> NDArray[np.int64]:
    """Return establishment × month: the change in declared workforce from the previous month."""
    activity = world.activity
    change = np.diff(activity.workforce, axis=1, prepend=activity.workforce[:, :1])
    return np.where(activity.is_open & ~activity.is_silent, change, 0)


def _replacements(world: World) -> NDArray[np.int64]:
    """Return establishment × month: leavers replaced at once, counted in both entries and exits."""
    rng = stream(world.seed, "replacements")
    return rng.poisson(0.5 * _monthly_mean(world, trait="hiring"))


def _monthly_mean(world: World, *, trait: str) -> NDArray[np.float64]:
    """Return establishment × month: expected events, by workforce, branch, season, distress, Covid."""
    firm, timeline = world.establishments.firm, world.timeline
    branch = world.firms.branch[firm]
    season = trait_by_branch("season")[branch][:, timeline.calendar_month()]
    exposed = trait_by_branch("covid_short_time")[branch]
    covid = 1.0 - 0.8 * exposed[:, None] * timeline.is_covid()
    heart = np.exp(-0.45 * np.clip(world.paths.distress[firm], -2.0, 4.0))
    mean = (
        trait_by_branch(trait)[branch][:, None]
        * world.activity.workforce
        * season**2
        * covid
        * heart
    )
    insolvent = np.arange(timeline.size) >= world.paths.insolvent_month[firm][:, None]
    working = world.activity.is_open & ~world.activity.is_silent
    result: NDArray[np.float64] = np.where(insolvent, 0.25 * mean, mean) * working
    return result


def _rows(values: NDArray[np.generic]) -> SimulatedSeries:
    owner, month = np.nonzero(values)
    return SimulatedSeries(owner=owner, month=month, value=values[owner, month].astype(np.int64))
