"""What a model is trained, calibrated and tested on, and what the model in service is refitted on.

Snapshots arrive date by date and only those that are used are kept, so that a country fits in memory.
All rows with a failure are kept; quiet rows, those without, are sampled down to a ceiling and
weighted by the inverse of their share, so that estimated risks are unchanged on average
(inverse-probability weights of a case-control sample, not a re-balancing). There is one draw: the
rows of training are those, among all that is known at the end, that the roles and the day of the
freeze allow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from scoring.learning import leaving, splits
from scoring.learning.follow_up import (
    INTERVAL_MONTHS,
    FollowUp,
    censored_at,
    hazard_rows,
    still_free,
)

#: quiet interval rows used in training, at most
MOST_QUIET: Final = 700_000
#: quiet interval rows for one with a failure, at most: the rows of a firm at successive quarters say nearly
#: the same thing, and beyond this number they cost time and teach nothing
QUIET_A_FAILURE: Final = 30
KEY: Final = ["siren", "as_of", "interval"]


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything known at the end: snapshots of every date, and their interval rows."""

    panel: pd.DataFrame
    rows: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Examples:
    """`parts`: role -> snapshots (siren, as_of, features); `rows`: interval rows of
    `parts["train"]` (see `follow_up.hazard_rows`); `known`: what the model in service is refitted
    on; `quiet_share`: share of the quiet rows kept, 1 when all were; `followed`: the judged firms at
    every date from calibration on, where enough were supported to learn who is.
    """

    parts: Mapping[str, pd.DataFrame]
    rows: pd.DataFrame
    known: Known
    quiet_share: float
    followed: tuple[pd.DataFrame, ...] = ()

    @property
    def counts(self) -> dict[str, Any]:
        """The snapshots of each role, interval rows and events, and the share of quiet rows kept."""
        counts: dict[str, Any] = {f"{name}_snapshots": len(p) for name, p in self.parts.items()}
        return counts | {
            "interval_rows": len(self.rows),
            "interval_events": int(self.rows["y"].sum()),
            "learnt_firms": failing_firms(self.rows),
            "known_rows": len(self.known.rows),
            "known_events": int(self.known.rows["y"].sum()),
            "known_firms": failing_firms(self.known.rows),
            "quiet_share": self.quiet_share,
        }

    def fingerprint(self) -> str:
        """Return the sha256 of everything kept: snapshots of every role, then interval rows."""
        digest = hashlib.sha256()
        held_out = [frame for name, frame in self.parts.items() if name != "train"]
        for frame in (*held_out, *self.followed, self.known.panel, self.known.rows, self.rows):
            digest.update(",".join(map(str, frame.columns)).encode())
            digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
        return digest.hexdigest()


def failing_firms(rows: pd.DataFrame) -> int:
    """Return the number of distinct firms that fail among interval rows."""
    return int(rows.loc[rows["y"].eq(1), "siren"].nunique())


def collect(
    tables: Iterable[pd.DataFrame],
    history: FollowUp,
    cut: splits.Blocks,
    *,
    most_quiet: int = MOST_QUIET,
    quiet_a_failure: float = QUIET_A_FAILURE,
) -> Examples:
    """Collect examples from tables (siren, as_of, features) of one or several dates, without repeated
    snapshots.

    The rows kept depend on the snapshots alone, not on how they are split into tables. Raises
    ValueError without any table.
    """
    draw = QuietDraw(most_quiet, quiet_a_failure)
    held: dict[str, list[pd.DataFrame]] = {name: [] for name in ("calibration", "test")}
    followed, follows = [], leaving.is_learnable(history)
    for table in tables:
        free = table[still_free(table, history)].reset_index(drop=True)
        role = splits.assign(free, cut)
        for name, kept in held.items():
            kept.append(free[role.eq(name)])
        if follows:
            late = pd.to_datetime(free["as_of"]) >= cut.calibration[0]
            followed.append(free[late & splits.judged(free, cut)])
        draw.add(free, hazard_rows(free, history))
    panel, rows, share = draw.result()
    learning, learnt = _training(panel, rows, history, cut)
    parts = {name: pd.concat(each, ignore_index=True) for name, each in held.items() if each}
    return Examples(
        parts={**parts, "train": learning},
        rows=learnt,
        known=Known(panel=panel, rows=rows),
        quiet_share=share,
        followed=tuple(part for part in followed if len(part)),
    )


