"""Sirene establishments, with their location if the file gives it. Columns are found by name: both 2023
and 2024 layouts work.

A nomenclature other than NAFRev2, an unreadable creation date or unreadable coordinates give NULL
and the row is kept: the establishment exists. One that will close is active until then. The letter after
a number is written in full in the address: B for BIS, T for TER, Q for QUATER, C for QUINQUIES.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, SourceColumn, Warn, field
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.parse import coordinate, identifier, matches, optional, yes_or_no
from scoring.data.sources.sirene import (
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

UNIT = "Etablissement"
COMMUNE = "codeCommune" + UNIT
STREET = tuple(h + UNIT for h in ("numeroVoie", "indiceRepetition", "typeVoie", "libelleVoie"))
ADDRESS = ("complementAdresse" + UNIT, *STREET, "distributionSpeciale" + UNIT)

# The abbreviations of Sirene, written in full.
ROADS = {
    "ALL": "ALLEE",
    "AV": "AVENUE",
    "BD": "BOULEVARD",
    "CAR": "CARREFOUR",
    "CHE": "CHEMIN",
    "CHS": "CHAUSSEE",
    "COR": "CORNICHE",
    "CRS": "COURS",
    "DOM": "DOMAINE",
    "DSC": "DESCENTE",
    "ECA": "ECART",
    "ESP": "ESPLANADE",
    "FG": "FAUBOURG",
    "GR": "GRANDE RUE",
    "HAM": "HAMEAU",
    "HLE": "HALLE",
    "IMP": "IMPASSE",
    "LD": "LIEU-DIT",
    "LOT": "LOTISSEMENT",
    "MAR": "MARCHE",
    "MTE": "MONTEE",
    "PAS": "PASSAGE",
    "PL": "PLACE",
    "PLN": "PLAINE",
    "PLT": "PLATEAU",
    "PRO": "PROMENADE",
    "PRV": "PARVIS",
    "QUA": "QUARTIER",
    "RES": "RESIDENCE",
    "RLE": "RUELLE",
    "ROC": "ROCADE",
    "RPT": "ROND-POINT",
    "RTE": "ROUTE",
    "SEN": "SENTE",
    "SQ": "SQUARE",
    "TPL": "TERRE-PLEIN",
    "TRA": "TRAVERSE",
    "VLA": "VILLA",
    "VLGE": "VILLAGE",
}
# So are those of what follows a number.
REPEATS = {"B": "BIS", "T": "TER", "Q": "QUATER", "C": "QUINQUIES"}
_road = " ".join(f"WHEN '{short}' THEN '{full}'" for short, full in ROADS.items())
_road = f"CASE {field('typeVoie' + UNIT)} {_road} ELSE {told('typeVoie' + UNIT)} END"
_number, _repeat, _, _name = (told(header) for header in STREET)
_repeats = " ".join(f"WHEN '{short}' THEN '{full}'" for short, full in REPEATS.items())
_repeat = f"CASE {_repeat} {_repeats} ELSE {_repeat} END"
_street = f"{_number}, {_repeat}, {_road}, {_name}"
_address = (
    f"nullif(concat_ws(', ', {told(ADDRESS[0])},"
    f" nullif(concat_ws(' ', {_street}), ''), {told(ADDRESS[-1])}), '')"
)
# Overseas departments have three characters; Corsica keeps its letter; foreign addresses have none.
_department = (
    f"nullif(regexp_extract({field(COMMUNE)},"
    " '^(97[0-9]|98[0-9]|2[AB]|[0-9]{2})[0-9]{2,3}$', 1), '')"
)

SOURCE = Source(
    name="sirene_etab",
    title="Sirene, établissements",
    nature=Openness.PUBLIC,
    # INSEE’s history and links of succession lie in the same folder.
    patterns=(r"stocketablissement(?!historique|liens).*\.csv",),
    separator=",",
    columns=(
        identifier("siren", "siren", digits=9),
        SourceColumn(
            "siret",
            "VARCHAR",
            ("siren", "nic"),
            f"{field('siren')} || {field('nic')}",
            (
                Check(
                    f"NOT {matches(field('nic'), '[0-9]{5}')}", "nic", "nic : 5 chiffres attendus"
                ),
            ),
        ),
        yes_or_no("is_head_office", "etablissementSiege", required=True),
        SourceColumn("address", "VARCHAR", ADDRESS, _address),
        said("postal_code", "codePostal" + UNIT),
        said("commune", "libelleCommune" + UNIT),
        said("commune_code", COMMUNE),
        SourceColumn("department", "VARCHAR", (COMMUNE,), _department),
        naf(UNIT),
        *activity(UNIT),
        created("dateCreation" + UNIT),
        state_since(),
        state("etatAdministratif" + UNIT, closed="F"),
        optional(coordinate("longitude", "longitude", at_most=180)),
        optional(coordinate("latitude", "latitude", at_most=90)),
    ),
    key=("siret",),
    keeps=(
        "is_active DESC NULLS LAST",
        "is_head_office DESC",
        "created_on DESC NULLS LAST",
    ),
    known_at=known("created_on"),
    covers="known_at",
    warnings=(
        luhn_siret(),
        UNKNOWN_STATE,
        OTHER_SCHEME,
        UNREADABLE_ACTIVITY,
        Warn("longitude IS NULL OR latitude IS NULL", "établissement non localisé"),
    ),
    bypasses_perimeter=True,
)
