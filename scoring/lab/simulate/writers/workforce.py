"""Workforce files: one line an establishment or a firm, one column a month."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.activity import UNDECLARED_SHARE
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.timeline import BURN_IN_MONTHS, Timeline, first_day
from scoring.lab.simulate.writers.text import blank_where, urssaf_periods, write_rows

BASE = "117"
OFFICE = "267"


def write_establishment_workforce(world: World, path: Path) -> int:
    """Write `sigfaible_effectif_siret.csv`; return the number of rows."""
    sites, firms = world.establishments, world.firms
    missing = _missing(world)
    rows = np.flatnonzero(~missing.all(axis=1))
    firm = sites.firm[rows]
    naf = np.char.replace(firms.naf, ".", "")
    return write_rows(
        path,
        {
            "compte": sites.account[rows],
            "siret": sites.siret[rows],
            "rais_soc": firms.display_name[firm],
            "ape_ins": naf[firm],
            "dep": sites.department[rows],
            **_month_columns(world.activity.workforce[rows], missing[rows], world.timeline),
            "base": BASE,
            "UR_EMET": OFFICE,
        },
        separator=";",
    )


def write_firm_workforce(world: World, path: Path) -> int:
    """Write `sigfaible_effectif_siren.csv`, the sum of the establishments' declarations."""
    firm, count = world.establishments.firm, len(world.firms)
    missing = _missing(world)
    declared = np.where(missing, 0, world.activity.workforce)
    total = np.zeros((count, world.timeline.size), dtype=np.int64)
    np.add.at(total, firm, declared)
    is_known = np.zeros((count, world.timeline.size), dtype=bool)
    np.logical_or.at(is_known, firm, ~missing)
    rows = np.flatnonzero(is_known.any(axis=1))
    return write_rows(
        path,
        {
            "siren": world.firms.siren[rows],
            **_month_columns(total[rows], ~is_known[rows], world.timeline),
            "rais_soc": world.firms.display_name[rows],
        },
        separator=";",
    )


def _missing(world: World) -> NDArray[np.bool_]:
    """Return establishment × month: not declared, not open, not published, or lost."""
    timeline = world.timeline
    rng = stream(world.seed, "workforce gaps")
    lost = rng.random((len(world.firms), timeline.size)) < UNDECLARED_SHARE
    published = timeline.published("effectif", first_day(timeline.all_months + 1))
    published &= np.arange(timeline.size) >= BURN_IN_MONTHS
    return (
        ~world.activity.is_open
        | world.activity.is_silent
        | lost[world.establishments.firm]
        | ~published
    )


def _month_columns(
    workforce: NDArray[np.int64], missing: NDArray[np.bool_], timeline: Timeline
) -> dict[str, NDArray[np.str_]]:
    codes = urssaf_periods(timeline.all_months, np.ones(timeline.size, dtype=np.int64))
    return {
        f"eff{codes[month]}": blank_where(workforce[:, month], missing[:, month])
        for month in range(BURN_IN_MONTHS, timeline.size)
    }
