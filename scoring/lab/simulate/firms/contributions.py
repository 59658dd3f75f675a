"""Calls for contributions (monthly or quarterly) and what remains unpaid of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.activity import MonthlyActivity
from scoring.lab.simulate.firms.economy import Paths
from scoring.lab.simulate.firms.population import Firms
from scoring.lab.simulate.firms.region import Region
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.timeline import Timeline

EMPLOYEE_SHARE = 0.34
"""Part ouvrière in a contribution; the rest is the part patronale."""
MISS_LOGIT, MISS_DISTRESS, MISS_COVID = -4.7, 1.7, 1.6
"""Logit of leaving part of a call unpaid: at rest, per unit of distress, in early Covid."""
MISS_INSOLVENT, MISS_IN_PROCEDURE = 0.85, 0.04
COVID_DEFERRAL = (np.datetime64("2020-03", "M"), np.datetime64("2020-12", "M"))
"""Months when Urssaf let employers defer their payments."""


@dataclass(frozen=True, kw_only=True)
class Calls:
    """One entry for each call, in the order of months then establishments.

    `last_month` is the last month of the period, `length` 1 or 3 months; `due` and `missed` are
    euros; an undeclared call has no row in the contributions file, only a provisional debt.
    """

    establishment: NDArray[np.int64]
    last_month: NDArray[np.int64]
    length: NDArray[np.int64]
    due: NDArray[np.float64]
    missed: NDArray[np.float64]
    is_declared: NDArray[np.bool_]


def paying_difficulty(*, firms: Firms, paths: Paths) -> NDArray[np.float64]:
    """Return firm × month: distress as seen by the creditor, including the firm's own habits."""
    result: NDArray[np.float64] = paths.distress + firms.pay_habit[:, None]
    return result


def call_contributions(region: Region, activity: MonthlyActivity) -> Calls:
    """Call the contributions of each establishment and draw what its firm leaves unpaid."""
    firms, paths, timeline = region.firms, region.paths, region.timeline
    due, length = _periods(region, activity)
    site, month = np.nonzero((due > 0).T)[::-1]
    firm = region.establishments.firm[site]
    silent = activity.is_silent[site, month]
    in_procedure = month >= paths.opening_month[firm]
    chance = _miss_chance(
        paying_difficulty(firms=firms, paths=paths)[firm, month],
        insolvent=month >= paths.insolvent_month[firm],
        deferral=_in_deferral(timeline)[month],
    )
    chance = np.where(in_procedure, MISS_IN_PROCEDURE, chance)
    rng = stream(region.seed, "payments")
    # One draw for the firm and month: its establishments share one cash position.
    cash = rng.random((len(firms), timeline.size))[firm, month]
    part = np.where(rng.random(len(site)) < 0.55, 1.0, rng.uniform(0.15, 0.95, size=len(site)))
    missed = np.where((cash < chance) | (silent & ~in_procedure), part, 0.0)
    called = due[site, month]
    return Calls(
        establishment=site,
        last_month=month,
        length=length[site],
        due=called,
        missed=np.round(called * missed, 2),
        is_declared=~silent,
    )


def _periods(
    region: Region, activity: MonthlyActivity
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return amounts on the last month of their period, and the period's length in months."""
    quarterly = region.firms.quarterly[region.establishments.firm]
    ends = region.timeline.calendar_month() % 3 == 2
    rolling = activity.due.copy()
    rolling[:, 1:] += activity.due[:, :-1]
    rolling[:, 2:] += activity.due[:, :-2]
    amounts = np.where(quarterly[:, None], rolling * ends, activity.due)
    return amounts, np.where(quarterly, 3, 1)


def _miss_chance(
    difficulty: NDArray[np.float64], *, insolvent: NDArray[np.bool_], deferral: NDArray[np.bool_]
) -> NDArray[np.float64]:
    logit = MISS_LOGIT + MISS_DISTRESS * difficulty + MISS_COVID * deferral
    return np.where(insolvent, MISS_INSOLVENT, 1.0 / (1.0 + np.exp(-logit)))


def _in_deferral(timeline: Timeline) -> NDArray[np.bool_]:
    months = timeline.all_months
    return (months >= COVID_DEFERRAL[0]) & (months <= COVID_DEFERRAL[1])
