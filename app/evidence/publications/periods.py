"""Half-years and years, and when their figures may be frozen."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.text.french import date_fr

#: days after its end from which the figures of a period are frozen, and up to which its delays look, so that two periods compare
RIPENS = timedelta(days=31)
CODE = re.compile(r"(20\d\d)(?:-S([12]))?")


@dataclass(frozen=True, order=True)
class ReportPeriod:
    """A year, or one of its halves (1 or 2)."""

    year: int
    half: int | None = None

    @classmethod
    def parse(cls, code: str) -> "ReportPeriod":
        """Read ``2025`` or ``2025-S1``; raise `ValueError` for anything else."""
        found = CODE.fullmatch(code)
        if found is None:
            raise ValueError(code)
        return cls(int(found[1]), int(found[2]) if found[2] else None)

    @property
    def code(self) -> str:
        """How it is stored and addressed: ``2025``, ``2025-S1``."""
        return f"{self.year}-S{self.half}" if self.half else str(self.year)

    @property
    def label(self) -> str:
        """How it is read: ``année 2025``, ``1er semestre 2025``."""
        if self.half is None:
            return f"année {self.year}"
        return f"{'1er' if self.half == 1 else '2e'} semestre {self.year}"

    @property
    def since(self) -> date:
        """Its first day."""
        return date(self.year, 7 if self.half == 2 else 1, 1)

    @property
    def until(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def seen_until(self) -> date:
        """The last day that its figures know of."""
        return self.until + RIPENS

    @property
    def previous(self) -> "ReportPeriod":
        """The same one, a year before: months differ more than years."""
        return ReportPeriod(self.year - 1, self.half)

    @property
    def halves(self) -> tuple["ReportPeriod", ...]:
        """The half-years it is made of."""
        return (self,) if self.half else (ReportPeriod(self.year, 1), ReportPeriod(self.year, 2))

    @property
    def parts(self) -> tuple["ReportPeriod", ...]:
        """Its half-years, then itself: what is frozen for it, in order."""
        return self.halves if self.half else (*self.halves, self)

    def is_ripe(self, today: date) -> bool:
        """Whether its figures may be frozen."""
        return today > self.seen_until

    @property
    def too_early(self) -> str:
        """What is said before that, in French."""
        from_day = date_fr(self.seen_until + timedelta(days=1))
        return (
            f"Les chiffres de cette période ({self.label}) s’arrêtent {RIPENS.days} jours après sa fin :"
            f" choisissez-en une autre, ou revenez à partir du {from_day}."
        )


def offered(today: date) -> list[ReportPeriod]:
    """The periods among which to choose, the latest first: this year, its halves, and those of the three years before."""
    return [
        ReportPeriod(year, half)
        for year in range(today.year, today.year - 4, -1)
        for half in (None, 2, 1)
        if ReportPeriod(year, half).since <= today
    ]
