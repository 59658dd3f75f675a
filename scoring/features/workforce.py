"""Workforce: level, variations, and the age of the last declared figure."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.workforce import (
    ESTABLISHMENTS,
    ESTABLISHMENTS_CHANGE,
    LEVEL,
    MISSING,
    SILENCE,
    SPANS,
)
from scoring.features.months import age_in_months, back, ratio
from scoring.features.snapshot import Snapshot

STALE_MONTHS: Final = 6  # an older figure says nothing about today


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm with a declared workforce: last fresh figure, figures of the compared
    months, last declared month; and its establishments, now and a year ago.
    """
    staff, anchor = snapshot.workforce, snapshot.workforce_until
    figures = {
        ago: staff.workforce.max(where=staff.month == ibis.literal(back(anchor, ago)))
        for ago in sorted({*range(STALE_MONTHS + 1), *SPANS})
    }
    declared = staff.group_by("siren").aggregate(
        staff_now=ibis.coalesce(*(figures[ago] for ago in range(STALE_MONTHS + 1))),
        staff_last=staff.month.max(where=staff.workforce.notnull()),
        **{f"staff_{ago}": figures[ago] for ago in SPANS},
    )
    places, last = snapshot.establishments, snapshot.establishments_until
    compared = places.filter(places.month.isin([last, back(last, 12)]))
    is_now = compared.month == ibis.literal(last)
    employing = compared.group_by(siren=compared.siret.left(9)).aggregate(
        sites_now=compared.siret.nunique(where=is_now),
        sites_before=compared.siret.nunique(where=~is_now),
    )
    return [declared, employing]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates."""
    anchor = ibis.literal(snapshot.workforce_until)
    silence = age_in_months(anchor, wide.staff_last)
    result = {
        LEVEL.name: wide.staff_now,
        SILENCE.name: silence.cast("float64"),
        MISSING.name: (silence.fill_null(1) > 0).cast("float64"),
        ESTABLISHMENTS.name: wide.sites_now.cast("float64"),
        ESTABLISHMENTS_CHANGE.name: (wide.sites_now - wide.sites_before).cast("float64"),
    }
    for span in SPANS:
        result[f"workforce_change_{span}m"] = ratio(wide.staff_now, wide[f"staff_{span}"]) - 1
    return result
