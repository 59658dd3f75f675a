"""What the page of an accompagnement says of firms alike: how many, why these ones, what was done, how it ended. Never a cause."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts.models import Administration
from app.core.metrics import FEWEST as FEWEST_OF_A_SHARE
from app.core.metrics import FEWEST_REACHED
from app.core.text.french import number_fr, percent_fr
from app.evidence.alike.blocks import FEWEST
from app.evidence.alike.likeness import Criterion, DebtClass, Likeness, SizeClass, Trend
from app.evidence.alike.masking import BoundedCount, EndingClass, Family, Span, share
from app.evidence.alike.queries import Alike
from scoring.dictionary.naf import DIVISIONS, SECTIONS

#: lines of a family whose classes do not add up
SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class ClassLine:
    """A class of a family: the number of firms in words, and the interval of its share where there are enough of them."""

    label: str
    number: str
    share: str | None


@dataclass(frozen=True, kw_only=True)
class FamilyTable:
    """A family, and its classes, the most frequent first; ``head``: what a class is."""

    title: str
    head: str
    lines: Sequence[ClassLine]


def page(
    alike: Alike | None, likeness: Likeness, difficulties: Mapping[str, str]
) -> dict[str, Any]:
    """Return the context of `_alike.html`; ``difficulties``: the label of each code."""
    if alike is None:
        return {"alike": None, "fewest": FEWEST, "tables": [], "kept": [], "left_out": []}
    kept = list(Criterion)[: len(Criterion) - alike.step]
    words = _words(likeness, difficulties)
    return {
        "alike": alike,
        "fewest": FEWEST,
        "tables": [table for family in Family if (table := _table(family, alike)).lines],
        "kept": [(criterion.label, words[criterion]) for criterion in kept],
        "left_out": [criterion.label for criterion in Criterion if criterion not in kept],
        "enough": alike.firms >= FEWEST_OF_A_SHARE,
        "fewest_of_a_share": FEWEST_OF_A_SHARE,
        "fewest_reached": FEWEST_REACHED,
    }


def _table(family: Family, alike: Alike) -> FamilyTable:
    found = [(line, label) for line, label in alike.lines if line.family is family]
    order = sorted(found, key=lambda each: (-each[0].high, -each[0].low, each[0].code))
    shown = order if family.adds_up else order[:SHOWN]
    return FamilyTable(
        title=TITLES[family],
        head=family.label,
        lines=[_line(line, label, alike.firms) for line, label in shown],
    )


def _line(line: BoundedCount, label: str | None, of: int) -> ClassLine:
    low, high = number_fr(line.low), number_fr(line.high)
    number = low if line.low == line.high else f"de {low} à {high}"
    is_shared = of >= FEWEST_OF_A_SHARE and line.low >= FEWEST_REACHED
    return ClassLine(
        label=label or LABELS[line.family](line.code),
        number=f"{number} sur {number_fr(of)}",
        share="de {} à {}".format(*map(percent_fr, share(line.low, line.high, of))) if is_shared else None,
    )  # fmt: skip


def _words(likeness: Likeness, difficulties: Mapping[str, str]) -> dict[Criterion, str]:
    """The class of the firm for each criterion, in words."""
    difficulty = likeness.difficulty
    return {
        Criterion.SECTION: SECTIONS[likeness.section][0] if likeness.section else "secteur inconnu",
        Criterion.SIZE: SizeClass(likeness.size).label,
        Criterion.DIFFICULTY: difficulties.get(difficulty, difficulty) or "aucune difficulté consignée",
        Criterion.DIVISION: DIVISIONS.get(likeness.division, "activité inconnue"),
        Criterion.TREND: Trend(likeness.trend).label,
        Criterion.DEBT: DebtClass(likeness.debt).label if likeness.debt else "",
    }  # fmt: skip


TITLES = {
    Family.OUTCOME: "Comment cela s’est terminé",
    Family.DURATION: "Durée de l’accompagnement",
    Family.FIRST_MEASURE: "De l’ouverture au premier dispositif",
    Family.MEASURE: "Dispositifs mobilisés",
    Family.PARTNER: "Administrations qui ont pris part",
}
LABELS: dict[Family, Callable[[str], str]] = {
    Family.OUTCOME: lambda code: EndingClass(code).label,
    Family.DURATION: lambda code: Span(code).label.capitalize(),
    Family.FIRST_MEASURE: lambda code: Span(code).label.capitalize(),
    Family.MEASURE: lambda code: code,
    Family.PARTNER: lambda code: Administration(code).label,
}
