"""Contributions called and paid by URSSAF account and period, in euros."""

from __future__ import annotations

from scoring.data.sources.base import Source
from scoring.data.sources.control_keys import luhn_siret
from scoring.data.sources.layouts import without_siret
from scoring.data.sources.parse import amount, identifier, text, urssaf_period
from scoring.vocabulary import Nature

COLUMNS = (
    identifier("siret", "Siret", digits=14),
    text("account", "Compte"),
    *urssaf_period("periode"),
    amount("due", "cotis_due"),
    amount("paid", "enc_direct"),
)

SOURCE = Source(
    name="cotisation",
    title="Cotisations Urssaf",
    nature=Nature.URSSAF,
    patterns=(r".*cotisdues.*\.csv",),
    separator=";",
    columns=COLUMNS,
    others=(without_siret(COLUMNS, account="Compte", on="period_start"),),
    key=("siret", "account", "period_start", "period_end"),
    known_at="period_end - 1 + 30",
    # An annual call is made at the start of its year: it does not cover the months ahead.
    covers="period_start",
    warnings=(luhn_siret(),),
)
