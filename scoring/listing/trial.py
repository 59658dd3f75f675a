"""The effect that other expert rules would have on a list, from the files of its run."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd

from scoring.listing import ruling
from scoring.listing.rules import RuleSet


def effect(
    rules: RuleSet, table: pd.DataFrame, levels: pd.Series, *, former: pd.DataFrame, day: date
) -> dict[str, Any]:
    """Return `by_rule`, the number of firms each rule applies to, and `moves`, the firms whose level
    differs from that in `former`: both levels (None without alert), the names of its `rules`, and
    whether a former rule had moved it (`was_ruled`).

    `table`: siren and features; `levels`: those of the model, in the same order; `former`: columns
    of `ruling.apply`.
    """
    ruled = ruling.apply(rules, table, levels, as_of=day)
    ruled["before"] = ruled["siren"].map(former.set_index("siren")["level"])
    before, after = (ruled[name].astype(object) for name in ("before", "level"))
    changed = ruled[~((before == after) | (before.isna() & after.isna()))]
    was_ruled = set(ruling.moved(former)["siren"])
    applied = Counter(name for names in ruled["rules"] for name in names)
    return {
        "by_rule": {rule.name: applied[rule.name] for rule in rules.on(day)},
        "moves": [
            {
                "siren": row.siren,
                "before": row.before if isinstance(row.before, str) else None,
                "after": row.level,
                "rules": row.rules,
                "was_ruled": row.siren in was_ruled,
            }
            for row in changed.itertuples()
        ],
    }
