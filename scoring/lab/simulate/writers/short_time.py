"""DGEFP's files on activité partielle: requests and consumption."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.identifiers import number_requests
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.timeline import BURN_IN_MONTHS, Days, first_day
from scoring.lab.simulate.writers.text import dot_decimals, iso_dates, write_rows

EUROS_PER_HOUR = 8.1
"""State allowance per hour, approximately."""


def write_requests(world: World, path: Path) -> int:
    """Write `demande_ap.csv`; return the number of rows."""
    requests, sites, timeline = world.requests, world.establishments, world.timeline
    start, end, status = _request_days(world)
    rows = np.flatnonzero(
        (requests.first_month >= BURN_IN_MONTHS) & timeline.published("ap_demande", status)
    )
    site, first = requests.establishment[rows], requests.first_month[rows]
    headcount = world.activity.workforce[site, first]
    firm_headcount = _firm_workforce(world)[sites.firm[site], first]
    consumed, people = _consumed_totals(world)
    hundredths = np.rint(requests.hours[rows] * 100).astype(np.int64)
    return write_rows(
        path,
        {
            "ID_DA": _request_ids(world)[rows],
            "ETAB_SIRET": sites.siret[site],
            "EFF_ENT": firm_headcount,
            "EFF_ETAB": headcount,
            "DATE_STATUT": iso_dates(status[rows]),
            "DATE_DEB": iso_dates(start[rows]),
            "DATE_FIN": iso_dates(end[rows]),
            "HTA": dot_decimals(hundredths),
            "MTA": dot_decimals(np.rint(hundredths * EUROS_PER_HOUR).astype(np.int64)),
            "EFF_AUTO": requests.employees[rows],
            "MOTIF_RECOURS_SE": requests.reason[rows],
            "PERIMETRE_AP": "1",
            "S_HEURE_CONSOM_TOT": dot_decimals(consumed[rows]),
            "S_EFF_CONSOM_TOT": people[rows],
            "S_MONTANT_CONSOM_TOT": dot_decimals(
                np.rint(consumed[rows] * EUROS_PER_HOUR).astype(np.int64)
            ),
            "RECOURS_ANTERIEUR": _earlier_use(requests.establishment)[rows],
        },
        separator=",",
    )


def write_consumption(world: World, path: Path) -> int:
    """Write `consommation_ap.csv`; return the number of rows."""
    consumption, requests = world.consumption, world.requests
    rows = np.flatnonzero(_consumption_published(world))
    request = consumption.request[rows]
    hundredths = np.rint(consumption.hours[rows] * 100).astype(np.int64)
    return write_rows(
        path,
        {
            "ID_DA": _request_ids(world)[request],
            "ETAB_SIRET": world.establishments.siret[requests.establishment[request]],
            "HEURES": dot_decimals(hundredths),
            "MONTANTS": dot_decimals(np.rint(hundredths * EUROS_PER_HOUR).astype(np.int64)),
            "EFFECTIFS": consumption.employees[rows],
            "MOIS": iso_dates(first_day(world.timeline.all_months[consumption.month[rows]])),
        },
        separator=",",
    )


def _request_days(world: World) -> tuple[Days, Days, Days]:
    """Return the first and last days of each request, and the day of its decision."""
    rng, requests = stream(world.seed, "short time days"), world.requests
    months, count = world.timeline.all_months, len(world.requests.establishment)
    start = first_day(months[requests.first_month])
    end = first_day(months[requests.last_month] + 1) - np.timedelta64(1, "D")
    status = start + rng.integers(-12, 20, size=count).astype("timedelta64[D]")
    return start, end, status


def _consumption_published(world: World) -> NDArray[np.bool_]:
    """Return which consumption is in the extract: after its own lag, if its request is there too."""
    consumption, timeline = world.consumption, world.timeline
    ended = first_day(timeline.all_months[consumption.month] + 1)
    _, _, status = _request_days(world)
    is_published = timeline.published("ap_conso", ended)
    is_published &= timeline.published("ap_demande", status)[consumption.request]
    return is_published & (world.requests.first_month[consumption.request] >= BURN_IN_MONTHS)


def _consumed_totals(world: World) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the hundredths of hours and largest number of employees published for each request."""
    consumption, count = world.consumption, len(world.requests.establishment)
    is_published = _consumption_published(world)
    hours = np.zeros(count, dtype=np.int64)
    hundredths = np.rint(consumption.hours * 100).astype(np.int64)
    np.add.at(hours, consumption.request[is_published], hundredths[is_published])
    people = np.zeros(count, dtype=np.int64)
    np.maximum.at(people, consumption.request[is_published], consumption.employees[is_published])
    return hours, people


def _request_ids(world: World) -> NDArray[np.str_]:
    return number_requests(
        world.seed, world.establishments.department[world.requests.establishment]
    )


def _firm_workforce(world: World) -> NDArray[np.int64]:
    total = np.zeros((len(world.firms), world.timeline.size), dtype=np.int64)
    np.add.at(total, world.establishments.firm, world.activity.workforce)
    return total


def _earlier_use(establishment: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 1 for the first request of an establishment, 3 for the following ones."""
    first = np.zeros(len(establishment), dtype=bool)
    first[np.unique(establishment, return_index=True)[1]] = True
    return np.where(first, 1, 3)
