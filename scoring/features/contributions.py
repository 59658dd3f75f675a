"""Contributions called by Urssaf: their usual level, their recent drop, and silence (a firm that
stops declaring).
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.contributions import DROP, MEAN, SILENCE, STOPPED
from scoring.features.months import MICRO, age_in_months, back, ratio, window_sum
from scoring.features.snapshot import Snapshot

STOPPED_MONTHS: Final = 3


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return the usual contribution, recent and earlier sums of the firms called recently, and the
    first and last calls of all firms.
    """
    calls, anchor = snapshot.contributions, snapshot.contributions_until
    year = calls.month.between(ibis.literal(back(anchor, 11)), ibis.literal(anchor))
    recent = calls.group_by("siren").aggregate(
        called_mean=calls.due.sum(where=year) / calls.due.count(where=year) / MICRO,
        called_recent=window_sum(calls.due, calls.month, anchor=anchor, months=3),
        called_before=window_sum(calls.due, calls.month, anchor=anchor, months=12, skip=3),
    )
    return [recent, snapshot.seen.select("siren", "first_called", "last_called")]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates."""
    anchor = ibis.literal(snapshot.contributions_until)
    # no call in three months, for a firm that used to be called, is a true zero: it stopped declaring
    recent = wide.called_recent.fill_null(0.0) / 3
    silence = age_in_months(anchor, wide.last_called)
    return {
        MEAN.name: wide.called_mean,
        SILENCE.name: silence.cast("float64"),
        STOPPED.name: (silence >= STOPPED_MONTHS).cast("float64"),
        DROP.name: ratio(recent, wide.called_before / 12),
    }
