"""Expert rules: a readable layer after the model, that moves the level of an alert and says why.

A set of rules is a YAML text. A rule has a condition (comparisons over features, joined by `all` or
`any`), an effect on the level, the reason agents read, an author and dates. Nothing is ever
evaluated: a comparison is one of OPERATORS between a quantity and a value. What is not known makes
a comparison false, except `absent`. The effects of the rules that apply to a firm are added,
bounded by `limit`, and its level moved by as much, from no alert to « élevée ».
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.features.registry import Feature, Nature, is_missing
from scoring.learning.thresholds import Level

Mask = npt.NDArray[np.bool_]
ORDERED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
SIGNS: Final = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "==": "=", "!=": "≠"}
EQUAL: Final = ("==", "!=")
KNOWN: Final = ("absent", "present")
OPERATORS: Final = (*ORDERED, *EQUAL, *KNOWN)
EFFECTS: Final = (-1, 1, 2)
LIMIT: Final = 2
LADDER: Final = (None, Level.MODEREE.value, Level.ELEVEE.value)
COLUMNS: Final = ("siren", "model_level", "level", "rules")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`feature`, or `feature` less `minus`, or `feature` over `per`, against `value`."""

    feature: Feature
    op: str
    value: float | str | None = None
    minus: Feature | None = None
    per: Feature | None = None

    @property
    def features(self) -> tuple[Feature, ...]:
        """Every feature it reads."""
        return tuple(f for f in (self.feature, self.minus, self.per) if f is not None)

    @property
    def sentence(self) -> str:
        """« Dette Urssaf − Dette Urssaf (il y a 6 mois) > 0,2 »."""
        words = [self.feature.full_label]
        if self.minus is not None:
            words += ["−", self.minus.full_label]
        if self.per is not None:
            words += ["/", self.per.full_label]
        if self.op in KNOWN:
            return f"{words[0]} : {'inconnu' if self.op == 'absent' else 'connu'}"
        is_number = isinstance(self.value, float)
        value = f"{self.value:g}".replace(".", ",") if is_number else f"« {self.value} »"
        return " ".join([*words, SIGNS[self.op], value])

    def holds(self, table: pd.DataFrame) -> Mask:
        """The rows of a feature table where it is true."""
        if self.feature.is_categorical or self.op in KNOWN:
            column = table[self.feature.name]
            missing = column.map(is_missing).to_numpy(dtype=bool)
            if self.op in KNOWN:
                return missing if self.op == "absent" else ~missing
            same = column.astype(str).eq(str(self.value)).to_numpy(dtype=bool)
            return ~missing & (same if self.op == "==" else ~same)
        quantity = table[self.feature.name].to_numpy(dtype="float64")
        if self.minus is not None:
            quantity = quantity - table[self.minus.name].to_numpy(dtype="float64")
        if self.per is not None:
            base = table[self.per.name].to_numpy(dtype="float64")
            quantity = np.divide(quantity, base, out=np.full(len(base), np.nan), where=base != 0)
        if self.op in ORDERED:
            return np.asarray(ORDERED[self.op](quantity, self.value), dtype=bool)  # NaN: false
        same = quantity == self.value
        return np.asarray(~np.isnan(quantity) & (same if self.op == "==" else ~same), dtype=bool)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Conditions of which all, or any, must hold."""

    parts: tuple[Comparison | Group, ...]
    needs_all: bool

    @property
    def features(self) -> tuple[Feature, ...]:
        """Every feature it reads."""
        return tuple(feature for part in self.parts for feature in part.features)

    @property
    def sentence(self) -> str:
        """Its conditions joined by « et » or « ou », those inside another in brackets."""
        inside = [
            f"({part.sentence})" if isinstance(part, Group) else part.sentence
            for part in self.parts
        ]
        return (" et " if self.needs_all else " ou ").join(inside)

    def holds(self, table: pd.DataFrame) -> Mask:
        """The rows of a feature table where it is true."""
        found = [part.holds(table) for part in self.parts]
        join = np.logical_and if self.needs_all else np.logical_or
        return np.asarray(join.reduce(found), dtype=bool)


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
        """What one must be habilitated for to read its reason: the label of a rule says what its
        features hold.
        """
        found = {feature.nature for feature in self.condition.features if feature.nature}
        return tuple(sorted(found))

    def applies_on(self, day: date) -> bool:
        """Whether it is in force that day."""
        late = self.ends_on is not None and day > self.ends_on
        return self.is_enabled and self.starts_on <= day and not late


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Rules in the order they are written; `limit`: the most a level is moved, either way."""

    rules: tuple[ExpertRule, ...] = ()
    limit: int = LIMIT

    def on(self, day: date) -> tuple[ExpertRule, ...]:
        """Those in force that day."""
        return tuple(rule for rule in self.rules if rule.applies_on(day))


def apply(
    rules: RuleSet, table: pd.DataFrame, levels: Iterable[str | None], *, as_of: date
) -> pd.DataFrame:
    """The level of each firm after the rules in force at `as_of`: columns COLUMNS, in the order of
    `table` (siren and features).

    `levels`: what the model says, None without alert; `rules`: names of the rules that apply, even
    when they cancel out or the level is already at an end. Raises KeyError for a feature the table
    lacks.
    """
    in_force = rules.on(as_of)
    held = [rule.condition.holds(table) for rule in in_force]
    moves = np.zeros(len(table), dtype=int)
    for rule, mask in zip(in_force, held, strict=True):
        moves += np.where(mask, rule.effect, 0)
    moves = np.clip(moves, -rules.limit, rules.limit)
    before = [None if is_missing(level) else str(level) for level in levels]
    steps = np.array([LADDER.index(level) for level in before], dtype=int)
    after = np.clip(steps + moves, 0, len(LADDER) - 1)
    applied: list[list[str]] = [[] for _ in range(len(table))]
    for rule, mask in zip(in_force, held, strict=True):
        for row in np.flatnonzero(mask):
            applied[row].append(rule.name)
    return pd.DataFrame(
        {
            "siren": table["siren"].to_numpy(),
            "model_level": pd.Series(before, dtype=object),
            "level": pd.Series([LADDER[step] for step in after], dtype=object),
            "rules": applied,
        },
        columns=list(COLUMNS),
    )


def moved(found: pd.DataFrame) -> pd.DataFrame:
    """The rows of `apply` whose level is not that of the model; no alert may be written None or
    NaN.
    """
    before, after = (found[name].astype(object) for name in ("model_level", "level"))
    same = (before == after) | (before.isna() & after.isna())
    return found[~same]


def by_name(rules: Iterable[ExpertRule]) -> dict[str, ExpertRule]:
    """The rules, by their name."""
    return {rule.name: rule for rule in rules}
