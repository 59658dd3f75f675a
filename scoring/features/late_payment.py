"""Late payment reported by suppliers: average days late, past values, and the age of the last one."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.late_payment import CHANGE, DAYS, FEATURES, LAGS, MEAN_MONTHS, SILENCE
from scoring.features.months import MICRO, age_in_months, back, latest, month_value
from scoring.features.snapshot import Snapshot

STALE_MONTHS: Final = 6  # an older value says nothing about today


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm with reports from suppliers; nothing until the partner publishes."""
    until = snapshot.late_payment_until
    if until is None:
        return []
    values = snapshot.late_payment
    days, month = values.days, values.month
    year = month >= ibis.literal(back(until, MEAN_MONTHS - 1))
    delays = values.group_by("siren").aggregate(
        late_now=latest(days, month, anchor=until, within=STALE_MONTHS),
        late_mean=days.sum(where=year) / days.count(where=year) / MICRO,
        late_last=month.max(),
        **{f"late_{ago}": month_value(days, month, anchor=until, ago=ago) for ago in LAGS},
    )
    return [delays]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates."""
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
