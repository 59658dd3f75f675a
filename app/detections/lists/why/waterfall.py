"""How themes add up to a firm's log-odds, and what has changed since the previous list."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.detections.models import DetectionReason
from scoring.dictionary.numbers import written
from scoring.vocabulary import Theme, Unit

#: in place of a theme: the base that every firm starts from
BASE = "base"
#: in place of an unknown value
ABSENT = "donnée absente"
#: number of changes shown
SHOWN = 3
#: below this difference in log-odds, a variable has not moved
STILL = 0.05


@dataclass(frozen=True, kw_only=True)
class WaterfallStep:
    """A step of the sum, on the log-odds scale: its effect, and the running total. ``left`` and ``width`` place its bar, in percent."""

    label: str
    effect: float
    total: float
    left: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Waterfall:
    """The sum at a horizon, in months: from the base of every firm to this firm."""

    horizon: int
    start: float
    steps: list[WaterfallStep]
    total: float


def waterfalls(reasons: Sequence[DetectionReason]) -> list[Waterfall]:
    """Return one waterfall for each horizon that has a base, shortest first.

    Only for readers of every theme: from the total, a single hidden theme could be deduced.
    """
    themes = [reason for reason in reasons if reason.variable is None]
    horizons = sorted({reason.horizon for reason in themes if reason.theme == BASE})
    return [_waterfall(horizon, themes) for horizon in horizons]


def _waterfall(horizon: int, themes: Sequence[DetectionReason]) -> Waterfall:
    contributions = {
        reason.theme: reason.contribution or 0.0 for reason in themes if reason.horizon == horizon
    }
    start = contributions[BASE]
    added = [
        (theme.label, contributions[theme.value]) for theme in Theme if theme.value in contributions
    ]
    totals = [start]
    for _, effect in added:
        totals.append(totals[-1] + effect)
    low, high = min(totals), max(totals)
    scale = 100 / (high - low) if high > low else 0.0
    return Waterfall(
        horizon=horizon,
        start=start,
        steps=[
            WaterfallStep(
                label=label,
                effect=effect,
                total=after,
                left=(min(before, after) - low) * scale,
                width=abs(effect) * scale,
            )
            for (label, effect), before, after in zip(added, totals, totals[1:], strict=False)
        ],
        total=totals[-1],
    )


@dataclass(frozen=True, kw_only=True)
class Change:
    """A variable whose weight differs from the previous list; ``former`` is empty when the sentence says it all."""

    sentence: str
    former: str
    is_worse: bool


def changes(reasons: Sequence[DetectionReason], former: Sequence[DetectionReason]) -> list[Change]:
    """Return what moved most between two lists, among the variables that the reader may read in both."""
    before = {reason.variable: reason for reason in former if reason.variable is not None}
    moves: list[tuple[float, Change]] = []
    for reason in reasons:
        past = before.get(reason.variable) if reason.variable is not None else None
        # Values that are no longer known are shown among the missing data.
        if past is None or reason.contribution is None:
            continue
        was = _reading(past)
        moved = reason.contribution - (past.contribution or 0.0)
        if was not in (None, _reading(reason)) and abs(moved) >= STILL:
            said = "" if reason.unit is Unit.FLAG else str(was)
            change = Change(sentence=reason.sentence, former=said, is_worse=moved > 0)
            moves.append((abs(moved), change))
    return [change for _, change in sorted(moves, key=lambda move: -move[0])][:SHOWN]


def _reading(reason: DetectionReason) -> str | None:
    """Return the value of a variable as text: « 3,2 mois de cotisations »; `None` when the list did not keep it."""
    if reason.unit is None:
        return None
    value = reason.category if reason.unit is Unit.TEXT else reason.value
    return ABSENT if value is None else written(value, unit=reason.unit)
