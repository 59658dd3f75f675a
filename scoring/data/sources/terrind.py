"""Territoires d’industrie: the communes that make them up."""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, field
from scoring.data.sources.parse import matches, received_on, text
from scoring.vocabulary import Openness

CODE = matches(field("code_commune"), "[0-9][0-9AB][0-9]{3}")

SOURCE = Source(
    name="terrind",
    title="Territoires d’industrie",
    nature=Openness.PUBLIC,
    patterns=(r"terrind.*\.csv", r"territoires?_d?_?industrie.*\.csv"),
    separator=",",
    columns=(
        text("commune_code", "code_commune"),
        text("territory_code", "code_terrind", required="code du territoire vide"),
        text("territory_name", "libelle_terrind"),
        received_on(),
    ),
    key=("commune_code", "territory_code"),
    known_at="DATE '1900-01-01'",
    covers="received_on",
    checks=(Check(f"NOT {CODE}", "code_commune", "code de commune illisible"),),
    bypasses_perimeter=True,
)
