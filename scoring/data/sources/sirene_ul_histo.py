"""Past and present states of legal units: active or ceased, since when, with their activity and legal form.

This is what says, at a past date, which firms were active: the file of legal units only says which are today.
"""

from __future__ import annotations

from scoring.data.sources.base import Source
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import identifier, optional
from scoring.data.sources.sirene import known, naf, said
from scoring.data.sources.sirene_states import PERIOD, RECORDED, states
from scoring.vocabulary import Openness

UNIT = "UniteLegale"

SOURCE = Source(
    name="sirene_ul_histo",
    title="Sirene, historique des unités légales",
    nature=Openness.PUBLIC,
    patterns=(r"stockunitelegalehistorique.*\.csv",),
    separator=",",
    columns=(
        identifier("siren", "siren", digits=9),
        *states(UNIT, closed="C"),
        naf(UNIT),
        optional(said("legal_category", "categorieJuridique" + UNIT)),
    ),
    key=("siren", "started_on"),
    # A state that lasts is what was last written of it.
    keeps=("ended_on DESC NULLS FIRST",),
    known_at=known("started_on"),
    covers="known_at",
    checks=PERIOD,
    warnings=(luhn_siren(), RECORDED),
    bypasses_perimeter=True,
)
