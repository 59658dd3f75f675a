"""Workforce: level, variations, and how old the last declared figure is."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.features.months import MICRO, age_in_months, back, month_value, ratio
from scoring.features.registry import Feature, Theme, Unit
from scoring.features.snapshot import Snapshot

SPANS: Final = (3, 6, 12, 24)
STALE_MONTHS: Final = 6  # a figure older than that says nothing of today

LEVEL: Final = Feature(
    name="workforce",
    theme=Theme.WORKFORCE,
    unit=Unit.EMPLOYEES,
    source="effectif_ent",
    sentence="Effectif : {value}",
)
VARIATION: Final = Feature(
    name="workforce_change_12m",
    theme=Theme.WORKFORCE,
    unit=Unit.SHARE,
    source="effectif_ent",
    sentence="Effectif sur 12 mois : {value}",
    label="Variation de l’effectif sur 12 mois",
)
SILENCE: Final = Feature(
    name="workforce_silence",
    theme=Theme.WORKFORCE,
    unit=Unit.MONTHS,
    source="effectif_ent",
    sentence="Dernier effectif déclaré : {value} avant le dernier mois publié",
)
MISSING: Final = Feature(
    name="workforce_missing",
    theme=Theme.WORKFORCE,
    unit=Unit.FLAG,
    source="effectif_ent",
    sentence="Effectif du dernier mois non déclaré : {value}",
)
FEATURES: Final = (
    LEVEL,
    VARIATION,
    *(
        Feature(
            name=f"workforce_change_{span}m",
            variable=VARIATION.name,
            theme=Theme.WORKFORCE,
            unit=Unit.SHARE,
            source="effectif_ent",
            sentence=f"Effectif sur {span} mois : {{value}}",
        )
        for span in SPANS
        if span != 12
    ),
    SILENCE,
    MISSING,
)


def aggregate(snapshot: Snapshot) -> ibis.Table:
    """One row per firm with a declared workforce: last fresh figure, figures of the months
    compared, last declared month.
    """
    staff, anchor = snapshot.workforce, snapshot.workforce_until
    fresh = staff.month >= ibis.literal(back(anchor, STALE_MONTHS))
    past = {
        f"staff_{ago}": month_value(staff.workforce, staff.month, anchor=anchor, ago=ago)
        for ago in SPANS
    }
    return staff.group_by("siren").aggregate(
        staff_now=staff.workforce.argmax(staff.month, where=fresh) / MICRO,
        staff_last=staff.month.max(where=staff.workforce.notnull()),
        **past,
    )


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Feature columns from the joined aggregates."""
    anchor = ibis.literal(snapshot.workforce_until)
    silence = age_in_months(anchor, wide.staff_last)
    result = {
        LEVEL.name: wide.staff_now,
        SILENCE.name: silence.cast("float64"),
        MISSING.name: (silence.fill_null(1) > 0).cast("float64"),
    }
    for span in SPANS:
        result[f"workforce_change_{span}m"] = ratio(wide.staff_now, wide[f"staff_{span}"]) - 1
    return result
