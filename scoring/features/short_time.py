"""Activité partielle: full-time equivalents consumed and authorised, relative to the workforce.

The partner files are complete: a firm absent from them used none. The share is missing only when
the workforce is.
"""

from __future__ import annotations

from typing import Any

import ibis

from scoring.dictionary.short_time import SPANS
from scoring.features.months import ratio, window_sum
from scoring.features.snapshot import Snapshot


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm with activité partielle: full-time equivalents summed over 3, 6 and 12
    months.
    """
    used, anchor = snapshot.short_time, snapshot.short_time_until
    sums = {}
    for span in SPANS:
        sums[f"consumed_{span}"] = window_sum(
            used.etp_consumed, used.month, anchor=anchor, months=span
        )
        sums[f"authorised_{span}"] = window_sum(
            used.etp_authorised, used.month, anchor=anchor, months=span
        )
    return [used.group_by("siren").aggregate(**sums)]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates; all missing until the partner's files are first
    published.
    """
    result = {}
    for kind in ("consumed", "authorised"):
        for span in SPANS:
            used = wide[f"{kind}_{span}"].fill_null(0.0) / span
            share = ratio(used, wide.staff_now)
            result[f"short_time_{kind}_{span}m"] = (
                share if snapshot.has_short_time else ibis.null("float64")
            )
    return result
