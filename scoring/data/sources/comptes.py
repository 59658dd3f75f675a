"""Public ratios of annual accounts (INPI, BCE): one closing a line, euros, ratios in percent.

Accounts are known fifteen days after they were filed, or seven months after their closing when the
filing date is missing: the law allows seven months.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, field
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import (
    calendar_day,
    day,
    identifier,
    optional,
    optional_amount,
    optional_day,
    text,
)
from scoring.vocabulary import Openness

# Output column → header.
AMOUNTS = {
    "revenue": "chiffre_d_affaires",
    "gross_margin": "marge_brute",
    "ebitda": "ebe",
    "ebit": "ebit",
    "net_income": "resultat_net",
    "debt_ratio": "taux_d_endettement",
    "liquidity_ratio": "ratio_de_liquidite",
    "obsolescence_ratio": "ratio_de_vetuste",
    "financial_autonomy": "autonomie_financiere",
    "working_capital_share": "poids_bfr_exploitation_sur_ca",
    "interest_coverage": "couverture_des_interets",
    "cash_flow_share": "caf_sur_ca",
    "repayment_capacity": "capacite_de_remboursement",
    "ebitda_margin": "marge_ebe",
    "pretax_income_share": "resultat_courant_avant_impots_sur_ca",
    "working_capital_days": "poids_bfr_exploitation_sur_ca_jours",
    "inventory_days": "rotation_des_stocks_jours",
    "customer_days": "credit_clients_jours",
    "supplier_days": "credit_fournisseurs_jours",
}

SOURCE = Source(
    name="comptes",
    title="Ratios des comptes annuels (INPI, BCE)",
    nature=Openness.PUBLIC,
    patterns=(r"ratios_inpi_bce.*\.(csv|jsonl?)", r"comptes_annuels.*\.(csv|jsonl?)"),
    separator=";",
    columns=(
        identifier("siren", "siren", digits=9),
        day(
            "closed_on", "date_cloture_exercice", value=calendar_day(field("date_cloture_exercice"))
        ),
        optional(optional_day("filed_on", "date_depot", value=calendar_day(field("date_depot")))),
        *(optional_amount(name, header) for name, header in AMOUNTS.items()),
        text("statement_type", "type_bilan"),
        text("confidentiality", "confidentialite"),
    ),
    key=("siren", "closed_on", "statement_type"),
    known_at="coalesce(filed_on + 15, closed_on + INTERVAL 7 MONTH)",
    covers="closed_on",
    checks=(
        # They would be known before the year they tell of was over.
        Check("filed_on < closed_on", "date_depot", "dépôt antérieur à la clôture"),
    ),
    keeps=("filed_on DESC NULLS LAST",),
    warnings=(luhn_siren(),),
)
