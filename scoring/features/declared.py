"""Monthly series declared in YAML: last figure and its change over a year, for each of them.

Whatever its name, a series declared in `scoring.data.sources.series` has its features here, without
code: theme, nature, unit, label and sign are those of its declaration. While it was never imported
they are missing.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import ibis

from scoring.data.sources.series import SERIES
from scoring.features.months import latest, ratio, window_sum
from scoring.features.snapshot import Snapshot

STALE_MONTHS: Final = 6  # a figure older than that says nothing of today
SPAN: Final = 3  # months compared with the same ones a year before: a single one is often empty


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """For each series, one row per firm in it: last fresh figure, sums of the months compared, rows of
    the last month published.
    """
    return [
        _one(name, known, until=snapshot.series_until[name])
        for name, known in snapshot.series.items()
    ]


def _one(name: str, known: ibis.Table, *, until: date) -> ibis.Table:
    value, month = known.value, known.month
    sums = {
        f"{name}_last": latest(value, month, anchor=until, within=STALE_MONTHS),
        f"{name}_months": window_sum(value, month, anchor=until, months=SPAN),
        f"{name}_year_ago": window_sum(value, month, anchor=until, months=SPAN, skip=12),
        f"{name}_seen": value.count(where=month == ibis.literal(until)),
    }
    return known.group_by("siren").aggregate(**sums)


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Feature columns from the joined aggregates; those of a series without any row are missing."""
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
