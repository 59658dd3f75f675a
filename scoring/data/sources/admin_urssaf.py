"""URSSAF accounts and the establishments they belonged to over time.

Until December 2025 the other URSSAF files gave the account only. On a given day an account belongs
to the siret whose end comes first after that day; the start is ignored, because contributions from
before the account moved still belong to it.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, SourceColumn, field
from scoring.data.sources.bounds import OLDEST_FIRM
from scoring.data.sources.control_keys import luhn_siret, other_siren
from scoring.data.sources.parse import derived_siren, identifier, optional_day, text, urssaf_day
from scoring.vocabulary import Nature

END = "Date_disp_siret"
NEVER = "DATE '9999-12-31'"
# URSSAF writes 9990101 for « no end ».
ENDS_ON = (
    f"CASE WHEN {field(END)} IN ('', '9990101') THEN {NEVER} ELSE {urssaf_day(field(END))} END"
)

SOURCE = Source(
    name="admin_urssaf",
    title="Comptes Urssaf et leurs établissements",
    nature=Nature.URSSAF,
    patterns=(r".*sigfaible_etablissement.*\.csv", r".*(admin_urssaf|comptes_urssaf).*\.csv"),
    separator=";",
    columns=(
        text("account", "Compte", required="compte vide"),
        text("account_state", "Etat_compte"),
        derived_siren("Siren", siret=field("Siret")),
        identifier("siret", "Siret", digits=14),
        optional_day(
            "created_on",
            "Date_crea_siret",
            value=urssaf_day(field("Date_crea_siret")),
            since=OLDEST_FIRM,
        ),
        SourceColumn(
            "ends_on", "DATE", (END,), ENDS_ON, (Check("ends_on IS NULL", END, "date illisible"),)
        ),
    ),
    key=("account", "siret", "ends_on"),
    known_at="coalesce(created_on, DATE '1900-01-01')",
    covers="created_on",
    warnings=(luhn_siret(), other_siren()),
    bypasses_perimeter=True,
)