def ends_of(rows: pd.DataFrame) -> pd.Series:
    """Return the last day of each interval row (as_of, interval)."""
    ends = pd.Series(index=rows.index, dtype="datetime64[s]")
    for interval in map(int, rows["interval"].unique()):
        begun = rows.loc[rows["interval"].eq(interval), "as_of"]
        ends[begun.index] = begun + pd.DateOffset(months=INTERVAL_MONTHS * interval)
    return ends


def _training(
    panel: pd.DataFrame, rows: pd.DataFrame, history: FollowUp, cut: splits.Blocks
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the snapshots of training and their rows, among those known at the end."""
    end = censored_at(history, cut.frozen_on).admin_end
    trains = splits.assign(panel, cut).eq("train").to_numpy()
    place = rows["row"].to_numpy()
    used = trains[place] & (ends_of(rows) <= end).to_numpy()
    kept, position = np.unique(place[used], return_inverse=True)
    learnt = rows[used].assign(row=position).reset_index(drop=True)
    return panel.iloc[kept].reset_index(drop=True), learnt


class QuietDraw:
    """The rows that a model learns from: every row with a failure, and the quiet rows with the smallest hashes: a uniform sample that
    does not depend on the order of arrival.
    """

    def __init__(
        self, most_quiet: int = MOST_QUIET, quiet_a_failure: float = QUIET_A_FAILURE
    ) -> None:
        self.most_quiet, self.quiet_a_failure = most_quiet, quiet_a_failure
        self.panels: list[pd.DataFrame] = []
        self.rows: list[pd.DataFrame] = []
        self.quiet = self.quiet_held = 0

    def add(self, panel: pd.DataFrame, rows: pd.DataFrame) -> None:
        """Add the interval rows of some snapshots, `row` being their position in `panel`."""
        quiet = int(rows["y"].eq(0).sum())
        self.quiet, self.quiet_held = self.quiet + quiet, self.quiet_held + quiet
        hashed = pd.util.hash_pandas_object(rows[KEY], index=False).to_numpy()
        self.panels.append(panel)
        self.rows.append(rows.assign(drawn=hashed, table=len(self.rows)))
        if self.quiet_held > 2 * self.most_quiet:
            self._trim()

    def result(self) -> tuple[pd.DataFrame, pd.DataFrame, float]:
        """Return the panel, the weighted rows, and the share of quiet rows kept."""
        failures = sum(int(rows["y"].sum()) for rows in self.rows)
        self.most_quiet = int(min(self.most_quiet, self.quiet_a_failure * max(1, failures)))
        self._trim()
        rows = pd.concat(self.rows, ignore_index=True)
        share = self.quiet_held / self.quiet if self.quiet else 1.0
        rows["weight"] = np.where(rows["y"].eq(0), rows["weight"] / share, rows["weight"])
        starts = np.cumsum([0, *(len(panel) for panel in self.panels[:-1])])
        rows["row"] += starts[rows["table"].to_numpy()]
        rows = rows.sort_values(["interval", "row"], ignore_index=True)
        panel = pd.concat(self.panels, ignore_index=True)
        return panel, rows.drop(columns=["drawn", "table"]), share

    def _trim(self) -> None:
        """Drop the quiet rows with the largest hashes, and the snapshots left without rows."""
        if self.quiet_held <= self.most_quiet:
            return
        hashes = np.concatenate(
            [rows["drawn"].to_numpy()[rows["y"].eq(0).to_numpy()] for rows in self.rows]
        )
        last = np.partition(hashes, self.most_quiet - 1)[self.most_quiet - 1]
        self.quiet_held = int((hashes <= last).sum())
        for place, (panel, rows) in enumerate(zip(self.panels, self.rows, strict=True)):
            kept = rows[rows["y"].eq(1) | rows["drawn"].le(last)]
            used, position = np.unique(kept["row"].to_numpy(), return_inverse=True)
            self.panels[place] = panel.iloc[used].reset_index(drop=True)
            self.rows[place] = kept.assign(row=position)
