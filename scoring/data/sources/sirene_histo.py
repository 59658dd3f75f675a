"""Past and present states of establishments: active or closed, and their activity, since when.

A state is known from the day it begins, or from the import when it is announced; when it ends is known
from the state that follows. A beginning that cannot be read is unknown.
"""

from __future__ import annotations

from scoring.data.sources.base import Source
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.parse import identifier
from scoring.data.sources.sirene import known, naf
from scoring.data.sources.sirene_states import PERIOD, RECORDED, states
from scoring.vocabulary import Openness

UNIT = "Etablissement"

SOURCE = Source(
    name="sirene_histo",
    title="Sirene, historique des établissements",
    nature=Openness.PUBLIC,
    patterns=(r"stocketablissementhistorique.*\.csv",),
    separator=",",
    columns=(
        identifier("siret", "siret", digits=14),
        *states(UNIT, closed="F"),
        naf(UNIT),
    ),
    key=("siret", "started_on"),
    # A state that lasts is what was last written of it.
    keeps=("ended_on DESC NULLS FIRST",),
    known_at=known("started_on"),
    covers="known_at",
    checks=PERIOD,
    warnings=(luhn_siret(), RECORDED),
    bypasses_perimeter=True,
)
