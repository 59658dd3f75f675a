"""Payment plans requested from URSSAF and what became of them."""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, field
from scoring.data.sources.bounds import DAYS, endless
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.layouts import without_siret
from scoring.data.sources.parse import (
    amount,
    calendar_day,
    day,
    identifier,
    optional,
    optional_number,
    text,
)
from scoring.vocabulary import Nature

COLUMNS = (
    identifier("siret", "Siret", digits=14),
    text("account", "Numero_compte_externe"),
    optional(text("structure_number", "Numero_structure")),
    day("created_on", "Date_creation", value=calendar_day(field("Date_creation"))),
    endless(
        day(
            "due_on",
            "Date_echeance",
            value=calendar_day(field("Date_echeance")),
            may_be_future=True,
        )
    ),
    optional_number("duration_days", "Duree_delai", sql_type="INTEGER", at_most=DAYS),
    amount("amount", "Montant_global_echeancier"),
    text("stage", "Code_externe_stade"),
    text("action", "Code_externe_action"),
)

SOURCE = Source(
    name="delai",
    title="Délais de paiement Urssaf",
    nature=Nature.URSSAF,
    patterns=(r".*delais.*\.csv",),
    separator=";",
    columns=COLUMNS,
    others=(without_siret(COLUMNS, account="Numero_compte_externe", on="created_on"),),
    key=("siret", "account", "structure_number", "created_on", "due_on", "stage", "action"),
    known_at="created_on + 15",
    covers="created_on",
    checks=(Check("due_on < created_on", "Date_echeance", "échéance antérieure à la création"),),
    warnings=(luhn_siret(),),
)
