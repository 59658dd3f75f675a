"""Groups and their members (Ellisphere, heads of group), as a workbook or its CSV.

The head of a group may be foreign and then has no siren. The file carries no date: it is known from
the day it was received.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, SourceColumn, field
from scoring.data.sources.bounds import PERCENT
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import (
    identifier,
    matches,
    optional_amount,
    optional_number,
    received_on,
    text,
)
from scoring.vocabulary import Openness

HEAD = field("GRP SIREN 9")

SOURCE = Source(
    name="ellisphere",
    title="Groupes (Ellisphere)",
    nature=Openness.CLOSED,
    patterns=(r"ellisph[eè]re.*\.(csv|xlsx|excel)",),
    separator=";",
    columns=(
        identifier("siren", "FIL SIREN 9", digits=9),
        text("member_code", "FIL Code"),
        text("member_reference", "FIL RefID"),
        text("member_person_type", "FIL Personne PouM"),
        text("group_code", "GRP Code", required="code du groupe vide"),
        SourceColumn(
            "group_siren",
            "VARCHAR",
            ("GRP SIREN 9",),
            f"nullif({HEAD}, '')",
            (
                Check(
                    f"{HEAD} <> '' AND NOT {matches(HEAD, '[0-9]{9}')}",
                    "GRP SIREN 9",
                    "siren : 9 chiffres attendus",
                ),
            ),
        ),
        text("group_reference", "GRP RefID"),
        text("group_name", "GRP Raison Sociale"),
        text("group_address", "GRP Adresse"),
        text("group_country", "GRP Pays"),
        text("group_person_type", "GRP Personne PouM"),
        optional_number(
            "ownership_level", "Niveau de détention", sql_type="INTEGER", at_most=PERCENT
        ),
        optional_amount("ownership_percent", "% Financier", label="part", at_most=PERCENT),
        received_on(),
    ),
    key=("siren", "group_code"),
    known_at="received_on",
    covers="received_on",
    warnings=(luhn_siren(),),
)
