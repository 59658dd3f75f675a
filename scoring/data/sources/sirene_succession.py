"""Links of succession between establishments: which took over which, when, and what went on.

A transfer of head office is the same firm elsewhere; an economic continuity is the same activity, perhaps
under another firm. A link is known once INSEE last treated it, or the day it takes effect when that is unknown.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, SourceColumn, Warn, field
from scoring.data.sources.parse import TODAY, identifier, yes_or_no
from scoring.data.sources.sirene import announced, known
from scoring.vocabulary import Openness

LINKED, TREATED = "dateLienSuccession", "dateDernierTraitementLienSuccession"

SOURCE = Source(
    name="sirene_succession",
    title="Sirene, liens de succession",
    nature=Openness.PUBLIC,
    patterns=(r"stocketablissementliens.*\.csv",),
    separator=",",
    columns=(
        identifier("predecessor", "siretEtablissementPredecesseur", digits=14),
        identifier("successor", "siretEtablissementSuccesseur", digits=14),
        SourceColumn(
            "linked_on",
            "DATE",
            (LINKED,),
            announced(field(LINKED)),
            (Check("linked_on IS NULL", LINKED, "date illisible"),),
        ),
        yes_or_no("is_head_office_transfer", "transfertSiege"),
        yes_or_no("is_continuous", "continuiteEconomique"),
        SourceColumn("treated_on", "DATE", (TREATED,), announced(field(TREATED)), is_optional=True),
    ),
    key=("predecessor", "successor", "linked_on"),
    known_at=f"CASE WHEN treated_on IS NULL THEN {known('linked_on')} ELSE least(treated_on, {TODAY}) END",
    covers="known_at",
    warnings=(Warn("predecessor = successor", "établissement qui se succède à lui-même"),),
    bypasses_perimeter=True,
)
