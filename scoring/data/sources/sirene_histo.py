"""Past and present states of establishments: active or closed, and their activity, since when.

A state is known from the day it begins; when it ends is known from the state that follows.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, SourceColumn, field
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.parse import calendar_day, flag, identifier, optional_day
from scoring.data.sources.sirene import naf

UNIT = "Etablissement"
STATE = "etatAdministratif" + UNIT

SOURCE = Source(
    name="sirene_histo",
    title="Sirene, historique des établissements",
    patterns=(r"stocketablissementhistorique.*\.csv",),
    separator=",",
    columns=(
        identifier("siret", "siret", digits=14),
        optional_day("started_on", "dateDebut", value=calendar_day(field("dateDebut"))),
        optional_day("ended_on", "dateFin", value=calendar_day(field("dateFin"))),
        SourceColumn(
            "is_active",
            "BOOLEAN",
            (STATE,),
            f"{field(STATE)} = 'A'",
            (Check(f"{field(STATE)} NOT IN ('A', 'F')", STATE, "état administratif inconnu"),),
        ),
        flag("has_changed", "changement" + STATE[0].upper() + STATE[1:]),
        naf(UNIT),
    ),
    key=("siret", "started_on", "ended_on"),
    known_at="coalesce(started_on, DATE '1900-01-01')",
    covers="started_on",
    checks=(
        Check("started_on IS NULL AND ended_on IS NULL", "dateDebut", "période sans date"),
        Check("ended_on < started_on", "dateFin", "fin avant le début"),
    ),
    warnings=(luhn_siret(),),
    bypasses_perimeter=True,
)
