"""The application of expert rules to a table of firms."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.dictionary.numbers import is_missing
from scoring.listing.rules import PRESENCE, Comparison, Group, RuleSet
from scoring.vocabulary import Level

Mask = npt.NDArray[np.bool_]
ORDERED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
LADDER: Final = (None, Level.MODEREE.value, Level.ELEVEE.value)
COLUMNS: Final = ("siren", "model_level", "level", "rules")


def apply(
    rules: RuleSet, table: pd.DataFrame, levels: Iterable[str | None], *, as_of: date
) -> pd.DataFrame:
    """Return the level of each firm after the rules in force at `as_of`: columns COLUMNS, in the order of
    `table` (siren and features).

    `levels`: those of the model, None without alert; `rules`: names of the rules that apply, even
    when they cancel out or the level is already at an end. Raises KeyError when the table lacks a
    feature.
    """
    in_force = rules.on(as_of)
    held = [holds(rule.condition, table) for rule in in_force]
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


def moved(ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `apply` whose level differs from the model's; no alert may be None or NaN."""
    before, after = (ruled[name].astype(object) for name in ("model_level", "level"))
    same = (before == after) | (before.isna() & after.isna())
    return ruled[~same]


def holds(condition: Comparison | Group, table: pd.DataFrame) -> Mask:
    """Return the mask of the rows of a feature table where a condition is true."""
    if isinstance(condition, Comparison):
        return _compared(condition, table)
    parts = [holds(part, table) for part in condition.parts]
    join = np.logical_and if condition.needs_all else np.logical_or
    return np.asarray(join.reduce(parts), dtype=bool)


def _compared(condition: Comparison, table: pd.DataFrame) -> Mask:
    if condition.feature.is_categorical or condition.op in PRESENCE:
        column = table[condition.feature.name]
        missing = column.map(is_missing).to_numpy(dtype=bool)
        if condition.op in PRESENCE:
            return missing if condition.op == "absent" else ~missing
        same = column.astype(str).eq(str(condition.value)).to_numpy(dtype=bool)
        return ~missing & (same if condition.op == "==" else ~same)
    quantity = _quantity(condition, table)
    if condition.op in ORDERED:  # NaN: false
        return np.asarray(ORDERED[condition.op](quantity, condition.value), dtype=bool)
    same = quantity == condition.value
    return np.asarray(~np.isnan(quantity) & (same if condition.op == "==" else ~same), dtype=bool)


def _quantity(condition: Comparison, table: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the quantity of a numeric comparison, NaN where it is unknown."""
    quantity = table[condition.feature.name].to_numpy(dtype="float64")
    if condition.minus is not None:
        quantity = quantity - table[condition.minus.name].to_numpy(dtype="float64")
    if condition.per is not None:
        base = table[condition.per.name].to_numpy(dtype="float64")
        quantity = np.divide(quantity, base, out=np.full(len(base), np.nan), where=base != 0)
    return quantity
