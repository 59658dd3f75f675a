"""What the Sirene files share: absent values, states, announced dates, the activity and its nomenclature.

INSEE writes `[ND]` where a person objected to diffusion: the value is absent, not the text « [ND] ».
"""

from __future__ import annotations

from scoring.data.sources.base import SourceColumn, Warn, field
from scoring.data.sources.bounds import OLDEST_FIRM
from scoring.data.sources.lines import literal
from scoring.data.sources.parse import TODAY, calendar_day, matches

NOT_DIFFUSED = "[ND]"
REV2, NAF2025 = "NAFRev2", "NAF2025"
# How far ahead a creation or a closing is announced; a later one is a slip of the pen.
ANNOUNCED_YEARS = 2
SINCE = "dateDebut"
OTHER_SCHEME = Warn(
    f"naf IS NULL AND activity_code IS NOT NULL AND is_active IS NOT FALSE"
    f" AND activity_scheme IS DISTINCT FROM '{REV2}'",
    "activité dans une autre nomenclature que la NAF rév. 2",
    is_serious=True,
)
# A code of the right nomenclature that none of its shapes describes: its class may still be read in it.
UNREADABLE_ACTIVITY = Warn(
    f"naf IS NULL AND activity_scheme = '{REV2}' AND is_active IS NOT FALSE",
    "activité illisible",
)
UNKNOWN_STATE = Warn("is_active IS NULL", "état administratif inconnu")


def told(header: str) -> str:
    """Return SQL: the text under a header, NULL when it is empty or not diffused."""
    return f"nullif(nullif({field(header)}, ''), {literal(NOT_DIFFUSED)})"


def said(name: str, header: str) -> SourceColumn:
    """Return a text, NULL when empty or not diffused."""
    return SourceColumn(name, "VARCHAR", (header,), told(header))


def naf(suffix: str) -> SourceColumn:
    """Return the NAFRev2 code (`46.42Z`), NULL in any other nomenclature or shape."""
    code, scheme = "activitePrincipale" + suffix, "nomenclatureActivitePrincipale" + suffix
    shape = matches(field(code), "[0-9]{2}\\.[0-9]{2}[A-Z]")
    value = f"CASE WHEN {field(scheme)} = '{REV2}' AND {shape} THEN {field(code)} END"
    return SourceColumn("naf", "VARCHAR", (code, scheme), value)


def activity(suffix: str) -> tuple[SourceColumn, SourceColumn]:
    """Return the activity as the file gives it: its code, and the nomenclature the code belongs to."""
    code, scheme = "activitePrincipale" + suffix, "nomenclatureActivitePrincipale" + suffix
    return (
        said("activity_code", code),
        SourceColumn(
            "activity_scheme",
            "VARCHAR",
            (code, scheme),
            f"CASE WHEN {told(code)} IS NOT NULL THEN {told(scheme)} END",
        ),
    )


def state(header: str, *, closed: str) -> SourceColumn:
    """Return whether it is active: a closing announced for later leaves it active, an unknown state is NULL."""
    cell = field(header)
    return SourceColumn(
        "is_active",
        "BOOLEAN",
        (header,),
        f"CASE WHEN {cell} = 'A' THEN TRUE"
        f" WHEN {cell} = '{closed}' THEN coalesce(state_since > {TODAY}, FALSE) END",
    )


def state_since() -> SourceColumn:
    """Return since when the state holds; to be declared before `state`, which reads it."""
    return SourceColumn("state_since", "DATE", (SINCE,), announced(field(SINCE)), is_optional=True)


def created(header: str) -> SourceColumn:
    """Return the day of creation, which may be announced; NULL when unreadable (Sirene has some)."""
    return SourceColumn("created_on", "DATE", (header,), announced(field(header)))


def announced(expression: str) -> str:
    """Return SQL: a day, past or announced; NULL when unreadable, too old for any firm or too far ahead."""
    # Of no day and a bound, `least` is the bound: neither is kept, and the text is read once.
    bound = f"CAST({TODAY} + INTERVAL {ANNOUNCED_YEARS} YEAR AS DATE)"
    inside = f"greatest(least({calendar_day(expression)}, {bound}), {OLDEST_FIRM})"
    return f"nullif(nullif({inside}, {bound}), {OLDEST_FIRM})"


def known(day: str) -> str:
    """Return SQL: since when a fact of that day is known: what is announced is known today."""
    return f"CASE WHEN {day} IS NULL THEN DATE '1900-01-01' ELSE least({day}, {TODAY}) END"
