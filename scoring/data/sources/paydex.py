"""Late payments reported by suppliers (Altares): average days late, by firm and value date.

Two layouts: the Paydex alone, and a richer file with the number of suppliers, the outstanding
amount studied and the shares of invoices paid more than thirty and ninety days late.
"""

from __future__ import annotations

from scoring.data.sources.base import Layout, Source, SourceColumn, field
from scoring.data.sources.bounds import DAYS as LONGEST
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.layouts import separated
from scoring.data.sources.parse import amount, calendar_day, day, identifier, optional_amount
from scoring.vocabulary import Nature

DAYS = "nombre de jours"
RICH = {
    "suppliers": "n_fournisseurs",
    "outstanding": "encours_étudiés",
    "late_30_share": "fpi_30",
    "late_90_share": "fpi_90",
}
ALTARES = Layout(
    ";",
    (
        identifier("siren", "siren", digits=9),
        day("valued_on", "date", value=calendar_day(field("date"))),
        amount("days_late", "paydex", label=DAYS, at_most=LONGEST),
        *(optional_amount(name, header) for name, header in RICH.items()),
    ),
)

SOURCE = Source(
    name="paydex",
    title="Retards de paiement (Altares)",
    nature=Nature.URSSAF,
    patterns=(r"e_[0-9]{12}_retro-paydex.*\.csv", r".*(paydex|altares).*\.csv"),
    separator=";",
    columns=(
        identifier("siren", "SIREN", digits=9),
        day("valued_on", "DATE_VALEUR", value=calendar_day(field("DATE_VALEUR"))),
        amount("days_late", "NB_JOURS", label=DAYS, at_most=LONGEST),
        *(SourceColumn(name, "DOUBLE", (), "CAST(NULL AS DOUBLE)") for name in RICH),
    ),
    others=separated(ALTARES, ";", ",", "|"),
    key=("siren", "valued_on"),
    known_at="valued_on + 15",
    covers="valued_on",
    keeps=("days_late DESC",),
    warnings=(luhn_siren(),),
)
