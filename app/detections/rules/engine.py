"""The expert rules between their text and the lists: read, applied, described, tried on the current list."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import pandas as pd

from app.core.errors import DomainError
from scoring.features import REGISTRY
from scoring.listing import rules
from scoring.listing.rules import RuleSet
from scoring.listing.rules_file import RulesError, examples, parse

__all__ = ["applied", "effects", "examples", "problems", "read"]


def read(text: str) -> RuleSet:
    """The rules of a text; raise `DomainError` when it is none."""
    try:
        return parse(text, REGISTRY)
    except RulesError as error:
        raise DomainError(" ".join(error.messages), field="text") from error


def problems(text: str) -> tuple[str, ...]:
    """What is wrong in a text, one French sentence each."""
    try:
        parse(text, REGISTRY)
    except RulesError as error:
        return error.messages
    return ()


def applied(
    text: str, table: pd.DataFrame, levels: Iterable[str | None], *, as_of: date
) -> pd.DataFrame:
    """The columns of `scoring.listing.rules.apply` for the firms that the model or a rule names."""
    found = rules.apply(read(text), table, levels, as_of=as_of)
    named = found["model_level"].notna() | found["rules"].str.len().gt(0)
    return found[named].reset_index(drop=True)


def effects(text: str, listed: pd.DataFrame) -> Iterator[Sequence[object]]:
    """Each rule that applied to each firm of a list: siren, natures, name, effect, reason, position."""
    known = rules.by_name(read(text).rules)
    for siren, names in zip(listed["siren"], listed["rules"], strict=True):
        for position, name in enumerate(names):
            rule = known[name]
            natures = [nature.value for nature in rule.natures]
            yield siren, natures, rule.name, rule.effect, rule.reason, position
