"""Financial ratios from the Banque de France: one closing a line, percent of revenue or days.

The siren is written in groups of three digits; the month of the closing is in English or French.
Known seven months after the closing.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, SourceColumn, field
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import (
    day,
    matches,
    named_month_day,
    optional_amount,
    optional_number,
    text,
)
from scoring.vocabulary import Nature

SIREN = f"replace({field('D1')}, ' ', '')"
# Nine digits, or three groups of three: `12 5` is no number.
IS_BAD = f"NOT {matches(field('D1'), '[0-9]{3} ?[0-9]{3} ?[0-9]{3}')}"
CLOSING = "ARRETE_BILAN"
LAST_YEAR = 9999

SOURCE = Source(
    name="bdf",
    title="Ratios de la Banque de France",
    nature=Nature.BANQUE_DE_FRANCE,
    patterns=(r"bdf.*\.csv",),
    separator=";",
    columns=(
        SourceColumn(
            "siren",
            "VARCHAR",
            ("D1",),
            SIREN,
            (Check(IS_BAD, "D1", "siren : 9 chiffres attendus"),),
        ),
        optional_number("fiscal_year", "ANNEE", sql_type="INTEGER", at_most=LAST_YEAR),
        day("closed_on", CLOSING, value=named_month_day(field(CLOSING))),
        text("sector", "SECTEUR"),
        optional_amount("net_working_capital_share", "POIDS_FRNG"),
        optional_amount("margin_rate", "TX_MARGE"),
        optional_amount("supplier_days", "DELAI_FRS"),
        optional_amount("tax_and_social_debt_share", "POIDS_DFISC_SOC"),
        optional_amount("short_term_debt_share", "POIDS_FIN_CT"),
        optional_amount("financial_charges_share", "POIDS_FRAIS_FIN"),
    ),
    key=("siren", "closed_on"),
    known_at="closed_on + INTERVAL 7 MONTH",
    covers="closed_on",
    keeps=("fiscal_year DESC NULLS LAST",),
    warnings=(luhn_siren(),),
)
