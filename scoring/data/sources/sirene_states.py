"""What the two histories of Sirene share: the periods of a state, active or closed."""

from __future__ import annotations

from scoring.data.sources.base import Check, SourceColumn, Warn, field
from scoring.data.sources.parse import yes_or_no
from scoring.data.sources.sirene import SINCE, announced

UNTIL = "dateFin"
PERIOD = (
    Check(
        f"started_on IS NULL AND ended_on IS NULL AND {field(SINCE)} <> ''",
        SINCE,
        "date illisible ou trop lointaine",
    ),
    Check("started_on IS NULL AND ended_on IS NULL", SINCE, "période sans date"),
    Check("ended_on < started_on", UNTIL, "fin avant le début"),
)
RECORDED = Warn("started_on IS NULL", "début de période inconnu")


def states(unit: str, *, closed: str) -> tuple[SourceColumn, ...]:
    """Return started_on, ended_on, is_active, has_changed. A period may end, or begin, later than today."""
    state = "etatAdministratif" + unit
    unknown = Check(f"{field(state)} NOT IN ('A', '{closed}')", state, "état administratif inconnu")
    return (
        SourceColumn("started_on", "DATE", (SINCE,), announced(field(SINCE))),
        SourceColumn("ended_on", "DATE", (UNTIL,), announced(field(UNTIL))),
        SourceColumn("is_active", "BOOLEAN", (state,), f"{field(state)} = 'A'", (unknown,)),
        yes_or_no("has_changed", "changement" + state[0].upper() + state[1:]),
    )
