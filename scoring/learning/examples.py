"""What a model is trained, calibrated and tested on: snapshots by role, and the interval rows of
training.

Snapshots arrive date by date and only those with a role are kept, so that a country fits in memory.
All rows with a failure are kept; quiet rows, those without, are sampled down to a ceiling and
weighted by the inverse of their share, so that estimated risks are unchanged on average
(inverse-probability weights of a case-control sample, not a re-balancing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from scoring.learning import splits
from scoring.learning.follow_up import FollowUp, censored_at, hazard_rows, still_free

#: quiet interval rows used in training, at most
MOST_QUIET: Final = 700_000
KEY: Final = ["siren", "as_of", "interval"]


@dataclass(frozen=True, kw_only=True)
class Examples:
    """`parts`: role -> snapshots (siren, as_of, features); `rows`: interval rows of
    `parts["train"]` (see `follow_up.hazard_rows`); `quiet_share`: share of the quiet rows kept, 1
    when all were.
    """

    parts: Mapping[str, pd.DataFrame]
    rows: pd.DataFrame
    quiet_share: float

    @property
    def counts(self) -> dict[str, Any]:
        """The snapshots of each role, interval rows and events, and the share of quiet rows kept."""
        counts: dict[str, Any] = {f"{name}_snapshots": len(p) for name, p in self.parts.items()}
        return counts | {
            "interval_rows": len(self.rows),
            "interval_events": int(self.rows["y"].sum()),
            "quiet_share": self.quiet_share,
        }

    def fingerprint(self) -> str:
        """Return the sha256 of everything kept: snapshots of every role, then interval rows."""
        digest = hashlib.sha256()
        for frame in (*self.parts.values(), self.rows):
            digest.update(",".join(map(str, frame.columns)).encode())
            digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
        return digest.hexdigest()


def collect(
    tables: Iterable[pd.DataFrame],
    history: FollowUp,
    cut: splits.Blocks,
    *,
    most_quiet: int = MOST_QUIET,
) -> Examples:
    """Collect examples from tables (siren, as_of, features) of one or several dates, without repeated
    snapshots.

    The rows kept depend on the snapshots alone, not on how they are split into tables. Raises
    ValueError without any table.
    """
    frozen = censored_at(history, cut.frozen_on)
    draw = _Draw(most_quiet)
    held: dict[str, list[pd.DataFrame]] = {name: [] for name in splits.ROLES if name != "unused"}
    for table in tables:
        free = table[still_free(table, history)]
        role = splits.assign(free, cut)
        for name in ("calibration", "test"):
            held[name].append(free[role.eq(name)])
        learning = free[role.eq("train")].reset_index(drop=True)
        draw.add(learning, hazard_rows(learning, frozen))
    learning, rows, share = draw.result()
    parts = {name: pd.concat(each, ignore_index=True) for name, each in held.items() if each}
    return Examples(parts={**parts, "train": learning}, rows=rows, quiet_share=share)


class _Draw:
    """Every row with a failure, and the quiet rows with the smallest hashes: a uniform sample that
    does not depend on the order of arrival.
    """

    def __init__(self, most_quiet: int) -> None:
        self.most_quiet = most_quiet
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
