"""What the two Sirene files share: the activity in the nomenclature we use."""

from __future__ import annotations

from scoring.data.sources.base import Column, field
from scoring.data.sources.parse import matches


def naf(suffix: str) -> Column:
    """The NAFRev2 code (`46.42Z`), NULL in any other nomenclature or shape."""
    code, scheme = "activitePrincipale" + suffix, "nomenclatureActivitePrincipale" + suffix
    shape = matches(field(code), "[0-9]{2}\\.[0-9]{2}[A-Z]")
    value = f"CASE WHEN {field(scheme)} = 'NAFRev2' AND {shape} THEN {field(code)} END"
    return Column("naf", "VARCHAR", (code, scheme), value)
