"""The chance that a firm leaves observation in each quarter, from what was on record at its start.

Agents choose the firms they support by the score and by what else they see of them. At the same score,
those that stay are therefore safer than those that leave, and weights that follow the score alone take
them for alike: they understate how well a model ranks. Method: one model of leaving during a quarter,
pooled over quarters, given the score that agents read and the features of the day (Robins and Finkelstein,
Biometrics, 2000); each firm is predicted by a model that never saw it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from scoring.dictionary.feature import Feature
from scoring.learning import hazard
from scoring.learning.follow_up import INTERVAL_MONTHS, FollowUp, outcomes

Floats = npt.NDArray[np.float64]
#: column of the risk that agents read
READ: Final = "read"
#: firms that leave, below which who leaves cannot be learnt and the score alone stands for it
ENOUGH: Final = 50
GROUPS: Final = 2
LEARNER: Final = {
    "max_iter": 80,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 50,
    "early_stopping": False,
}


def is_learnable(history: FollowUp) -> bool:
    """Say whether supports are enough for what leads to them to be learnt."""
    return history.support["siren"].nunique() >= ENOUGH


def chances(
    snapshots: pd.DataFrame,
    quarters: Iterable[pd.DataFrame],
    history: FollowUp,
    registry: Sequence[Feature],
    *,
    horizon: int,
) -> Floats:
    """Return what orders the firms of `snapshots` (siren, as_of) by their chance of leaving, at their
    quarter and at each one until `horizon` (rows x quarters), as `ipcw.weights` takes it.

    `quarters`: in order, from that of the first snapshot on, the firms then present (siren, as_of,
    features, READ). A firm that is no longer present keeps its last chance, and so do the quarters that
    have not come.
    """
    table = pd.concat(quarters, ignore_index=True)
    table["chance"] = _chance(table, history, registry)
    seen = table.pivot(index="siren", columns="as_of", values="chance")
    return _quarter_by_quarter(snapshots, seen.ffill(axis="columns"), horizon=horizon)


def _chance(table: pd.DataFrame, history: FollowUp, registry: Sequence[Feature]) -> Floats:
    """Return the chance that each firm leaves during its quarter; the score read where too few did."""
    known = outcomes(table, history, horizon=INTERVAL_MONTHS)
    left = known["exit"].eq("left").to_numpy() & (known["months"] > 0).to_numpy()
    told = left | known["observed"].to_numpy()
    result = table[READ].to_numpy(dtype="float64", copy=True)
    if table.loc[left, "siren"].nunique() < ENOUGH:
        return result
    design, group = _design(table, registry), table["siren"].to_numpy()
    learner = HistGradientBoostingClassifier(
        categorical_features="from_dtype", random_state=1, **LEARNER
    )
    for others, firms in GroupKFold(GROUPS).split(design, groups=group):
        kept = others[told[others]]
        learner.fit(design.iloc[kept], left[kept])
        result[firms] = learner.predict_proba(design.iloc[firms])[:, 1]
    return result


def _design(table: pd.DataFrame, registry: Sequence[Feature]) -> pd.DataFrame:
    frame = hazard.columns(table, registry).assign(**{READ: table[READ]})
    names = [feature.name for feature in registry if feature.is_categorical]
    return frame.astype(dict.fromkeys(names, "category"))


def _quarter_by_quarter(snapshots: pd.DataFrame, seen: pd.DataFrame, *, horizon: int) -> Floats:
    """Return the columns of `seen` (sirens x quarters) that follow the quarter of each snapshot."""
    starts, place = (
        pd.to_datetime(snapshots["as_of"]),
        seen.index.get_indexer(pd.Index(snapshots["siren"])),
    )
    result = np.empty((len(snapshots), -(-horizon // INTERVAL_MONTHS)))
    for start in starts.unique():
        rows = starts.eq(start).to_numpy()
        asked = [
            start + pd.DateOffset(months=INTERVAL_MONTHS * rank) for rank in range(result.shape[1])
        ]
        columns = seen.columns.searchsorted(pd.DatetimeIndex(asked), side="right") - 1
        result[rows] = seen.to_numpy(dtype="float64")[np.ix_(place[rows], columns)]
    return result
