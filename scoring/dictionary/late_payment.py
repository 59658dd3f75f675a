"""Late payment reported by suppliers: average days late, past values, and the age of the last one."""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit

LAGS: Final = (3, 6, 12)
MEAN_MONTHS: Final = 12

DAYS: Final = Feature(
    name="late_payment_days",
    theme=Theme.LATE_PAYMENT,
    unit=Unit.DAYS,
    source="paydex",
    sentence="Fournisseurs payés en retard : {value} en moyenne{trend}",
    zero="Fournisseurs payés sans retard",
    negative="Fournisseurs payés en avance",
    label="Retard moyen de paiement des fournisseurs",
    nature=Nature.URSSAF,  # that of the theme in the portal
    monotone=1,
    past=tuple((ago, f"late_payment_days_lag{ago}") for ago in LAGS),
)
CHANGE: Final = Feature(
    name="late_payment_change_12m",
    variable=DAYS.name,
    theme=Theme.LATE_PAYMENT,
    unit=Unit.DAYS,
    source="paydex",
    sentence="Retard de paiement sur 12 mois : {value}",
    nature=Nature.URSSAF,
)
SILENCE: Final = Feature(
    name="late_payment_silence",
    variable=DAYS.name,
    theme=Theme.LATE_PAYMENT,
    unit=Unit.MONTHS,
    source="paydex",
    sentence="Dernier retard de paiement observé : il y a {value}",
    nature=Nature.URSSAF,
)
FEATURES: Final = (
    DAYS,
    # no sign: for a given delay today, a longer past one means the firm now pays sooner
    *(DAYS.derived(f"lag{ago}", monotone=0) for ago in LAGS),
    DAYS.derived(f"mean{MEAN_MONTHS}", monotone=0),
    CHANGE,
    SILENCE,
)
