"""Expert rules: a readable layer after the model that moves the level of an alert and says why.

A set of rules is a YAML text. A rule has a condition (comparisons over features, joined by `all` or
`any`), an effect on the level, the reason agents read, an author and dates. No text is ever
evaluated as code: a comparison is one of OPERATORS between a quantity and a value. A missing value
makes a comparison false, except `absent`. The effects of the rules that apply to a firm are added up,
bounded by `limit`, and move its level by as much, between no alert and « élevée ».

This module describes rules, for the web too; `scoring.listing.ruling` applies them to a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature

ORDERED: Final = (">", ">=", "<", "<=")
SIGNS: Final = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "==": "=", "!=": "≠"}
EQUAL: Final = ("==", "!=")
PRESENCE: Final = ("absent", "present")
OPERATORS: Final = (*ORDERED, *EQUAL, *PRESENCE)
EFFECTS: Final = (-1, 1, 2)
LIMIT: Final = 2


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`feature`, `feature` minus `minus`, or `feature` divided by `per`, compared with `value`."""

    feature: Feature
    op: str
    value: float | str | None = None
    minus: Feature | None = None
    per: Feature | None = None

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features it reads."""
        return tuple(f for f in (self.feature, self.minus, self.per) if f is not None)

    @property
    def sentence(self) -> str:
        """« Dette Urssaf − Dette Urssaf (il y a 6 mois) > 0,2 »."""
        words = [self.feature.full_label]
        if self.minus is not None:
            words += ["−", self.minus.full_label]
        if self.per is not None:
            words += ["/", self.per.full_label]
        if self.op in PRESENCE:
            return f"{words[0]} : {'inconnu' if self.op == 'absent' else 'connu'}"
        is_number = isinstance(self.value, float)
        value = f"{self.value:g}".replace(".", ",") if is_number else f"« {self.value} »"
        return " ".join([*words, SIGNS[self.op], value])


@dataclass(frozen=True, kw_only=True)
class Group:
    """Conditions of which all, or any, must hold."""

    parts: tuple[Comparison | Group, ...]
    needs_all: bool

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features it reads."""
        return tuple(feature for part in self.parts for feature in part.features)

    @property
    def sentence(self) -> str:
        """Its conditions joined by « et » or « ou », nested ones in brackets."""
        inside = [
            f"({part.sentence})" if isinstance(part, Group) else part.sentence
            for part in self.parts
        ]
        return (" et " if self.needs_all else " ou ").join(inside)


@dataclass(frozen=True, kw_only=True)
class ExpertRule:
    """One rule. In force from `starts_on` to `ends_on`, both included, unless disabled."""

    name: str
    condition: Comparison | Group
    effect: int
    reason: str
    author: str
    starts_on: date
    ends_on: date | None = None
    is_enabled: bool = True

    @property
    def natures(self) -> tuple[Nature, ...]:
        """The natures an agent needs to read its reason, since the label of a rule reveals the values
        of its features.
        """
        natures = {feature.nature for feature in self.condition.features if feature.nature}
        return tuple(sorted(natures))

    def applies_on(self, day: date) -> bool:
        """Return whether it is in force that day."""
        late = self.ends_on is not None and day > self.ends_on
        return self.is_enabled and self.starts_on <= day and not late


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Rules in the order they are written; `limit`: the largest move of a level, either way."""

    rules: tuple[ExpertRule, ...] = ()
    limit: int = LIMIT

    def on(self, day: date) -> tuple[ExpertRule, ...]:
        """Return the rules in force that day."""
        return tuple(rule for rule in self.rules if rule.applies_on(day))


def by_name(rules: Iterable[ExpertRule]) -> dict[str, ExpertRule]:
    """Return the rules by name."""
    return {rule.name: rule for rule in rules}
