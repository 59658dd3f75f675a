"""What a study asks, and when its firms have been followed long enough."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import pandas as pd

from scoring.impact.cohorts.outcomes import GRACE
from scoring.learning.follow_up import PUBLICATION_LAG
from scoring.vocabulary import StudyOutcome

MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, kw_only=True)
class Question:
    """Firms in alert on the lists of quarters that begin on `first`, and every three months until `last`; supported in the quarter that
    follows or not, and their outcome `horizons` months later, as it is known on `frozen_on`.
    """

    outcome: StudyOutcome
    first: date
    last: date
    horizons: tuple[int, ...]
    frozen_on: date

    @property
    def starts(self) -> range:
        """The ranks of the quarters whose lists are asked about."""
        return range(round(month_of(self.last, origin=self.first)) // MONTHS_OF_QUARTER + 1)

    @property
    def quarters(self) -> int:
        """How many quarters the longest follow-up spans."""
        return len(self.starts) + GRACE + max(self.horizons) // MONTHS_OF_QUARTER

    def day(self, quarter: int) -> date:
        """Return the first day of a quarter."""
        months = self.first.year * 12 + self.first.month - 1 + quarter * MONTHS_OF_QUARTER
        return date(months // 12, months % 12 + 1, 1)

    @property
    def observed_until(self) -> float:
        """Months from the first day to the last whose events are known."""
        return month_of(self.frozen_on - PUBLICATION_LAG, origin=self.first)


@dataclass(frozen=True, kw_only=True)
class QuarterList:
    """The list of a quarter. members: siren, level, p18 of the firms in alert. scores: siren, p18 of all the firms that were scored,
    `None` when they were not kept. cut: the risk at 18 months from which the model alerts; `None` when unknown.
    """

    members: pd.DataFrame
    scores: pd.DataFrame | None = None
    cut: float | None = None


def month_of(day: date, *, origin: date) -> float:
    """Return months between two days, whole for the same day of the month."""
    months = (day.year - origin.year) * 12 + day.month - origin.month
    return months + (day.day - 1) / _length(day) - (origin.day - 1) / _length(origin)


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]
