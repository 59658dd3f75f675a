"""The firm compared with its sector: some features minus their median among the firms at risk of its
NAF division, the same day.

What a figure means depends on the trade, and a drop shared by the entire sector is not specific to
the firm. Unlike the other families, this one reads features, not the snapshot.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary import context
from scoring.dictionary.phrases import SECTOR_SUFFIX
from scoring.dictionary.sector import COMPARED

FEWEST: Final = 20  # known values; with fewer, a median describes those firms rather than a sector


def compared(table: ibis.Table) -> dict[str, Any]:
    """Return the feature columns from the table of the other features, one row per firm at risk."""
    division = ibis.window(group_by=table[context.SECTOR.name])
    columns = {}
    for base in COMPARED:
        value = table[base.name]
        usual = (value.count().over(division) >= FEWEST).ifelse(
            value.median().over(division), ibis.null("float64")
        )
        has_sector = table[context.SECTOR.name].notnull()
        columns[f"{base.name}{SECTOR_SUFFIX}"] = has_sector.ifelse(
            value - usual, ibis.null("float64")
        )
    return columns
