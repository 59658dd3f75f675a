"""The expert rules of a run: applied to its firms, and reported for its list."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import pandas as pd

from app.detections.rules.engine import read
from scoring.listing import ruling
from scoring.listing.rules import by_name


def applied(
    text: str, table: pd.DataFrame, levels: Iterable[str | None], *, as_of: date
) -> pd.DataFrame:
    """Return the columns of `scoring.listing.ruling.apply` for the firms named by the model or by a rule."""
    ruled = ruling.apply(read(text), table, levels, as_of=as_of)
    is_named = ruled["model_level"].notna() | ruled["rules"].str.len().gt(0)
    return ruled[is_named].reset_index(drop=True)


def effects(text: str, listed: pd.DataFrame) -> Iterator[Sequence[object]]:
    """Return each rule that applied to each firm of a list: siren, natures, name, effect, reason, position."""
    rules = by_name(read(text).rules)
    for siren, names in zip(listed["siren"], listed["rules"], strict=True):
        for position, name in enumerate(names):
            rule = rules[name]
            natures = [nature.value for nature in rule.natures]
            yield siren, natures, rule.name, rule.effect, rule.reason, position
