"""Requests to the CCSF, the committee of public creditors, as tracked by URSSAF: one stage a line."""

from __future__ import annotations

from scoring.data.sources.base import Source, field
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.layouts import without_siret
from scoring.data.sources.parse import day, identifier, text, urssaf_day
from scoring.vocabulary import Nature

COLUMNS = (
    identifier("siret", "Siret", digits=14),
    text("account", "Compte"),
    day("treated_on", "Date_de_traitement", value=urssaf_day(field("Date_de_traitement"))),
    text("stage", "Code_externe_stade", required="stade vide"),
    text("action", "Code_externe_action"),
)

SOURCE = Source(
    name="ccsf",
    title="Saisines de la CCSF",
    nature=Nature.URSSAF,
    patterns=(r".*ccsf.*\.csv",),
    separator=";",
    columns=COLUMNS,
    others=(without_siret(COLUMNS, account="Compte", on="treated_on"),),
    key=("siret", "account", "treated_on", "stage", "action"),
    known_at="treated_on + 15",
    covers="treated_on",
    warnings=(luhn_siret(),),
)
