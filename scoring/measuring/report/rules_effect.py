"""The effect of the expert rules on the levels of the test rows: moves, precision and recall without
and with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.bootstrap import bootstrap
from scoring.learning.intervals import Ground
from scoring.learning.thresholds import Thresholds
from scoring.listing import draw, ruling
from scoring.listing.rules import RuleSet
from scoring.listing.ruling import LADDER
from scoring.measuring.evaluate import JudgedRows, at_threshold

Floats = npt.NDArray[np.float64]
WITHOUT: Final = "without"
WITH: Final = "with"
BETA: Final = {"moderee": 2.0, "elevee": 0.5}


def measure(
    part: pd.DataFrame,
    risk: Floats,
    cuts: Thresholds,
    judged: tuple[JudgedRows, Sequence[Floats]],
    *,
    rule_set: RuleSet,
    as_of: date,
) -> dict[str, Any]:
    """Apply the rules in force at `as_of` to test snapshots (siren, features) and their `risk`.

    `judged`: outcomes and weights of these rows, and their draws of firms. Levels are cumulative:
    « moderee » means moderate or higher.
    """
    in_force = len(rule_set.on(as_of))
    if not in_force:
        return {"in_force": 0}
    levels = draw.levels(pd.Series(risk), cuts)
    ruled = ruling.apply(rule_set, part, levels, as_of=as_of)
    steps = {
        name: _steps(ruled[column]) for name, column in ((WITHOUT, "model_level"), (WITH, "level"))
    }
    rows, counts = judged

    def statistics(weight: Floats) -> dict[str, dict[str, float]]:
        return {name: _statistics(each, rows.outcome, weight) for name, each in steps.items()}

    drawn = bootstrap(
        statistics,
        rows.weight,
        counts,
        firms=rows.failed_firms,
        grounds={name: _grounds(each, rows) for name, each in steps.items()},
    )
    moves = steps[WITH] - steps[WITHOUT]
    return {
        "in_force": in_force,
        "rows": len(ruled),
        "touched": int((ruled["rules"].str.len() > 0).sum()),
        "raised": int((moves > 0).sum()),
        "lowered": int((moves < 0).sum()),
        "measures": drawn.bands(),
        "differences": drawn.gains(WITH, list(drawn.point[WITH]))[WITHOUT],
    }


def _steps(levels: pd.Series) -> Floats:
    places: Mapping[Any, int] = {level: place for place, level in enumerate(LADDER)}
    return np.array(
        [places[level] for level in levels.where(levels.notna(), None)], dtype="float64"
    )


def _grounds(steps: Floats, rows: JudgedRows) -> dict[str, Ground]:
    result: dict[str, Ground] = {}
    for level in BETA:
        alerted = (steps >= LADDER.index(level)).astype(float)
        result[f"{level}_precision"] = rows.share_of(alerted)
        result[f"{level}_recall"] = rows.share_of(rows.outcome)
    return result


def _statistics(steps: Floats, outcome: Floats, weight: Floats) -> dict[str, float]:
    result: dict[str, float] = {}
    for level, beta in BETA.items():
        cut = float(LADDER.index(level))
        values = at_threshold(steps, outcome, weight=weight, cut=cut, beta=beta)
        result |= {f"{level}_{name}": values[name] for name in ("precision", "recall")}
    return result
