"""What is told of a block: each number, or two bounds where it is too small; the interval of a share.

One or two firms are told as « 1 or 2 », which is all that a masked cell hides; all firms but two or fewer, in the same way.
Of classes that add up to the block, the smallest of the others is bounded too: told, it would give the first back by subtraction.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from app.core.text.labelled import LabelledEnum
from app.evidence.alike.blocks import Block, Supported

#: firms under which a number is bounded
FEWEST_TOLD = 3
#: of the normal law, for intervals at 95 %
Z = 1.959964


class Family(LabelledEnum):
    """What is counted of the firms of a block."""

    OUTCOME = "issue", "Issue"
    DURATION = "duree", "Durée"
    FIRST_MEASURE = "premier", "Délai"
    MEASURE = "dispositif", "Dispositif"
    PARTNER = "partenaire", "Administration"

    @property
    def adds_up(self) -> bool:
        """Whether each firm is counted in one of its classes, and one alone."""
        return self in (Family.OUTCOME, Family.DURATION, Family.FIRST_MEASURE)


class EndingClass(LabelledEnum):
    """How an accompagnement ended, in few classes: the finer, the fewer can be told."""

    BETTER = "mieux", "Stabilisée, restructurée ou reprise"
    AMICABLE = "amiable", "Procédure amiable"
    FAILED = "defaillance", "Procédure collective ou cessation"
    OTHER = "autre", "Autre issue, ou aucune consignée"


class Span(LabelledEnum):
    """A duration."""

    SHORT = "0", "moins de trois mois"
    MIDDLE = "3", "de trois à six mois"
    LONG = "6", "de six mois à un an"
    LONGEST = "12", "un an ou plus"
    NEVER = "jamais", "aucun dispositif"


#: outcome of an accompagnement -> its class
ENDINGS = {
    "stabilisee": EndingClass.BETTER,
    "restructuree": EndingClass.BETTER,
    "reprise": EndingClass.BETTER,
    "procedure_amiable": EndingClass.AMICABLE,
    "procedure_collective": EndingClass.FAILED,
    "cessation": EndingClass.FAILED,
}
#: upper bounds, in days
SPANS = ((91, Span.SHORT), (183, Span.MIDDLE), (365, Span.LONG))


@dataclass(frozen=True)
class BoundedCount:
    """What is told of a class of a family: the number of firms, between two bounds, which are the same when it is told exactly."""

    family: Family
    code: str
    low: int
    high: int


def told(block: Block) -> list[BoundedCount]:
    """Return what is told of a block; a class that none of its firms is in has no line."""
    size, found = len(block.firms), []
    for family in Family:
        counts = Counter(code for firm in block.firms for code in _codes(firm, family))
        bounds = _adding_up(counts) if family.adds_up else _apart(counts, size=size)
        found += [BoundedCount(family, code, *bounds[code]) for code in sorted(bounds)]
    return found


def share(low: int, high: int, of: int) -> tuple[float, float]:
    """Return the interval at 95 % (Wilson) of a share whose number lies between two bounds, as large as both ask."""
    return _wilson(low, of)[0], _wilson(high, of)[1]


def _wilson(events: int, of: int) -> tuple[float, float]:
    p, spread = events / of, Z * Z / of
    middle = p + spread / 2
    half = Z * sqrt(p * (1 - p) / of + spread / (4 * of))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def _adding_up(counts: Counter[str]) -> dict[str, tuple[int, int]]:
    """Bound the classes that are too small, and the smallest of the others."""
    bounds = {code: (count, count) for code, count in counts.items()}
    small = [code for code, count in counts.items() if count < FEWEST_TOLD]
    if small:
        for code in small:
            bounds[code] = (1, FEWEST_TOLD - 1)
        others = [code for code in counts if code not in small]
        screen = min(others, key=lambda code: (counts[code], code))
        hidden = counts[screen] + sum(counts[code] for code in small)
        bounds[screen] = (hidden - len(small) * (FEWEST_TOLD - 1), hidden - len(small))
    return bounds


def _apart(counts: Counter[str], *, size: int) -> dict[str, tuple[int, int]]:
    """Bound the classes that have too few firms, or all but too few."""
    bounds = {}
    for code, count in counts.items():
        if count < FEWEST_TOLD:
            bounds[code] = (1, FEWEST_TOLD - 1)
        elif size - count < FEWEST_TOLD:
            bounds[code] = (size - FEWEST_TOLD + 1, size)
        else:
            bounds[code] = (count, count)
    return bounds


def _codes(firm: Supported, family: Family) -> Iterable[str]:
    match family:
        case Family.OUTCOME:
            return [ENDINGS.get(firm.outcome or "", EndingClass.OTHER).value]
        case Family.DURATION:
            return [_span(firm.days).value]
        case Family.FIRST_MEASURE:
            return [_span(firm.days_to_measure).value]
        case Family.MEASURE:
            return [str(number) for number in set(firm.measures)]
        case Family.PARTNER:
            return set(firm.partners)


def _span(days: int | None) -> Span:
    if days is None:
        return Span.NEVER
    return next((span for bound, span in SPANS if days < bound), Span.LONGEST)
