"""Late payment seen by suppliers: average days late, its past, and how old the last value is."""

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
    sentence="Retard moyen de paiement des fournisseurs : {value}{trend}",
    nature=Nature.URSSAF,  # the theme's, as the portal reads it
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
    theme=Theme.LATE_PAYMENT,
    unit=Unit.MONTHS,
    source="paydex",
    sentence="Dernier retard de paiement observé : il y a {value}",
    nature=Nature.URSSAF,
)
FEATURES: Final = (
    DAYS,
    # today's delay fixed, a longer past one means the firm pays sooner: no sign
    *(DAYS.derived(f"lag{ago}", monotone=0) for ago in LAGS),
    DAYS.derived(f"mean{MEAN_MONTHS}", monotone=0),
    CHANGE,
    SILENCE,
)
