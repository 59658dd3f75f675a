"""Debts to URSSAF: the balance left after each operation on each debt, centimes converted to euros."""

from __future__ import annotations

from scoring.data.sources.base import Source, SourceColumn, field
from scoring.data.sources.control_keys import luhn_siret, other_siren
from scoring.data.sources.layouts import without_siret
from scoring.data.sources.parse import (
    amount,
    count,
    day,
    derived_siren,
    identifier,
    optional,
    text,
    urssaf_day,
    urssaf_period,
    yes_or_no,
)
from scoring.vocabulary import Nature

# URSSAF closes its month on the 20th: an operation processed later counts for the next month.
EFFECTIVE_MONTH = (
    "CAST(date_trunc('month', treated) + to_months(CASE WHEN day(treated) <= 20 THEN 0 ELSE 1 END)"
    " AS DATE)"
)

COLUMNS = (
    derived_siren("Siren", siret=field("Siret")),
    identifier("siret", "Siret", digits=14),
    text("account", "num_cpte"),
    optional(text("account_state", "Etat_cpte")),
    optional(text("procedure_code", "Cd_pro_col")),
    *urssaf_period("Periode"),
    text("debt_number", "Num_Ecn", required="numéro d’écart négatif vide"),
    count("operation_number", "Num_Hist_Ecn", label="numéro d’opération illisible"),
    day("treated_on", "Dt_trt_ecn", value="treated"),
    SourceColumn(
        "effective_month",
        "DATE",
        ("Dt_trt_ecn",),
        EFFECTIVE_MONTH,
        shared=(("treated", urssaf_day(field("Dt_trt_ecn"))),),
    ),
    amount("employee_part", "Mt_PO", divisor=100),
    amount("employer_part", "Mt_PP", divisor=100),
    text("operation_code", "Cd_op_ecn"),
    text("reason_code", "Motif_ecn"),
    yes_or_no("has_appeal", "Recours_en_cours"),
)

SOURCE = Source(
    name="debit",
    title="Débits Urssaf",
    nature=Nature.URSSAF,
    patterns=(r".*debits?.*\.csv",),
    separator=";",
    columns=COLUMNS,
    others=(without_siret(COLUMNS, account="num_cpte", on="period_start"),),
    key=("siret", "account", "period_start", "period_end", "debt_number", "operation_number"),
    known_at="treated_on + 30",
    covers="treated_on",
    keeps=("treated_on DESC",),
    warnings=(luhn_siret(), other_siren()),
)
