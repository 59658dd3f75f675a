"""The simulated calendar: observed months, burn-in, and what each source has published.

A world ends with the last day of its last month; its files are extracted on the next day and hold
what has been published by then.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
"""`datetime64[D]` values."""
Months = NDArray[np.datetime64]
"""`datetime64[M]` values."""

PUBLICATION_LAG_DAYS = {
    "effectif": 90,
    "cotisation": 30,
    "debit": 30,
    "delai": 15,
    "procol": 15,
    "ap_demande": 15,
    "ap_conso": 60,
    "comptes": 15,
    "bodacc": 0,
    "encours_bancaires": 45,
    "interim": 60,
    "dpae": 20,
    "entrees_effectif": 60,
    "sorties_effectif": 60,
}
"""Days between the end of what a row describes and the first day it can be known."""

BURN_IN_MONTHS = 24
"""Months simulated before the first observed one, so that debts and distress have a past."""

COVID_FROM = np.datetime64("2020-03", "M")
COVID_UNTIL = np.datetime64("2021-06", "M")
"""The episode of suppressed failures, both months included."""


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """`months` observed months, the last of which contains `end`, after `BURN_IN_MONTHS` others.

    Month indices throughout the package start at the first month of the burn-in.
    """

    end: date
    months: int

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError(f"months must be positive, not {self.months}")

    @cached_property
    def all_months(self) -> Months:
        """Burn-in and observed months, in order."""
        last = np.datetime64(self.end, "M")
        return np.arange(last - self.months - BURN_IN_MONTHS + 1, last + 1)

    @property
    def size(self) -> int:
        """Number of months, burn-in included."""
        return self.months + BURN_IN_MONTHS

    @property
    def observed_months(self) -> Months:
        """The months the files describe."""
        return self.all_months[BURN_IN_MONTHS:]

    @cached_property
    def extracted_on(self) -> date:
        """The day the files are extracted: the first after the last month."""
        return date(self.end.year + self.end.month // 12, self.end.month % 12 + 1, 1)

    def index(self, days: Days) -> NDArray[np.int64]:
        """Return the timeline index of the month of each day, negative before the burn-in."""
        months: NDArray[np.int64] = (days.astype("datetime64[M]") - self.all_months[0]).astype(
            np.int64
        )
        return months

    def calendar_month(self) -> NDArray[np.int64]:
        """Return 0 for January … 11 for December, for each simulated month."""
        return self.all_months.astype(np.int64) % 12

    def is_covid(self) -> NDArray[np.bool_]:
        """Return whether each simulated month belongs to the episode."""
        return (self.all_months >= COVID_FROM) & (self.all_months <= COVID_UNTIL)

    def published(self, source: str, dates: Days) -> NDArray[np.bool_]:
        """Return whether rows about periods ended on `dates` are in the extract of `source`."""
        return dates + np.timedelta64(PUBLICATION_LAG_DAYS[source], "D") <= np.datetime64(
            self.extracted_on, "D"
        )


def first_day(months: Any) -> Any:
    """Return the first day of each month (scalar or array)."""
    return months.astype("datetime64[D]")


def day_in_month(months: Months, days: NDArray[np.int64]) -> Days:
    """Return the `days`-th day (1 to 28) of each month."""
    result: Days = first_day(months) + (days - 1).astype("timedelta64[D]")
    return result
