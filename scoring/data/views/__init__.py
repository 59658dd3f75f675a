"""Monthly tables derived from the lake, as Ibis expressions.

Every view is called `view(tables, con, as_of=None)` and returns an Ibis table; it reads only rows
known on `as_of`. `write_views` materialises them all.

- ``calendar``: months as Ibis expressions, shared by the views.
- ``debts``: what establishments owe URSSAF and the contributions called from them, by month.
- ``events``: what happened in procedures, from the BODACC and Urssaf, reconciled.
- ``establishments``: the state of establishments over time: active or closed, and their activity.
- ``firms``: which firms were active on a day, from what was known then.
- ``fresh``: the last month each source covers.
- ``notices``: the notices of the BODACC that stand, once corrected or cancelled.
- ``partial_activity``: activité partielle by month: hours consumed and hours authorised.
- ``procedures``: collective procedures: the state of a firm each month, and the day it entered one.
- ``workforce``: employees by month.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import Tables
from scoring.data.opened import Opened
from scoring.data.perimeter import perimeter
from scoring.data.views.debts import calls_by_month, contribution_month, debt_changes, debt_month
from scoring.data.views.establishments import establishment_activity, establishment_sector
from scoring.data.views.events import procedure_agreement, procedure_events
from scoring.data.views.firms import firm_activity
from scoring.data.views.fresh import freshness
from scoring.data.views.partial_activity import ap_month
from scoring.data.views.procedures import procedure_openings, procedure_state_month
from scoring.data.views.workforce import workforce_company_month, workforce_month

View = Callable[[Tables, Backend, date | None], Table]

VIEWS: dict[str, View] = {
    "debt_month": debt_month,
    "contribution_month": contribution_month,
    "ap_month": ap_month,
    "workforce_month": workforce_month,
    "workforce_company_month": workforce_company_month,
    "procedure_events": procedure_events,
    "procedure_agreement": procedure_agreement,
    "procedure_state_month": procedure_state_month,
    "procedure_openings": procedure_openings,
    "firm_activity": firm_activity,
    "establishment_activity": establishment_activity,
    "establishment_sector": establishment_sector,
    "perimeter": perimeter,
    "freshness": freshness,
}

KEYS = (
    *("siret", "siren", "source", "month", "started_on"),
    *("effective_on", "opened_on", "kind", "stage"),
)
# The rows of these views already come in the order of their keys.
IN_ORDER = ("debt_month", "contribution_month", "workforce_month", "workforce_company_month")
# The names partners use, for the files that others read.
PUBLISHED_NAMES = {"part_salariale": "employee_part", "part_patronale": "employer_part"}

__all__ = [
    "VIEWS",
    "ap_month",
    "calls_by_month",
    "contribution_month",
    "debt_changes",
    "debt_month",
    "establishment_activity",
    "establishment_sector",
    "firm_activity",
    "freshness",
    "perimeter",
    "procedure_agreement",
    "procedure_events",
    "procedure_openings",
    "procedure_state_month",
    "workforce_company_month",
    "workforce_month",
    "write_views",
]


def write_views(
    tables: Tables, con: Backend, out_dir: Path, *, as_of: date | None = None
) -> dict[str, int]:
    """Write each view to `<out_dir>/<view>.parquet`, sorted; return the number of rows of each.

    The parts of a debt are named as partners name them, part_salariale and part_patronale. A file
    takes its name only once complete: a reader never sees half a view.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    tables = Opened(tables, con)
    rows = {}
    for name, view in VIEWS.items():
        table = view(tables, con, as_of)
        table = table.rename(
            {new: old for new, old in PUBLISHED_NAMES.items() if old in table.columns}
        )
        half = out_dir / f"{name}.half"
        con.to_parquet(table if name in IN_ORDER else _sorted(table), half)
        target = half.replace(out_dir / f"{name}.parquet")
        rows[name] = pq.read_metadata(target).num_rows
    return rows


def _sorted(table: Table) -> Table:
    keys = [column for column in KEYS if column in table.columns]
    if "siret" in keys:
        # The siret begins with the siren: sorting on both would change nothing.
        keys = [column for column in keys if column != "siren"]
    return table.order_by(keys)
