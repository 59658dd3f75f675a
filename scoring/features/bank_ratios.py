"""Ratios computed by the Banque de France: those of the last closing known."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.features.accounts import STALE_MONTHS
from scoring.features.months import age_in_months
from scoring.features.registry import Feature, Nature, Theme, Unit
from scoring.features.snapshot import Snapshot


def _share(name: str, sentence: str, *, unit: Unit = Unit.SHARE) -> Feature:
    return Feature(
        name=f"bank_{name}",
        theme=Theme.FINANCIAL_HEALTH,
        unit=unit,
        source="bdf",
        sentence=sentence,
        nature=Nature.BANQUE_DE_FRANCE,
    )


#: feature → column of the source, percent of revenue or days
RATIOS: Final = {
    _share("margin", "Taux de marge : {value}"): "margin_rate",
    _share(
        "working_capital", "Fonds de roulement net : {value} du chiffre d’affaires"
    ): "net_working_capital_share",
    _share(
        "social_debts", "Dettes fiscales et sociales : {value} du chiffre d’affaires"
    ): "tax_and_social_debt_share",
    _share(
        "short_term_debts", "Financement court terme : {value} du chiffre d’affaires"
    ): "short_term_debt_share",
    _share(
        "financial_charges", "Frais financiers : {value} du chiffre d’affaires"
    ): "financial_charges_share",
    _share(
        "supplier_days", "Délai de paiement des fournisseurs : {value}", unit=Unit.DAYS
    ): "supplier_days",
}
FEATURES: Final = tuple(RATIOS)


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
