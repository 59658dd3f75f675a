"""Sirene legal units.

A unit classified in a nomenclature other than NAFRev2 is kept, with `naf` NULL: the firm exists, we
only do not know its activity. An unreadable creation date is NULL too (Sirene has some).
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, SourceColumn, field
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import TODAY, calendar_day, identifier, optional, text
from scoring.data.sources.sirene import naf

UNIT = "UniteLegale"
COMPANY = field("denomination" + UNIT)
FIRST_NAME = field("prenom1" + UNIT)
LAST_NAME = f"coalesce(nullif({field('nomUsage' + UNIT)}, ''), nullif({field('nom' + UNIT)}, ''))"
# « JEAN-PIERRE » is written « Jean-Pierre »: each part between hyphens is capitalised.
CAPITALISED = (
    f"array_to_string(list_transform(string_split({FIRST_NAME}, '-'),"
    " lambda x: upper(x[1]) || lower(x[2:])), '-')"
)
NAME = (
    f"CASE WHEN {COMPANY} <> '' THEN {COMPANY} WHEN {LAST_NAME} IS NOT NULL"
    f" THEN concat_ws(' ', upper({LAST_NAME}), nullif({CAPITALISED}, ''), 'EI') END"
)
NAME_HEADERS = tuple(h + UNIT for h in ("denomination", "prenom1", "nom", "nomUsage"))
CREATED = "dateCreation" + UNIT

SOURCE = Source(
    name="sirene_ul",
    title="Sirene, unités légales",
    patterns=(r"sireneul.*\.csv", r"stockunitelegale_.*\.csv", r"stockunitelegale\.csv"),
    separator=",",
    columns=(
        identifier("siren", "siren", digits=9),
        SourceColumn("name", "VARCHAR", NAME_HEADERS, NAME),
        text("legal_category", "categorieJuridique" + UNIT),
        naf(UNIT),
        optional(text("naf25", "activitePrincipaleNAF25" + UNIT)),
        SourceColumn(
            "created_on",
            "DATE",
            (CREATED,),
            calendar_day(field(CREATED)),
            (Check(f"created_on > {TODAY}", CREATED, "date dans le futur"),),
        ),
        SourceColumn(
            "is_active",
            "BOOLEAN",
            ("etatAdministratif" + UNIT,),
            f"{field('etatAdministratif' + UNIT)} = 'A'",
        ),
    ),
    key=("siren",),
    known_at="coalesce(created_on, DATE '1900-01-01')",
    covers="created_on",
    warnings=(luhn_siren(),),
    bypasses_perimeter=True,
)
