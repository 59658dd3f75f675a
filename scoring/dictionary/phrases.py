"""How a sentence says the values of a firm: its placeholders, and the words that each gives.

A template is French text with placeholders. A part in brackets goes away when one of its placeholders has nothing to say:
``"Effectif {move} sur 12 mois[, {sector}]"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol, Self

from scoring.dictionary.numbers import french, is_missing, written
from scoring.vocabulary import Unit

Row = Mapping[str, object]


class Fact(Protocol):
    """What a sentence is about: a feature, as `scoring.dictionary.feature` declares it."""

    @property
    def name(self) -> str:
        """Its column."""

    @property
    def past(self) -> tuple[tuple[int, str], ...]:
        """The columns of what it was, by months ago."""

    @property
    def beside(self) -> tuple[Self, ...]:
        """The other features that its sentence says."""

    @property
    def origin(self) -> float:
        """The value from which a change is counted."""

    def value_in(self, row: Row) -> str:
        """Return its known value for a firm, written."""


#: what a placeholder says of a fact about a firm; `None`: nothing
Words = Callable[[Fact, Row], str | None]

#: after the name of a feature, that of the same one less the median of its sector
SECTOR_SUFFIX: Final = "_sector"
STILL: Final = 0.0051  # a smaller change is none: it would be written 0 %
LARGEST_MOVE: Final = 10.0  # a larger change is not measured: it says a start from next to nothing
#: what is added where a change weighs the other way than one would expect
UNALARMING: Final = " : peu inquiétant pour le modèle, à côté de ses autres données"
ALARMING: Final = " : inquiétant pour le modèle, à côté de ses autres données"
#: months over which a debt is compared, the most telling first, and from which factor it has moved
COMPARED: Final = (3, 12)
MOVED: Final = 1.1
#: times what it was, up to which factor, in words
TIMES: Final = ((1.8, ""), (2.5, "doublée"), (3.5, "triplée"), (10.5, "multipliée par {times}"))
PLACEHOLDER: Final = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
PART: Final = re.compile(r"\[([^\]]*)\]")


def fill(template: str, feature: Fact, row: Row) -> str:
    """Return the sentence of ``template`` for the values of a firm."""
    kept = PART.sub(lambda part: _filled(part[1], feature, row) or "", template)
    return _filled(kept, feature, row) or ""


def trend_of(value: float, past: tuple[tuple[int, str], ...], *, row: Row) -> str:
    """Return ", en hausse depuis 6 mois": the longest unbroken rise or fall of the past values; empty
    without one.
    """
    months, sign, current = 0, 0.0, value
    for ago, name in past:
        if is_missing(row[name]):
            break
        before = float(str(row[name]))
        step = (current > before) - (current < before)
        if step == 0 or (sign and step != sign):
            break
        months, sign, current = ago, step, before
    if not months:
        return ""
    return f", en {'hausse' if sign > 0 else 'baisse'} depuis {months} mois"


def move_of(change: float) -> str:
    """Return how a figure moved, from its change as a share: « en baisse de 7 % », « stable »."""
    if abs(change) < STILL:
        return "stable"
    way = "hausse" if change > 0 else "baisse"
    if change > LARGEST_MOVE:
        return f"en {way} de plus de {written(LARGEST_MOVE, unit=Unit.SHARE)}"
    return f"en {way} de {written(abs(change), unit=Unit.SHARE)}"


def evolution_of(value: float, past: Mapping[int, float | None]) -> str | None:
    """Return what became of a debt, against what it was some months ago: « doublée en 3 mois », « née il y a moins de
    3 mois »; `None` when nothing is known of the past.
    """
    known = [(months, past[months]) for months in COMPARED if past.get(months) is not None]
    for months, before in known:
        said = _since(value, before or 0.0, months)
        if said:
            return said
    return f"stable depuis {known[-1][0]} mois" if known else None


def _since(value: float, before: float, months: int) -> str | None:
    if before <= 0:
        return f"née il y a moins de {months} mois"
    factor = value / before
    if 1 / MOVED <= factor <= MOVED:
        return None
    if factor < TIMES[0][0]:
        return f"{move_of(factor - 1)} en {months} mois"
    words = next((words for limit, words in TIMES if factor < limit), "multipliée par plus de 10")
    return f"{words.format(times=french(factor, decimals=0))} en {months} mois"


def _filled(text: str, feature: Fact, row: Row) -> str | None:
    words = {name: _said(name, feature, row) for name in PLACEHOLDER.findall(text)}
    if None in words.values():
        return None
    return text.format(**words)


def _said(name: str, feature: Fact, row: Row) -> str | None:
    if name in WORDS:
        return WORDS[name](feature, row)
    beside = next(other for other in feature.beside if other.name == name)
    return None if is_missing(row.get(name)) else beside.value_in(row)


def _number(feature: Fact, row: Row) -> float:
    return float(str(row[feature.name]))


def _trend(feature: Fact, row: Row) -> str:
    return trend_of(_number(feature, row), feature.past, row=row)


def _evolution(feature: Fact, row: Row) -> str | None:
    past = {
        ago: None if is_missing(row.get(name)) else float(str(row[name]))
        for ago, name in feature.past
    }
    return evolution_of(_number(feature, row), past)


def _sector(feature: Fact, row: Row) -> str | None:
    """How far the feature is from the median of its sector: « 3 points au-dessous de la médiane du secteur »."""
    gap = row.get(f"{feature.name}{SECTOR_SUFFIX}")
    if is_missing(gap):
        return None
    points = float(str(gap))
    if abs(points) < STILL:
        return "comme la médiane du secteur"
    side = "au-dessus" if points > 0 else "au-dessous"
    return f"{written(abs(points), unit=Unit.POINTS)} {side} de la médiane du secteur"


#: the placeholders, besides the names of the features that a feature has ``beside`` it
WORDS: Final[Mapping[str, Words]] = {
    "value": lambda feature, row: feature.value_in(row),
    "trend": _trend,
    "move": lambda feature, row: move_of(_number(feature, row) - feature.origin),
    "evolution": _evolution,
    "sector": _sector,
}
