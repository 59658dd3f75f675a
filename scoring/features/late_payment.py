"""Late payment seen by suppliers: average days late, its past, and how old the last value is."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.late_payment import CHANGE, DAYS, FEATURES, LAGS, MEAN_MONTHS, SILENCE
from scoring.features.months import MICRO, age_in_months, back, latest, month_value
from scoring.features.snapshot import Snapshot

STALE_MONTHS: Final = 6  # a value older than that says nothing of today


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """One row per firm whose suppliers were ever heard; none while the partner never published."""
    until = snapshot.late_payment_until
    if until is None:
        return []
    values = snapshot.late_payment
    days, month = values.days, values.month
    year = month >= ibis.literal(back(until, MEAN_MONTHS - 1))
    found = values.group_by("siren").aggregate(
        late_now=latest(days, month, anchor=until, within=STALE_MONTHS),
        late_mean=days.sum(where=year) / days.count(where=year) / MICRO,
        late_last=month.max(),
        **{f"late_{ago}": month_value(days, month, anchor=until, ago=ago) for ago in LAGS},
    )
    return [found]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Feature columns from the joined aggregates."""
    until = snapshot.late_payment_until
    if until is None:
        return {feature.name: ibis.null("float64") for feature in FEATURES}
    return {
        DAYS.name: wide.late_now,
        **{f"{DAYS.name}_lag{ago}": wide[f"late_{ago}"] for ago in LAGS},
        f"{DAYS.name}_mean{MEAN_MONTHS}": wide.late_mean,
        CHANGE.name: wide.late_now - wide.late_12,
        SILENCE.name: age_in_months(ibis.literal(until), wide.late_last).cast("float64"),
    }
