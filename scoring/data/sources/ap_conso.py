"""Activité partielle consumed: hours, euros and employees by request, establishment and month."""

from __future__ import annotations

from scoring.data.sources.base import Source, field
from scoring.data.sources.bounds import EMPLOYEES
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.parse import amount, calendar_day, day, identifier, optional_number, text
from scoring.vocabulary import Nature

SOURCE = Source(
    name="ap_conso",
    title="Activité partielle consommée",
    nature=Nature.ACTIVITE_PARTIELLE,
    patterns=(r"consommation_ap.*\.csv",),
    separator=",",
    columns=(
        text("request_id", "ID_DA", required="numéro de demande vide"),
        identifier("siret", "ETAB_SIRET", digits=14),
        day(
            "month",
            "MOIS",
            value=f"CAST(date_trunc('month', {calendar_day(field('MOIS'))}) AS DATE)",
        ),
        amount("hours", "HEURES", label="nombre d’heures"),
        optional_number("amount", "MONTANTS"),
        optional_number("workforce", "EFFECTIFS", at_most=EMPLOYEES),
    ),
    key=("request_id", "siret", "month"),
    known_at="last_day(month) + 60",
    covers="month",
    warnings=(luhn_siret(),),
)
