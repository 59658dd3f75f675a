"""Activité partielle: full-time equivalents consumed and authorised, relative to the workforce.

The partner files are complete: a firm absent from them used none. The share is missing only when
the workforce is.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.features.months import ratio, window_sum
from scoring.features.registry import Feature, Nature, Theme, Unit
from scoring.features.snapshot import Snapshot

SPANS: Final = (3, 6, 12)

CONSUMED: Final = Feature(
    name="short_time_consumed_12m",
    theme=Theme.SHORT_TIME,
    unit=Unit.SHARE,
    source="ap_conso",
    sentence="Activité partielle consommée : {value} de l’effectif sur 12 mois",
    nature=Nature.SHORT_TIME,
)
AUTHORISED: Final = Feature(
    name="short_time_authorised_12m",
    theme=Theme.SHORT_TIME,
    unit=Unit.SHARE,
    source="ap_demande",
    sentence="Activité partielle autorisée : {value} de l’effectif sur 12 mois",
    nature=Nature.SHORT_TIME,
)


def _shorter(head: Feature, kind: str) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            name=f"short_time_{kind}_{span}m",
            variable=head.name,
            theme=head.theme,
            unit=head.unit,
            source=head.source,
            sentence=head.sentence.replace("12 mois", f"{span} mois"),
            nature=head.nature,
        )
        for span in SPANS
        if span != 12
    )


FEATURES: Final = (
    CONSUMED,
    *_shorter(CONSUMED, "consumed"),
    AUTHORISED,
    *_shorter(AUTHORISED, "authorised"),
)


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """One row per firm with activité partielle: full-time equivalents summed over 3, 6 and 12
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
    """Feature columns from the joined aggregates; all missing while the partner's files were never
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
