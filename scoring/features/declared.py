"""Monthly series declared in YAML: the last figure of each and its change over a year.

Every series declared in `scoring.data.sources.series` gets its features here, without code: theme,
nature, unit, label and sign are those of its declaration. They are missing until it is first
imported.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import ibis

from scoring.data.sources.series import SERIES
from scoring.features.months import latest, ratio, window_sum
from scoring.features.snapshot import Snapshot

STALE_MONTHS: Final = 6  # an older figure says nothing about today
SPAN: Final = (
    3  # months compared with the same months a year earlier: a single month is often empty
)


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return a table a series, one row per firm: last fresh figure, sums of the compared months, rows
    in the last published month.
    """
    return [
        _aggregate(name, rows, until=snapshot.series_until[name])
        for name, rows in snapshot.series.items()
    ]


def _aggregate(name: str, rows: ibis.Table, *, until: date) -> ibis.Table:
    value, month = rows.value, rows.month
    sums = {
        f"{name}_last": latest(value, month, anchor=until, within=STALE_MONTHS),
        f"{name}_months": window_sum(value, month, anchor=until, months=SPAN),
        f"{name}_year_ago": window_sum(value, month, anchor=until, months=SPAN, skip=12),
        f"{name}_seen": value.count(where=month == ibis.literal(until)),
    }
    return rows.group_by("siren").aggregate(**sums)


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates; those of a series without rows are missing."""
    result: dict[str, Any] = {}
    for name in SERIES:
        absent = ibis.null("float64")
        last, change, missing = absent, absent, absent
        if name in snapshot.series:
            last = wide[f"{name}_last"]
            change = ratio(wide[f"{name}_months"], wide[f"{name}_year_ago"]) - 1
            missing = (wide[f"{name}_seen"].fill_null(0) == 0).cast("float64")
        result[f"series_last_{name}"] = last
        result[f"series_change_{name}"] = change
        result[f"series_missing_{name}"] = missing
    return result
