"""The level of failures, quarter by quarter: what a model predicts against what comes, and whether to
follow it.

A change of regime (an episode of aid, a wave of failures) moves the level of everything without
changing who is at risk, and the outcomes at 18 months tell it two years late. The first three months
after each quarter tell it first. A level measured on few failures is shrunk towards what a refitted
model would hold anyway, and it corrects the model only where doing so, at each past quarter and with
what was known then, would have brought the following 18 months closer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import poisson

from scoring.learning.follow_up import INTERVAL_MONTHS, MAIN_HORIZON

Floats = npt.NDArray[np.float64]
#: quarters whose failures tell the present level: one year, so that seasons cancel out
LATEST: Final = 4
#: failures at which the level observed weighs as much as the past: levels of successive years differ by
#: some 22 % (one over its square root)
PRIOR: Final = 20.0
#: past quarters that a refitted model needs before its level means anything
FIRST: Final = 8
#: from the first day of a quarter to the last quarter whose three months are known: they end a quarter
#: later, and are published in the next one
KNOWN_AFTER: Final = 2
AHEAD: Final = MAIN_HORIZON // INTERVAL_MONTHS
#: weight of what is past in the model in service is halved every so many months
HALF_LIFE: Final = 36.0
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, kw_only=True)
class Regime:
    """The level that corrects the model in service: `level` (1 when it is not followed), measured on
    `failures`; `shrunk`, what following it would multiply risks by; losses (Poisson deviances) of the
    past quarters, without and with it.
    """

    level: float = 1.0
    shrunk: float = 1.0
    failures: float = 0.0
    tried: int = 0
    loss_without: float = 0.0
    loss_with: float = 0.0

    @property
    def is_followed(self) -> bool:
        """Whether the past says that following the level helps."""
        return self.tried > 0 and self.loss_with < self.loss_without


def recency(rows: pd.DataFrame, *, until: pd.Timestamp, half_life: float = HALF_LIFE) -> Floats:
    """Return the weight of each interval row (as_of, interval) by the age of its interval at `until`:
    1 for what just ended, one half `half_life` months before.
    """
    begun = (until - pd.to_datetime(rows["as_of"])).dt.days.to_numpy() / 30.4375
    age = np.maximum(0.0, begun - INTERVAL_MONTHS * rows["interval"].to_numpy())
    return np.asarray(0.5 ** (age / half_life))


def by_quarter(rows: pd.DataFrame, hazard: Floats, *, intervals: int = 1) -> pd.DataFrame:
    """Return, for each quarter, failures `predicted` and `observed` in its first `intervals`, as far as
    they are known, failing `firms`, and how many intervals are `known`; without rows whose `hazard`
    (aligned with `rows`: siren, as_of, interval, y, weight) is NaN.
    """
    used = rows[rows["interval"].le(intervals).to_numpy() & np.isfinite(hazard)]
    weight = used["weight"].to_numpy()
    table = pd.DataFrame(
        {
            "quarter": used["as_of"].to_numpy(),
            "predicted": weight * hazard[used.index.to_numpy()],
            "observed": weight * used["y"].to_numpy(),
            "firms": used["siren"].where(used["y"].eq(1)).to_numpy(),
            "known": used["interval"].to_numpy(),
        }
    )
    how = {"predicted": "sum", "observed": "sum", "firms": "nunique", "known": "max"}
    return table.groupby("quarter").agg(how).sort_index()


def learn(quarters: pd.DataFrame) -> Regime:
    """Return the level after the last of `quarters` (see `by_quarter`, one interval each), and whether
    the past says to follow it.
    """
    predicted, observed = (
        quarters[name].to_numpy(dtype="float64") for name in ("predicted", "observed")
    )
    losses = [
        _losses(predicted, observed, now)
        for now in range(FIRST + KNOWN_AFTER - 1, len(quarters) - AHEAD + 1)
    ]
    # a list of today follows the last known quarter by the same delay as in the past
    _, shrunk, failures = _level(predicted, observed, known=len(quarters))
    found = Regime(
        shrunk=shrunk,
        failures=failures,
        tried=len(losses),
        loss_without=sum(without for without, _ in losses),
        loss_with=sum(following for _, following in losses),
    )
    return replace(found, level=shrunk) if found.is_followed else found


def band(expected: float, *, confidence: float = CONFIDENCE) -> tuple[int, int]:
    """Return the fewest and the most failures that chance alone gives where `expected` are predicted."""
    fewest, most = poisson.interval(confidence, expected)
    return int(fewest), int(most)


def recorded(found: Regime) -> Mapping[str, Any]:
    """Return JSON values."""
    return {**vars(found), "is_followed": found.is_followed}


def _level(predicted: Floats, observed: Floats, *, known: int) -> tuple[float, float, float]:
    """Return the level that a model refitted on the first `known` quarters would hold, by what the last
    ones multiply it once shrunk, and their failures.
    """
    weight = 0.5 ** (np.arange(known)[::-1] * INTERVAL_MONTHS / HALF_LIFE)
    expected = float((weight * predicted[:known]).sum())
    base = float((weight * observed[:known]).sum()) / expected if expected else 0.0
    failures = float(observed[max(0, known - LATEST) : known].sum())
    awaited = base * float(predicted[max(0, known - LATEST) : known].sum())
    return base, (failures + PRIOR) / (awaited + PRIOR), failures


def _losses(predicted: Floats, observed: Floats, now: int) -> tuple[float, float]:
    """Return the deviance of what came in the `AHEAD` quarters from `now` on, without and with the
    level as known on its first day.
    """
    base, shrunk, _ = _level(predicted, observed, known=now - KNOWN_AFTER + 1)
    came = float(observed[now : now + AHEAD].sum())
    awaited = base * float(predicted[now : now + AHEAD].sum())
    return _deviance(came, awaited), _deviance(came, shrunk * awaited)


def _deviance(came: float, awaited: float) -> float:
    if awaited <= 0:
        return 0.0
    return 2 * ((came * math.log(came / awaited) if came else 0.0) - (came - awaited))
