"""The clock that the lines of the journal tell of: forward, unless the server's went back, which verification says.

A line is never dated before the former one. Behind a line that a clock ahead of time wrote, the following ones bear its date until
that time comes, and say what the clock said (``clock``); lines written before they could say it share one instant, to the
microsecond, which no clock gives twice under the lock of the chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from app.core.now import TOLERANCE
from app.core.text.french import datetime_fr, number_fr


class Line(Protocol):
    """What of a line tells the time."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def recorded_at(self) -> datetime:
        """When it is dated."""

    @property
    def details(self) -> Mapping[str, object]:
        """Its details, with ``clock`` where it was written behind the former one."""


@dataclass
class Setback:
    """Lines that follow one another, dated as the last one before the clock went back."""

    first: int
    last: int
    dated: datetime
    #: what the clock said at the first line, when the line tells
    clock: datetime | None

    @property
    def is_noticeable(self) -> bool:
        """Whether it is more than the adjustments of a clock that is kept right."""
        return self.clock is None or self.dated - self.clock > TOLERANCE

    def __str__(self) -> str:
        lines = (
            f"ligne {self.first}"
            if self.first == self.last
            else f"lignes {self.first} à {self.last}"
        )
        back = "" if self.clock is None else f" de {_spoken(self.dated - self.clock)}"
        real = "" if self.clock is None else " Chacune dit l’heure de l’horloge."
        return (
            f"{lines} : l’horloge de la base est revenue en arrière{back} ; ces lignes sont datées du"
            f" {datetime_fr(self.dated)}, comme la ligne {self.first - 1}, écrite par une horloge en avance.{real}"
        )


@dataclass
class ClockWatch:
    """What the clock did along the chain, line after line."""

    setbacks: list[Setback] = field(default_factory=list)
    backward: list[int] = field(default_factory=list)
    _last: Line | None = None

    def step(self, line: Line) -> None:
        """Read the next line."""
        before, self._last = self._last, line
        if before is None:
            return
        if line.recorded_at < before.recorded_at:
            self.backward.append(line.number)
        elif line.recorded_at == before.recorded_at:
            self._add(line)

    def findings(self, present: datetime) -> list[str]:
        """What a controller must know, in French; ``present`` is what the database's clock says."""
        told = [str(setback) for setback in self.setbacks if setback.is_noticeable]
        told += [
            f"ligne {number} : elle est datée d’avant la précédente." for number in self.backward
        ]
        if self._last is not None and self._last.recorded_at - present > TOLERANCE:
            told.append(
                f"ligne {self._last.number} : elle est datée du {datetime_fr(self._last.recorded_at)}, qui n’est pas venu."
            )
        return told

    def _add(self, line: Line) -> None:
        if self.setbacks and self.setbacks[-1].last == line.number - 1:
            self.setbacks[-1].last = line.number
            return
        clock = line.details.get("clock")
        at = datetime.fromisoformat(clock) if isinstance(clock, str) else None
        self.setbacks.append(Setback(line.number, line.number, line.recorded_at, at))


def _spoken(back: timedelta) -> str:
    minutes = round(back.total_seconds() / 60)
    if minutes < 1:
        return f"{number_fr(back.total_seconds(), 1)} secondes"
    days, left = divmod(minutes, 24 * 60)
    hours, minutes = divmod(left, 60)
    parts = [(days, "j"), (hours, "h"), (minutes, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
