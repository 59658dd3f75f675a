"""Communes of the Code officiel géographique (INSEE): their department and region."""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, field
from scoring.data.sources.parse import matches, received_on, text
from scoring.vocabulary import Openness

CODE = matches(field("COM"), "[0-9][0-9AB][0-9]{3}")

SOURCE = Source(
    name="communes",
    title="Communes (Insee)",
    nature=Openness.PUBLIC,
    patterns=(r"v_commune_[0-9]{4}.*\.csv", r"communes?.*\.csv"),
    separator=",",
    columns=(
        text("commune_code", "COM"),
        text("kind", "TYPECOM"),
        text("name", "LIBELLE", required="nom de la commune vide"),
        text("department", "DEP"),
        text("region", "REG"),
        text("parent_code", "COMPARENT"),
        received_on(),
    ),
    key=("commune_code", "kind"),
    # A commune does not change department: what is known today was already true.
    known_at="DATE '1900-01-01'",
    covers="received_on",
    checks=(Check(f"NOT {CODE}", "COM", "code de commune illisible"),),
    bypasses_perimeter=True,
)
