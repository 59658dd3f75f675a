"""Workforce of legal units, one column a month in the file, one row a month in the lake.

A line with one unreadable cell is rejected entirely, naming that column. This file defines the
perimeter, so it is never filtered by it.
"""

from __future__ import annotations

from scoring.data.sources.base import Source
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import identifier
from scoring.data.sources.workforce import WORKFORCE
from scoring.vocabulary import Nature

SOURCE = Source(
    name="effectif_ent",
    title="Effectifs des entreprises",
    nature=Nature.URSSAF,
    patterns=(r".*effectif_(siren|ent).*\.csv",),
    separator=";",
    columns=(identifier("siren", "siren", digits=9),),
    key=("siren", "month"),
    known_at="last_day(month) + 90",
    covers="month",
    keeps=("workforce DESC",),
    warnings=(luhn_siren(),),
    periods=WORKFORCE,
    bypasses_perimeter=True,
)
