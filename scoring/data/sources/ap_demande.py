"""Activité partielle authorised: hours for an entire request, from its first to its last day."""

from __future__ import annotations

from scoring.data.sources.base import Check, Source, Warn, field
from scoring.data.sources.bounds import EMPLOYEES, LONGEST_REQUEST
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.parse import (
    amount,
    calendar_day,
    day,
    identifier,
    optional,
    optional_number,
    text,
)
from scoring.vocabulary import Nature

SOURCE = Source(
    name="ap_demande",
    title="Activité partielle demandée",
    nature=Nature.ACTIVITE_PARTIELLE,
    patterns=(r"demande_ap.*\.csv",),
    separator=",",
    columns=(
        text("request_id", "ID_DA", required="numéro de demande vide"),
        identifier("siret", "ETAB_SIRET", digits=14),
        day("status_on", "DATE_STATUT", value=calendar_day(field("DATE_STATUT"))),
        day("start_on", "DATE_DEB", value=calendar_day(field("DATE_DEB")), may_be_future=True),
        day("end_on", "DATE_FIN", value=calendar_day(field("DATE_FIN")), may_be_future=True),
        amount("hours_authorised", "HTA", label="nombre d’heures"),
        optional_number("amount", "MTA"),
        optional(optional_number("company_workforce", "EFF_ENT", at_most=EMPLOYEES)),
        optional(optional_number("workforce", "EFF_ETAB", at_most=EMPLOYEES)),
        optional_number("workforce_authorised", "EFF_AUTO", at_most=EMPLOYEES),
        text("reason_code", "MOTIF_RECOURS_SE"),
        text("scope_code", "PERIMETRE_AP"),
        optional(optional_number("hours_consumed", "S_HEURE_CONSOM_TOT")),
        optional(optional_number("amount_consumed", "S_MONTANT_CONSOM_TOT")),
        optional(optional_number("workforce_consumed", "S_EFF_CONSOM_TOT", at_most=EMPLOYEES)),
    ),
    key=("request_id", "siret"),
    known_at="status_on + 15",
    covers="status_on",
    keeps=("status_on DESC",),
    checks=(
        Check("end_on < start_on", "DATE_FIN", "fin avant le début"),
        Check(f"end_on - start_on > {LONGEST_REQUEST}", "DATE_FIN", "demande de plus de cinq ans"),
    ),
    warnings=(
        luhn_siret(),
        Warn("reason_code NOT IN ('1','2','3','4','5','6','7')", "motif de recours inconnu"),
    ),
)
