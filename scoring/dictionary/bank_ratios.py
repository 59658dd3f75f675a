"""Ratios computed by the Banque de France for the last known closing."""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit


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
