"""Which firms train, calibrate and test: fixed by firm, and forward in time.

A firm's fold is a hash of its siren: it never changes, whatever the data. Test is fold 0 on the
last matured block of quarters, calibration is fold 1 on the block before, training is folds 2-9 on
earlier quarters, with labels frozen as known before the calibration block begins (embargo =
publication lag). At national size a block is one quarter; a region pools several so that each block
holds enough failures.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from scoring.errors import UntrainableError
from scoring.learning.follow_up import PUBLICATION_LAG

FOLDS: Final = 10
TEST_FOLD: Final = 0
CALIBRATION_FOLD: Final = 1
STOPPING_FOLD: Final = (
    9  # these firms only decide when boosting stops, on the last training quarters
)
ROLES: Final = ("train", "calibration", "test", "unused")
#: quarters that a block may pool
POOLS: Final = (1, 2, 4)
#: quarters that decide when boosting stops: the last one alone has no complete interval yet
STOPPING_QUARTERS: Final = 4
ENOUGH_FAILURES: Final = 200  # firms, in a block of the test fold
#: firms whose fold is kept in memory: every one of the country, at some 150 bytes each
MOST_REMEMBERED: Final = 2**19


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Snapshot dates of each role; `frozen_on` is the last day whose events training may use,
    `stopping` ends `train`.
    """

    train: tuple[pd.Timestamp, ...]
    stopping: tuple[pd.Timestamp, ...]
    calibration: tuple[pd.Timestamp, ...]
    test: tuple[pd.Timestamp, ...]
    frozen_on: pd.Timestamp

    @property
    def snapshots(self) -> tuple[pd.Timestamp, ...]:
        """Every snapshot date used by a role, in order."""
        return tuple(sorted({*self.train, *self.calibration, *self.test}))


@lru_cache(maxsize=MOST_REMEMBERED)
def fold(siren: str) -> int:
    """Return the stable fold 0-9 of a firm (BLAKE2b of the siren), the same on every machine."""
    return int.from_bytes(hashlib.blake2b(siren.encode(), digest_size=8).digest(), "big") % FOLDS


def folds(sirens: pd.Series) -> pd.Series:
    """Return the folds of many firms, aligned with `sirens`; each distinct siren is hashed once, and
    not again at the next date.
    """
    codes, firms = pd.factorize(sirens, use_na_sentinel=False)
    by_firm = np.fromiter(map(fold, firms.to_numpy(dtype=object)), dtype="int8", count=len(firms))
    return pd.Series(by_firm[codes], index=sirens.index, name=sirens.name)


def quarterly(first: date, last: date) -> tuple[pd.Timestamp, ...]:
    """Return the first days of the quarters in [first, last]."""
    return tuple(pd.date_range(first, last, freq="QS"))


def blocks(
    snapshots: tuple[pd.Timestamp, ...],
    *,
    as_of: date,
    horizon: int = 18,
    block_quarters: int = 1,
) -> Blocks:
    """Split the snapshots into roles, as seen from `as_of`.

    Test: the last `block_quarters` snapshots whose `horizon` months had passed, publication lag
    included. Calibration: the block before. Training: all earlier ones; early stopping uses the
    last year of them (half of them at most, a block at least), on other firms. Raises
    UntrainableError when nothing is left to train on.
    """
    matured = _matured(snapshots, as_of=as_of, horizon=horizon)
    if len(matured) < 3 * block_quarters + 1:
        raise UntrainableError(
            f"L’issue à {horizon} mois n’est connue que pour {len(matured)} trimestres au "
            f"{as_of:%d/%m/%Y} : il en faut au moins {3 * block_quarters + 1} avec des blocs de "
            f"{block_quarters}. Publiez un historique plus long, ou demandez des blocs plus courts."
        )
    test = tuple(matured[-block_quarters:])
    calibration = tuple(matured[-2 * block_quarters : -block_quarters])
    earlier = tuple(matured[: -2 * block_quarters])
    return Blocks(
        train=earlier,
        stopping=earlier[-max(block_quarters, min(STOPPING_QUARTERS, len(earlier) // 2)) :],
        calibration=calibration,
        test=test,
        frozen_on=calibration[0] - PUBLICATION_LAG,
    )


def block_quarters(
    snapshots: tuple[pd.Timestamp, ...],
    openings: pd.DataFrame,
    *,
    as_of: date,
    horizon: int = 18,
) -> int:
    """Return the smallest of POOLS whose test block has ENOUGH_FAILURES failing firms, judging by
    `openings` (siren, on); the largest that the history allows when none does.
    """
    matured = _matured(snapshots, as_of=as_of, horizon=horizon)
    tested = openings[folds(openings["siren"]).eq(TEST_FOLD)]
    possible = [pool for pool in POOLS if len(matured) > 3 * pool]
    for pool in possible:
        first, last = matured[-pool:][0], matured[-1] + pd.DateOffset(months=horizon)
        failed = tested.loc[tested["on"].gt(first) & tested["on"].le(last), "siren"]
        if failed.nunique() >= ENOUGH_FAILURES:
            return pool
    return max(possible, default=POOLS[0])  # `blocks` refuses a history too short for any of them


def assign(panel: pd.DataFrame, cut: Blocks) -> pd.Series:
    """Return the role of each (siren, as_of) row, one of ROLES. A firm has one role; its snapshots
    outside that role's block are unused.
    """
    fold_of = folds(panel["siren"])
    day = pd.to_datetime(panel["as_of"])
    learner = ~fold_of.isin([TEST_FOLD, CALIBRATION_FOLD])
    role = pd.Series("unused", index=panel.index)
    role[learner & day.isin(cut.train)] = "train"
    role[fold_of.eq(CALIBRATION_FOLD) & day.isin(cut.calibration)] = "calibration"
    role[fold_of.eq(TEST_FOLD) & day.isin(cut.test)] = "test"
    return role


def stopping(panel: pd.DataFrame, cut: Blocks) -> tuple[pd.Series, pd.Series]:
    """Return masks (fit, watch) of training: boosting is fitted on one and watched on the other, later
    quarters of other firms.
    """
    watcher = folds(panel["siren"]).eq(STOPPING_FOLD)
    late = pd.to_datetime(panel["as_of"]).isin(cut.stopping)
    return ~watcher & ~late, watcher & late


def quarter_after(start: date, *, months: int) -> date:
    """Return the first day of the first quarter at least `months` months after `start`."""
    day = pd.Timestamp(start) + pd.DateOffset(months=months)
    return pd.offsets.QuarterBegin(startingMonth=1).rollforward(day.normalize()).date()


def _matured(
    snapshots: tuple[pd.Timestamp, ...], *, as_of: date, horizon: int
) -> list[pd.Timestamp]:
    """Return the snapshots whose horizon had passed, publication lag included, in order."""
    complete = pd.Timestamp(as_of) - PUBLICATION_LAG
    return [day for day in sorted(snapshots) if day + pd.DateOffset(months=horizon) <= complete]
