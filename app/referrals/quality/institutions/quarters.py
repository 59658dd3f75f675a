"""Quarters of a year, as an address writes them: « 2026T3 »."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.errors import NotFoundError

WRITTEN = re.compile(r"(20[0-9]{2})T([1-4])")
#: quarters that a page offers
OFFERED = 5


@dataclass(frozen=True, kw_only=True, order=True)
class Quarter:
    """A quarter of a year."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """« 2026T3 »."""
        return f"{self.year}T{self.number}"

    @property
    def label(self) -> str:
        """« 3e trimestre 2026 »."""
        return f"{self.number}{'er' if self.number == 1 else 'e'} trimestre {self.year}"

    @property
    def since(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def until(self) -> date:
        """Its last day."""
        return self.following.since - timedelta(days=1)

    @property
    def following(self) -> "Quarter":
        """The next one."""
        last = self.number == 4
        return Quarter(year=self.year + last, number=1 if last else self.number + 1)

    @property
    def former(self) -> "Quarter":
        """The one before."""
        first = self.number == 1
        return Quarter(year=self.year - first, number=4 if first else self.number - 1)


def read(code: str) -> Quarter:
    """Return a quarter from its code; raise `NotFoundError`."""
    written = WRITTEN.fullmatch(code)
    if written is None:
        raise NotFoundError
    return Quarter(year=int(written[1]), number=int(written[2]))


def quarter_of(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(year=day.year, number=(day.month + 2) // 3)


def offered(day: date) -> Sequence[Quarter]:
    """Return the quarter of a day and those before, the latest first."""
    several = [quarter_of(day)]
    while len(several) < OFFERED:
        several.append(several[-1].former)
    return several
