"""Activité partielle: requests of establishments and the hours consumed.

Requests rise with distress and, above all, during the Covid-like episode.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.activity import MonthlyActivity
from scoring.lab.simulate.firms.region import Region
from scoring.lab.simulate.firms.sectors import trait_by_branch
from scoring.lab.simulate.randomness import stream

FULL_TIME_HOURS = 151.67
"""Legal hours of one employee in a month."""
BASE_LOG_RATE, DISTRESS_RATE = -6.0, 0.75
"""Log of the monthly rate of requests, at rest and per unit of distress."""
FIRST_WAVE = (np.datetime64("2020-03", "M"), np.datetime64("2020-05", "M"))
SECOND_WAVE = (np.datetime64("2020-10", "M"), np.datetime64("2021-05", "M"))
CYCLICAL, SUPPLY, WEATHER, OTHER = 1, 2, 3, 5
"""Reasons: conjoncture, approvisionnement, sinistre ou intempéries, autres circonstances."""


@dataclass(frozen=True, kw_only=True)
class Requests:
    """One entry for each request; months are timeline indices, both included.

    `hours` are those authorised for the entire request, `employees` the number it covers.
    """

    establishment: NDArray[np.int64]
    first_month: NDArray[np.int64]
    last_month: NDArray[np.int64]
    employees: NDArray[np.int64]
    hours: NDArray[np.float64]
    reason: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Consumption:
    """One entry for each request and month with hours; `request` indexes `Requests`."""

    request: NDArray[np.int64]
    month: NDArray[np.int64]
    hours: NDArray[np.float64]
    employees: NDArray[np.int64]


def request_short_time(region: Region, activity: MonthlyActivity) -> Requests:
    """Draw the requests: an establishment has at most one at a time."""
    rng, timeline = stream(region.seed, "short time"), region.timeline
    rate = _rates(region)
    busy_until = np.full(len(region.establishments), -1)
    rows: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    for month in range(timeline.size):
        free = (busy_until < month) & activity.is_open[:, month]
        chosen = np.flatnonzero(free & (rng.random(len(free)) < rate[:, month]))
        last = np.minimum(month + rng.integers(0, 6, size=len(chosen)), timeline.size - 1)
        last = np.minimum(last, activity.closed_month[chosen] - 1)
        busy_until[chosen] = last
        rows.append((chosen, np.full(len(chosen), month), last))
    site, first, last = (np.concatenate(part) for part in zip(*rows, strict=True))
    employees = activity.workforce[site, first] * rng.uniform(0.25, 1.0, size=len(site))
    employees = np.maximum(np.rint(employees), 1).astype(np.int64)
    hours = employees * (last - first + 1) * FULL_TIME_HOURS * rng.uniform(0.4, 1.0, len(site))
    covid = timeline.is_covid()[first]
    usual = rng.choice(
        (CYCLICAL, SUPPLY, WEATHER, OTHER), size=len(site), p=(0.8, 0.07, 0.05, 0.08)
    )
    return Requests(
        establishment=site,
        first_month=first,
        last_month=last,
        employees=employees,
        hours=np.round(hours, 2),
        reason=np.where(covid & (rng.random(len(site)) < 0.95), OTHER, usual),
    )


def consume_short_time(region: Region, requests: Requests) -> Consumption:
    """Draw the hours consumed each month: more of the authorised ones when distress is high."""
    rng = stream(region.seed, "short time hours")
    length = requests.last_month - requests.first_month + 1
    request = np.repeat(np.arange(len(length)), length)
    offset = np.arange(len(request)) - np.repeat(np.cumsum(length) - length, length)
    month = requests.first_month[request] + offset
    firm = region.establishments.firm[requests.establishment[request]]
    distress = region.paths.distress[firm, month]
    need = 1.0 / (1.0 + np.exp(-(0.2 + 0.8 * distress + 1.2 * region.timeline.is_covid()[month])))
    share = need * rng.uniform(0.4, 1.0, size=len(request))
    hours = np.round(requests.hours[request] / length[request] * share, 2)
    used = (rng.random(len(request)) < 0.85) & (hours >= 1.0)
    return Consumption(
        request=request[used],
        month=month[used],
        hours=hours[used],
        employees=np.maximum(
            np.rint(requests.employees[request] * np.sqrt(share)).astype(np.int64), 1
        )[used],
    )


def _rates(region: Region) -> NDArray[np.float64]:
    """Return the establishment × month probability of a new request."""
    firm, months = region.establishments.firm, region.timeline.all_months
    branch = region.firms.branch[firm]
    log_rate = BASE_LOG_RATE + trait_by_branch("short_time")[branch][:, None]
    usual = np.exp(np.minimum(log_rate + DISTRESS_RATE * region.paths.distress[firm], -1.5))
    exposed = trait_by_branch("covid_short_time")[branch][:, None]
    first = (months >= FIRST_WAVE[0]) & (months <= FIRST_WAVE[1])
    second = (months >= SECOND_WAVE[0]) & (months <= SECOND_WAVE[1])
    rates: NDArray[np.float64] = usual + exposed * first * 0.8 + exposed**2 * second * 0.25
    return np.minimum(rates, 0.95)
