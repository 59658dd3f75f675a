"""Which firms train, calibrate and test: fixed by firm, and forward in time.

A firm's fold is a hash of its siren: it never changes, whatever the data. Test is the last matured
block of quarters, calibration is the block before, training is the earlier quarters, with labels
frozen as known before the calibration block begins (embargo = publication lag).

Where failures are many, test is fold 0, calibration fold 1, training folds 2-9. In a region one fold
holds a handful of failing firms: roles are then *cross-fitted*. Folds are left out two by two; every
firm is learnt from, calibrated on and tested, always by a model that never saw it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import count
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
#: failing firms that a block must hold: with fewer, the intercept of a recalibration is known to 14 % at
#: best (two standard errors), and an AUC to three points
ENOUGH_FAILURES: Final = 200
#: what cross-fitting leaves out in turn: models still learn from eight firms in ten, as with one fold
GROUPS: Final = tuple(frozenset({first, first + 1}) for first in range(0, FOLDS, 2))
#: what never trains when one fold tests and another calibrates
SET_ASIDE: Final = (frozenset({TEST_FOLD, CALIBRATION_FOLD}),)
#: firms whose fold is kept in memory: every one of the country, at some 150 bytes each
MOST_REMEMBERED: Final = 2**19


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Snapshot dates of each role; `frozen_on` is the last day whose events training may use,
    `stopping` ends `train`. With `is_crossfitted`, every firm has every role.
    """

    train: tuple[pd.Timestamp, ...]
    stopping: tuple[pd.Timestamp, ...]
    calibration: tuple[pd.Timestamp, ...]
    test: tuple[pd.Timestamp, ...]
    frozen_on: pd.Timestamp
    is_crossfitted: bool = False

    @property
    def left_out(self) -> tuple[frozenset[int], ...]:
        """The folds that each model does not learn from, and is evaluated on."""
        return GROUPS if self.is_crossfitted else SET_ASIDE

    @property
    def watchers(self) -> tuple[frozenset[int], ...]:
        """The folds that each choice of the number of trees leaves out to watch the loss on."""
        return GROUPS if self.is_crossfitted else (frozenset({STOPPING_FOLD}),)

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


@cache
def example_of(asked: int) -> str:
    """Return the first number of nine digits that a fold holds: what a fold decides is asked of it."""
    return next(siren for siren in map("{:09d}".format, count()) if fold(siren) == asked)


def quarterly(first: date, last: date) -> tuple[pd.Timestamp, ...]:
    """Return the first days of the quarters in [first, last]."""
    return tuple(pd.date_range(first, last, freq="QS"))


def blocks(
    snapshots: tuple[pd.Timestamp, ...],
    *,
    as_of: date,
    horizon: int = 18,
    block_quarters: int = 1,
    is_crossfitted: bool = False,
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
        is_crossfitted=is_crossfitted,
    )


@dataclass(frozen=True, kw_only=True)
class Pooling:
    """How many quarters a block pools, and whether roles are cross-fitted."""

    block_quarters: int
    is_crossfitted: bool


def pooling(
    snapshots: tuple[pd.Timestamp, ...],
    openings: pd.DataFrame,
    *,
    as_of: date,
    horizon: int = 18,
) -> Pooling:
    """Return the smallest of POOLS whose test block has ENOUGH_FAILURES failing firms, judging by
    `openings` (siren, on): in the test fold alone if some pool has, among all firms, cross-fitted,
    otherwise; the largest that the history allows when none does.
    """
    matured = _matured(snapshots, as_of=as_of, horizon=horizon)
    possible = [pool for pool in POOLS if len(matured) > 3 * pool]
    tested = openings[folds(openings["siren"]).eq(TEST_FOLD)]
    for judged, is_crossfitted in ((tested, False), (openings, True)):
        for pool in possible:
            first, last = matured[-pool:][0], matured[-1] + pd.DateOffset(months=horizon)
            failed = judged.loc[judged["on"].gt(first) & judged["on"].le(last), "siren"]
            if failed.nunique() >= ENOUGH_FAILURES:
                return Pooling(block_quarters=pool, is_crossfitted=is_crossfitted)
    # `blocks` refuses a history too short for any of them
    return Pooling(block_quarters=max(possible, default=POOLS[0]), is_crossfitted=True)


def cut(
    snapshots: tuple[pd.Timestamp, ...],
    openings: pd.DataFrame,
    *,
    as_of: date,
    horizon: int = 18,
    block_quarters: int | None = None,
    is_crossfitted: bool | None = None,
) -> Blocks:
    """Return the `blocks` that the failures require (`pooling`), but for what is given."""
    pooled = pooling(snapshots, openings, as_of=as_of, horizon=horizon)
    return blocks(
        snapshots,
        as_of=as_of,
        horizon=horizon,
        block_quarters=block_quarters or pooled.block_quarters,
        is_crossfitted=pooled.is_crossfitted if is_crossfitted is None else is_crossfitted,
    )


def assign(panel: pd.DataFrame, cut: Blocks) -> pd.Series:
    """Return the role of each (siren, as_of) row, one of ROLES. Cross-fitted, the date alone decides;
    otherwise a firm has one role, and its snapshots outside that role's block are unused.
    """
    fold_of = folds(panel["siren"])
    day = pd.to_datetime(panel["as_of"])
    everyone = pd.Series(cut.is_crossfitted, index=panel.index)
    learner = ~fold_of.isin([TEST_FOLD, CALIBRATION_FOLD])
    role = pd.Series("unused", index=panel.index)
    role[(everyone | learner) & day.isin(cut.train)] = "train"
    role[(everyone | fold_of.eq(CALIBRATION_FOLD)) & day.isin(cut.calibration)] = "calibration"
    role[(everyone | fold_of.eq(TEST_FOLD)) & day.isin(cut.test)] = "test"
    return role


def judged(panel: pd.DataFrame, cut: Blocks) -> pd.Series:
    """Return the mask of the firms that recalibrate or test, whatever the date."""
    everyone = pd.Series(cut.is_crossfitted, index=panel.index)
    return everyone | folds(panel["siren"]).isin([TEST_FOLD, CALIBRATION_FOLD])


def late(panel: pd.DataFrame, cut: Blocks) -> pd.Series:
    """Return the mask of the later quarters of training, on which boosting is watched."""
    return pd.to_datetime(panel["as_of"]).isin(cut.stopping)


def stopping(panel: pd.DataFrame, cut: Blocks) -> tuple[pd.Series, pd.Series]:
    """Return masks (fit, watch) of training: boosting is fitted on one and watched on the other, later
    quarters of other firms; cross-fitted, each firm fits and watches in turn.
    """
    watched = late(panel, cut)
    if cut.is_crossfitted:
        return ~watched, watched
    watcher = folds(panel["siren"]).eq(STOPPING_FOLD)
    return ~watcher & ~watched, watcher & watched


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
