"""From risks to a list: levels, novelty, places per département, and a random draw, so that models can
learn from lists.

Design of the draw, in each département with K places among N alerted firms (K = N without a
capacity):
1. a `random` arm of round(10 % x K) firms drawn uniformly among the N: an unbiased sample of the
   alerts; none in a département where exploration is paused;
2. the `algorithm` arm fills the other K - n places by decreasing risk, except that firms within a
   band around the cut (and ties) compete at random for the places left by the firms above the band.
   `p_select` is the probability of the draw that chose the firm, given the draws before it: n / N
   in the random arm, 1 above the band, places left / firms of the band inside it. Each firm's
   uniform number is stored in `draw`, so the list can be replayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.thresholds import Thresholds
from scoring.vocabulary import Level, Novelty

ALERTS: Final = (Level.ELEVEE.value, Level.MODEREE.value)
QUIET_MONTHS: Final = 6  # after that long off the lists, a firm comes back as a re-alert
COLUMNS: Final = (
    "siren",
    "department",
    "level",
    "novelty",
    "p12",
    "p18",
    "p24",
    "rank",
    "arm",
    "p_select",
    "draw",
)


class Arm(StrEnum):
    """Which arm put the firm on the list."""

    ALGORITHM = "algorithm"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class Draw:
    """How a list is drawn; stored with the list. `band` is relative to the risk at the cut.

    `paused`: the départements without exploration, whose places all go to the `algorithm` arm.
    """

    seed: int
    exploration: float = 0.10
    band: float = 0.10
    capacity: Mapping[str, int] | None = None
    paused: frozenset[str] = frozenset()

    def at(self, department: str) -> Draw:
        """Return how one département is drawn."""
        return replace(self, exploration=0.0) if department in self.paused else self


def make_list(
    scores: pd.DataFrame,
    *,
    thresholds: Thresholds,
    as_of: date,
    draw: Draw,
    history: pd.DataFrame | None = None,
    moved: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the list of `as_of`: one row per member, columns COLUMNS, by département then rank.

    `scores`: siren, department, p12, p18, p24; `history`: siren, as_of, level of former lists;
    `moved`: level by siren where expert rules changed it, None for no alert. A département absent
    from `draw.capacity` has no limit; firms without a département form their own group.
    """
    alerted = scores.sort_values("siren").reset_index(drop=True)
    alerted["level"] = levels(alerted["p18"], thresholds)
    if moved is not None:
        is_moved = alerted["siren"].isin(moved.index)
        alerted["level"] = alerted["level"].where(~is_moved, alerted["siren"].map(moved))
    alerted["draw"] = np.random.default_rng(draw.seed).random(len(alerted))
    alerted = alerted[alerted["level"].notna()].reset_index(drop=True)
    alerted["novelty"] = novelty(alerted, history, as_of=as_of)
    alerted["group"] = alerted["department"].fillna("")
    capacity = draw.capacity or {}
    parts = [
        _fill(group, places=capacity.get(str(name), len(group)), draw=draw.at(str(name)))
        for name, group in alerted.groupby("group", sort=True)
    ]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def levels(risk: pd.Series, thresholds: Thresholds) -> pd.Series:
    """Return the level of each 18-month risk: elevee, moderee, or missing below both thresholds."""
    result = pd.Series(None, index=risk.index, dtype=object)
    result[risk >= thresholds.moderee] = Level.MODEREE.value
    result[risk >= thresholds.elevee] = Level.ELEVEE.value
    return result


def novelty(alerted: pd.DataFrame, history: pd.DataFrame | None, *, as_of: date) -> pd.Series:
    """Return the novelty of each alerted firm (siren, level) given former lists; only rows of history before
    `as_of` count.
    """
    if history is None or history.empty:
        return pd.Series(Novelty.FIRST_ALERT.value, index=alerted.index, dtype=object)
    day = pd.Timestamp(as_of)
    past = history[(pd.to_datetime(history["as_of"]) < day) & history["level"].isin(ALERTS)]
    last = alerted["siren"].map(pd.to_datetime(past["as_of"]).groupby(past["siren"]).max())
    was_high = alerted["siren"].isin(past.loc[past["level"].eq(Level.ELEVEE.value), "siren"])
    result = pd.Series(None, index=alerted.index, dtype=object)
    result[last <= day - pd.DateOffset(months=QUIET_MONTHS)] = Novelty.RE_ALERT.value
    result[last.notna() & ~was_high & alerted["level"].eq(Level.ELEVEE.value)] = (
        Novelty.AGGRAVATION.value
    )
    result[last.isna()] = Novelty.FIRST_ALERT.value
    return result


def _fill(group: pd.DataFrame, *, places: int, draw: Draw) -> pd.DataFrame:
    """Return the members of one département."""
    places = min(places, len(group))
    explored = round(draw.exploration * places)
    by_draw = group.sort_values(["draw", "siren"])
    random_arm = by_draw.head(explored).assign(arm=Arm.RANDOM.value, p_select=explored / len(group))
    chosen = _best(by_draw.iloc[explored:], places=places - explored, draw=draw)
    members = pd.concat([random_arm, chosen]).sort_values(["p18", "draw"], ascending=[False, True])
    return members.assign(rank=np.arange(1, len(members) + 1))


def _best(rest: pd.DataFrame, *, places: int, draw: Draw) -> pd.DataFrame:
    """Return the algorithm arm: `places` firms of `rest`, at random inside the band around the cut."""
    if places == 0:
        return rest.head(0).assign(arm="", p_select=1.0)
    cut = float(np.sort(rest["p18"])[::-1][places - 1])
    width = draw.band * cut if places < len(rest) else 0.0
    zone = _zones(rest["p18"].to_numpy(), cut=cut, width=width)
    above, band = rest[zone > 0], rest[zone == 0]
    left = places - len(above)
    # given the random arm, the other draws remain exchangeable: they order the band fairly
    chosen = band.sort_values(["draw", "siren"]).head(left)
    sure, drawn = above.assign(p_select=1.0), chosen.assign(p_select=left / len(band))
    members: pd.DataFrame = pd.concat([sure, drawn])
    return members.assign(arm=Arm.ALGORITHM.value)


def _zones(risk: npt.NDArray[np.float64], *, cut: float, width: float) -> npt.NDArray[np.int64]:
    """Return 1 above the band, 0 inside, -1 below."""
    return np.select([risk > cut + width, risk >= cut - width], [1, 0], -1).astype(np.int64)
