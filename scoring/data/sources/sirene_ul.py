"""Sirene legal units, as they are on the day of the file.

A unit classified in a nomenclature other than NAFRev2 is kept, with `naf` NULL: the firm exists, its
activity is in `naf25` or `activity_code`. An unreadable creation date is NULL too (Sirene has some); one
to come is kept. `is_active` is a fact of the day of the file: at a past date, `firm_activity` (views) says.
"""

from __future__ import annotations

from scoring.data.sources.base import Source, SourceColumn, field
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import identifier, optional
from scoring.data.sources.sirene import (
    NAF2025,
    OTHER_SCHEME,
    UNKNOWN_STATE,
    UNREADABLE_ACTIVITY,
    activity,
    created,
    known,
    naf,
    said,
    state,
    state_since,
    told,
)
from scoring.vocabulary import Openness

UNIT = "UniteLegale"
COMPANY = told("denomination" + UNIT)
FIRST_NAME = told("prenom1" + UNIT)
LAST_NAME = f"coalesce({told('nomUsage' + UNIT)}, {told('nom' + UNIT)})"
# « JEAN-PIERRE » is written « Jean-Pierre »: each part between hyphens is capitalised.
CAPITALISED = (
    f"array_to_string(list_transform(string_split({FIRST_NAME}, '-'),"
    " lambda x: upper(x[1]) || lower(x[2:])), '-')"
)
USUAL_HEADERS = ("denominationUsuelle1" + UNIT, "sigle" + UNIT)
USUAL_NAME = f"coalesce({', '.join(told(header) for header in USUAL_HEADERS)})"
NAME = (
    f"CASE WHEN {COMPANY} IS NOT NULL THEN {COMPANY} WHEN {LAST_NAME} IS NOT NULL"
    f" THEN concat_ws(' ', upper({LAST_NAME}), nullif({CAPITALISED}, ''), 'EI')"
    f" ELSE {USUAL_NAME} END"
)
NAME_HEADERS = tuple(h + UNIT for h in ("denomination", "prenom1", "nom", "nomUsage"))
MAIN = "activitePrincipale" + UNIT
NAF25 = "activitePrincipaleNAF25" + UNIT
IN_NAF25 = (
    f"coalesce({told(NAF25)},"
    f" CASE WHEN {field('nomenclatureActivitePrincipale' + UNIT)} = '{NAF2025}' THEN {told(MAIN)} END)"
)

SOURCE = Source(
    name="sirene_ul",
    title="Sirene, unités légales",
    nature=Openness.PUBLIC,
    patterns=(r"sireneul.*\.csv", r"stockunitelegale_.*\.csv", r"stockunitelegale\.csv"),
    separator=",",
    columns=(
        identifier("siren", "siren", digits=9),
        SourceColumn("name", "VARCHAR", NAME_HEADERS, NAME),
        optional(SourceColumn("usual_name", "VARCHAR", USUAL_HEADERS, USUAL_NAME)),
        said("legal_category", "categorieJuridique" + UNIT),
        naf(UNIT),
        optional(SourceColumn("naf25", "VARCHAR", (NAF25,), IN_NAF25)),
        *activity(UNIT),
        created("dateCreation" + UNIT),
        state_since(),
        state("etatAdministratif" + UNIT, closed="C"),
    ),
    key=("siren",),
    keeps=("is_active DESC NULLS LAST", "created_on DESC NULLS LAST"),
    known_at=known("created_on"),
    covers="known_at",
    warnings=(luhn_siren(), UNKNOWN_STATE, OTHER_SCHEME, UNREADABLE_ACTIVITY),
    bypasses_perimeter=True,
    # Without its establishments no firm has a head office, and none is in the perimeter.
    companions=("sirene_etab",),
)
