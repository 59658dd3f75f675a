"""Named lists of firms: partners' lists, strategic firms, a recovery plan.

The name is in the column `liste`, else it is that of the file. A firm is known to be on the list
from the day in the column `date`, else from the day the file was received.
"""

from __future__ import annotations

from scoring.data.sources.base import Check, Layout, Source, SourceColumn, field
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.layouts import separated
from scoring.data.sources.parse import FILE, calendar_day, identifier, optional, optional_day
from scoring.vocabulary import Openness

STEM = f"regexp_replace({FILE}, '(?i)\\.(csv|xlsx|excel)$', '')"

COLUMNS = (
    identifier("siren", "siren", digits=9),
    SourceColumn(
        "list_name",
        "VARCHAR",
        ("liste",),
        f"coalesce(nullif({field('liste')}, ''), {STEM})",
        (Check("list_name IS NULL", "liste", "nom de la liste vide"),),
        is_optional=True,
    ),
    optional(optional_day("listed_on", "date", value=calendar_day(field("date")))),
)

SOURCE = Source(
    name="listes",
    title="Listes d’entreprises",
    nature=Openness.CLOSED,
    patterns=(r"(liste|filter)[_-].*\.(csv|xlsx)",),
    separator=";",
    columns=COLUMNS,
    others=separated(Layout(";", COLUMNS), ","),
    key=("siren", "list_name"),
    known_at="coalesce(listed_on, getvariable('today'))",
    covers="known_at",
    keeps=("listed_on ASC NULLS LAST",),
    warnings=(luhn_siren(),),
    bypasses_perimeter=True,
)
