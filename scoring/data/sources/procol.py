"""Collective procedures recorded by URSSAF: one event of one procedure a line."""

from __future__ import annotations

from scoring.data.sources.base import Source, SourceColumn, Warn, field
from scoring.data.sources.control_keys import luhn_siret, other_siren
from scoring.data.sources.parse import day, derived_siren, english_day, identifier, text
from scoring.vocabulary import Nature

LABEL = "Lib_actx_stdx"
TOKENS = f"string_split(lower({field(LABEL)}), '_')"
IS_KIND = "regexp_matches(x, 'liquidation|redressement|sauvegarde')"

SOURCE = Source(
    name="procol",
    title="Procédures collectives",
    nature=Nature.URSSAF,
    patterns=(r"(?!.*bodacc).*(pcoll|procol).*\.csv",),
    separator=";",
    columns=(
        derived_siren("Siren", siret=field("Siret")),
        identifier("siret", "Siret", digits=14),
        day("effective_on", "Dt_effet", value=english_day(field("Dt_effet"))),
        SourceColumn(
            "kind",
            "VARCHAR",
            (LABEL,),
            f"nullif(regexp_extract(lower({field(LABEL)}),"
            " '(liquidation|redressement|sauvegarde)'), '')",
        ),
        # What remains of the label without the token that names the procedure.
        SourceColumn(
            "stage",
            "VARCHAR",
            (LABEL,),
            f"array_to_string(list_filter({TOKENS}, lambda x: NOT {IS_KIND}), '_')",
        ),
        text("label", LABEL, required="libellé vide"),
    ),
    key=("siren", "siret", "effective_on", "kind", "stage"),
    known_at="effective_on + 15",
    covers="effective_on",
    warnings=(luhn_siret(), other_siren(), Warn("kind IS NULL", "procédure non reconnue")),
)
