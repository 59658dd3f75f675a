"""The list of sources. Adding a source is one module with a `SOURCE`, one line here, one test."""

from __future__ import annotations

from scoring.sources import (
    ap_conso,
    ap_demande,
    cotisation,
    debit,
    delai,
    effectif,
    effectif_ent,
    procol,
    sirene_etab,
    sirene_ul,
)
from scoring.sources.base import Source

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE
    for module in (
        sirene_ul,
        sirene_etab,
        effectif,
        effectif_ent,
        cotisation,
        debit,
        delai,
        procol,
        ap_demande,
        ap_conso,
    )
}
