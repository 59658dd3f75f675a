"""What the Sirene files share: the activity in the nomenclature we use."""

from __future__ import annotations

from scoring.data.sources.base import SourceColumn, field
from scoring.data.sources.parse import matches


def naf(suffix: str) -> SourceColumn:
    """Return the NAFRev2 code (`46.42Z`), NULL in any other nomenclature or shape."""
    code, scheme = "activitePrincipale" + suffix, "nomenclatureActivitePrincipale" + suffix
    shape = matches(field(code), "[0-9]{2}\\.[0-9]{2}[A-Z]")
    value = f"CASE WHEN {field(scheme)} = 'NAFRev2' AND {shape} THEN {field(code)} END"
    return SourceColumn("naf", "VARCHAR", (code, scheme), value)
