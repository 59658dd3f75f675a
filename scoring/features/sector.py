"""The firm beside its sector: some features less their median among the firms at risk of its NAF
division, the same day.

What a figure is worth depends on the trade, and a fall that every firm of the sector shares is not
the firm's own. Unlike the other families this one reads features, not the snapshot.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary import context
from scoring.dictionary.sector import COMPARED, SUFFIX

FEWEST: Final = 20  # known values: below, a median says more of its few firms than of a sector


def compared(table: ibis.Table) -> dict[str, Any]:
    """Feature columns from the table of the other features, one row per firm at risk."""
    division = ibis.window(group_by=table[context.SECTOR.name])
    found = {}
    for base in COMPARED:
        value = table[base.name]
        usual = (value.count().over(division) >= FEWEST).ifelse(
            value.median().over(division), ibis.null("float64")
        )
        is_told = table[context.SECTOR.name].notnull()
        found[f"{base.name}{SUFFIX}"] = is_told.ifelse(value - usual, ibis.null("float64"))
    return found
