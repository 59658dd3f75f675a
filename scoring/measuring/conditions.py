"""The bounds of the promotion gate, and how a measure is judged: on its value, or on its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from scoring.dictionary.numbers import french
from scoring.vocabulary import Reserve

ROUNDING: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Bound:
    """An interval, ends included unless `is_strict` (which only concerns `high`); None is unbounded."""

    low: float | None = None
    high: float | None = None
    is_strict: bool = False

    def holds(self, value: float | None) -> bool:
        """Return whether `value` lies inside; a missing value does not."""
        if value is None or math.isnan(value):
            return False
        if self.low is not None and value < self.low:
            return False
        return self.high is None or (value < self.high if self.is_strict else value <= self.high)

    def excludes(self, low: float, high: float) -> bool:
        """Return whether an interval lies outside altogether."""
        beyond = self.high is not None and low > self.high
        return beyond or (self.low is not None and high < self.low)

    def written(self) -> str:
        """Return the interval in French: « entre 0,9 et 1,15 », « au moins 200 », « au plus 0 », « moins de 0,25 »."""
        low, high = (
            None if end is None else f"{end:g}".replace(".", ",").replace("-", "−")
            for end in (self.low, self.high)
        )
        if low is not None and high is not None:
            return f"entre {low} et {high}"
        if low is not None:
            return f"au moins {low}"
        return f"{'moins de' if self.is_strict else 'au plus'} {high}"


BOUNDS: Final[Mapping[str, Bound]] = {
    "failures": Bound(low=200),  # firms
    "average_precision": Bound(low=-0.005),  # lower end of the interval of the difference
    "auc": Bound(low=-0.005),  # difference with the champion
    "citl": Bound(low=0.90, high=1.15),
    "zone_citl": Bound(low=0.88, high=1.30),
    "slope": Bound(low=0.90, high=1.10),
    "precision_at_capacity": Bound(low=-0.01),  # difference with the champion
    "monotone": Bound(high=0),
    "score_psi": Bound(high=0.25, is_strict=True),  # unless a reason is given in writing
    "subgroup_citl": Bound(low=0.70, high=1.40),
}


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A measure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One line of the gate. `value` is None when there is nothing to measure or compare; `reserve` says
    why it is neither plainly held nor refused: inconclusive (not passed), or too few to judge (passed).
    """

    name: str
    sentence: str
    value: float | None
    bound: str
    passed: bool
    reserve: Reserve | None = None

    @property
    def refused(self) -> bool:
        """Whether the measure says no, rather than nothing."""
        return not self.passed and self.reserve is not Reserve.INCONCLUSIVE


def on_interval(
    name: str, sentence: str, value: float | None, interval: Interval | None
) -> Condition:
    """Return a measure judged on its interval: held when all of it is inside the bound, refused when
    none of it is, inconclusive otherwise, or without an interval.
    """
    bound = BOUNDS[name]
    condition = Condition(
        name=name, sentence=sentence, value=value, bound=bound.written(), passed=False
    )
    if interval is None or not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return replace(
            condition, sentence=f"{sentence} : sans intervalle", reserve=Reserve.INCONCLUSIVE
        )
    condition = replace(condition, sentence=f"{sentence} : intervalle {ends(interval)}")
    if bound.excludes(interval.low, interval.high):
        return condition
    if bound.holds(interval.low) and bound.holds(interval.high):
        return replace(condition, passed=True)
    return replace(condition, reserve=Reserve.INCONCLUSIVE)


def ends(interval: Interval) -> str:
    """Return « [0,9 ; 1,1] »."""
    low, high = (french(end, decimals=3) for end in (interval.low, interval.high))
    return f"[{low} ; {high}]"


def on_value(name: str, sentence: str, value: float | None) -> Condition:
    """Return a measure judged against its bound, with a tolerance for rounding of the last bits."""
    bound = BOUNDS[name]
    values = (value,) if value is None else (value, value + ROUNDING, value - ROUNDING)
    passed = bound.holds(value) if bound.is_strict else any(bound.holds(each) for each in values)
    return Condition(
        name=name, sentence=sentence, value=value, bound=bound.written(), passed=passed
    )
