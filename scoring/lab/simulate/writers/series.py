"""Additional series from partners, all in the same simple format: identifier, month, value."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from scoring.lab.simulate.firms.series import (
    SimulatedSeries,
    bank_outstanding,
    entries,
    exits,
    hirings,
    interim_work,
)
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.timeline import BURN_IN_MONTHS, first_day
from scoring.lab.simulate.writers.text import write_rows

Draw = Callable[[World], SimulatedSeries]

SERIES: dict[str, tuple[str, Draw]] = {
    "encours_bancaires": ("siren", bank_outstanding),
    "interim": ("siret", interim_work),
    "dpae": ("siret", hirings),
    "entrees_effectif": ("siret", entries),
    "sorties_effectif": ("siret", exits),
}
"""Each series: its identifier, and the function that draws it."""


def series_writers() -> dict[str, Callable[[World, Path], int]]:
    """Return the writer of the file of each series."""
    return {f"serie_{name}.csv": partial(_write, name) for name in SERIES}


def _write(name: str, world: World, path: Path) -> int:
    """Write identifier, month (`2026-09`) and value by identifier then month; return the number of rows."""
    identifier, draw = SERIES[name]
    series, timeline = draw(world), world.timeline
    published = timeline.published(name, first_day(timeline.all_months[series.month] + 1))
    rows = np.flatnonzero(published & (series.month >= BURN_IN_MONTHS))
    owners = world.firms.siren if identifier == "siren" else world.establishments.siret
    return write_rows(
        path,
        {
            identifier: owners[series.owner[rows]],
            "mois": np.datetime_as_string(timeline.all_months, unit="M")[series.month[rows]],
            "valeur": series.value[rows],
        },
        separator=";",
    )
