"""Ratios computed by the Banque de France for the last known closing."""

from __future__ import annotations

from typing import Any

import ibis

from scoring.dictionary.bank_ratios import FEATURES, RATIOS
from scoring.features.accounts import STALE_MONTHS
from scoring.features.months import age_in_months
from scoring.features.snapshot import Snapshot
from scoring.vocabulary import Unit


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm with known ratios: those of its last closing."""
    ratios = snapshot.bank_ratios
    past = ratios.filter(ratios.closed_on <= ibis.literal(snapshot.as_of))
    # two lines of one closing differ by year or ratios: this order always picks the same one
    order = [
        past.closed_on.desc(),
        past.fiscal_year.desc(),
        *(past[name] for name in RATIOS.values()),
    ]
    ranked = past.mutate(
        rank=ibis.row_number().over(ibis.window(group_by=past.siren, order_by=order))
    )
    last = ranked.filter(ranked["rank"] == 0)
    values = {feature.name: last[column] for feature, column in RATIOS.items()}
    return [last.select("siren", ratios_closed_on=last.closed_on, **values)]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates; ratios that are too old are missing."""
    age = age_in_months(ibis.literal(snapshot.as_of), wide.ratios_closed_on)
    return {
        feature.name: (age <= STALE_MONTHS).ifelse(
            wide[feature.name] / (100 if feature.unit is Unit.SHARE else 1), ibis.null("float64")
        )
        for feature in FEATURES
    }
