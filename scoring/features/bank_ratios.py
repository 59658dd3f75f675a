"""Ratios computed by the Banque de France: those of the last closing known."""

from __future__ import annotations

from typing import Any

import ibis

from scoring.dictionary.bank_ratios import FEATURES, RATIOS
from scoring.features.accounts import STALE_MONTHS
from scoring.features.months import age_in_months
from scoring.features.snapshot import Snapshot
from scoring.vocabulary import Unit


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """One row per firm whose ratios were ever known: those of its last closing."""
    known = snapshot.bank_ratios
    past = known.filter(known.closed_on <= ibis.literal(snapshot.as_of))
    # two lines of one closing differ by their year or their ratios: the same one is always taken
    order = [
        past.closed_on.desc(),
        past.fiscal_year.desc(),
        *(past[name] for name in RATIOS.values()),
    ]
    ranked = past.mutate(
        rank=ibis.row_number().over(ibis.window(group_by=past.siren, order_by=order))
    )
    last = ranked.filter(ranked["rank"] == 0)
    ratios = {feature.name: last[column] for feature, column in RATIOS.items()}
    return [last.select("siren", ratios_closed_on=last.closed_on, **ratios)]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Feature columns from the joined aggregates; old ratios say nothing of today."""
    age = age_in_months(ibis.literal(snapshot.as_of), wide.ratios_closed_on)
    return {
        feature.name: (age <= STALE_MONTHS).ifelse(
            wide[feature.name] / (100 if feature.unit is Unit.SHARE else 1), ibis.null("float64")
        )
        for feature in FEATURES
    }
