"""The time column of a panel, as integer steps from 0."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.lab.benchmark.errors import BenchmarkError

Integers = npt.NDArray[np.int64]
QUARTER: Final = re.compile(r"^(\d{4})[- ]?[QT]([1-4])$", re.IGNORECASE)
COMPACT_MONTH: Final = re.compile(r"^(19|20)\d{2}(0[1-9]|1[0-2])$")
COMPACT_DAY: Final = re.compile(r"^(19|20)\d{6}$")
MOST_STEPS: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How to read a time: `first` and `step` on the scale of `unit` (number, month or day)."""

    unit: str
    first: int
    step: int

    def index(self, text: str) -> int:
        """Return the last step that is not after `text`; may be negative. Raises BenchmarkError."""
        try:
            return (_position(_clean(text), self.unit) - self.first) // self.step
        except ValueError:
            message = f"« {text} » ne se lit pas comme les dates du panel."
            raise BenchmarkError(message) from None


def read(column: pd.Series, *, name: str) -> tuple[Clock, Integers]:
    """Return the clock of a column (integers, 2012, 201205, 2012-05, 2012T2, 2012-05-31) and each
    row's step. Raises BenchmarkError.
    """
    texts = column.map(_clean)
    if column.isna().any():
        message = f"la colonne « {name} » est vide sur {int(column.isna().sum())} ligne(s)."
        raise BenchmarkError(message)
    unique = texts.unique()
    unit = _unit(unique, name=name)
    positions = {text: _position(text, unit) for text in unique}
    ordered = np.unique(list(positions.values()))
    step = math.gcd(*(int(gap) for gap in np.diff(ordered))) or 1
    clock = Clock(unit=unit, first=int(ordered[0]), step=step)
    index = (texts.map(positions).to_numpy(dtype="int64") - clock.first) // step
    if index.max() >= MOST_STEPS:
        message = (
            f"la colonne « {name} » compte {int(index.max()) + 1} pas de temps : "
            f"{MOST_STEPS} au plus. Arrondissez les dates au mois ou au trimestre."
        )
        raise BenchmarkError(message)
    return clock, index


def _clean(value: object) -> str:
    """Return a time as text; 2012 and 2012.0 are the same year."""
    text = str(value).strip()
    return text.removesuffix(".0") if text.removesuffix(".0").lstrip("-").isdigit() else text


def _unit(texts: npt.NDArray[np.object_], *, name: str) -> str:
    """Return `month` for months and quarters, `day` for days, `number` for integers."""
    if all(COMPACT_MONTH.match(text) for text in texts):
        return "month"
    if all(COMPACT_DAY.match(text) for text in texts):
        return "day"
    for unit in ("number", "month"):
        if _all_readable(texts, unit):
            return unit
    if not _all_readable(texts, "day"):
        message = (
            f"la colonne « {name} » n’est pas un temps lisible : attendu un nombre entier, "
            "une date (2012-05-31), un mois (2012-05) ou un trimestre (2012T2)."
        )
        raise BenchmarkError(message)
    days = pd.DatetimeIndex([pd.Timestamp(text) for text in texts])
    regular = days.is_month_end.all() or len(set(days.day)) == 1
    return "month" if regular else "day"


def _all_readable(texts: npt.NDArray[np.object_], unit: str) -> bool:
    try:
        for text in texts:
            if unit == "month" and not (QUARTER.match(text) or re.match(r"^\d{4}-\d{1,2}$", text)):
                return False
            _position(text, unit)
    except ValueError:
        return False
    return True


def _position(text: str, unit: str) -> int:
    """Return a time on the scale of `unit`: itself, months or days since year 0. Raises ValueError."""
    if unit == "number":
        return int(text)
    quarter = QUARTER.match(text)
    if quarter:
        return int(quarter[1]) * 12 + (int(quarter[2]) - 1) * 3
    if COMPACT_MONTH.match(text):
        return int(text[:4]) * 12 + int(text[4:]) - 1
    day = pd.Timestamp(text)
    return day.year * 12 + day.month - 1 if unit == "month" else day.toordinal()
