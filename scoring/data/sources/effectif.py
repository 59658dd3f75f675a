"""Workforce of establishments, one column a month in the file, one row a month in the lake.

A line with one unreadable cell is rejected entirely, naming that column: half a line would look
like months without a declaration. The accounts of an establishment are added up.
"""

from __future__ import annotations

from scoring.data.sources.base import Source
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.parse import identifier, optional, text
from scoring.data.sources.workforce import WORKFORCE
from scoring.vocabulary import Nature

SOURCE = Source(
    name="effectif",
    title="Effectifs des établissements",
    nature=Nature.URSSAF,
    patterns=(r"(?!.*(entrees|sorties)_).*effectif_(?!siren|ent).*\.csv",),
    separator=";",
    columns=(identifier("siret", "siret", digits=14), optional(text("account", "compte"))),
    key=("siret", "account", "month"),
    keeps=("workforce DESC",),
    known_at="last_day(month) + 90",
    covers="month",
    warnings=(luhn_siret(),),
    periods=WORKFORCE,
)
