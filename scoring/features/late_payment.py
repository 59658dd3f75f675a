"""Late payment seen by suppliers: average days late, its past, and how old the last value is."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.features.months import MICRO, age_in_months, back, latest, month_value
from scoring.features.registry import Feature, Nature, Theme, Unit
from scoring.features.snapshot import Snapshot

LAGS: Final = (3, 6, 12)
MEAN_MONTHS: Final = 12
STALE_MONTHS: Final = 6  # a value older than that says nothing of today

DAYS: Final = Feature(
    name="late_payment_days",
    theme=Theme.LATE_PAYMENT,
    unit=Unit.DAYS,
    source="paydex",
    sentence="Retard moyen de paiement des fournisseurs : {value}{trend}",
    nature=Nature.URSSAF,  # the theme's, as the portal reads it
    monotone=1,
    past=tuple((ago, f"late_payment_days_lag{ago}") for ago in LAGS),
)
CHANGE: Final = Feature(
    name="late_payment_change_12m",
    variable=DAYS.name,
    theme=Theme.LATE_PAYMENT,
    unit=Unit.DAYS,
    source="paydex",
    sentence="Retard de paiement sur 12 mois : {value}",
    nature=Nature.URSSAF,
)
SILENCE: Final = Feature(
    name="late_payment_silence",
    theme=Theme.LATE_PAYMENT,
    unit=Unit.MONTHS,
    source="paydex",
    sentence="Dernier retard de paiement observé : il y a {value}",
    nature=Nature.URSSAF,
)
FEATURES: Final = (
    DAYS,
    # today's delay fixed, a longer past one means the firm pays sooner: no sign
    *(DAYS.derived(f"lag{ago}", monotone=0) for ago in LAGS),
    DAYS.derived(f"mean{MEAN_MONTHS}", monotone=0),
    CHANGE,
    SILENCE,
)


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
