"""What happened to the firms of a cohort, and what an outcome was for each row of their trials."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.impact.results import Codes, Floats, Mask
from scoring.impact.trials import SupportPanel, Trials
from scoring.impact.weighting import QUARTER

#: a figure that a month lacks is that of one of these months before, the declarations of a quarter being late together
LATE_MONTHS: Final = 3
#: euros below which nothing is owed
NOTHING_OWED: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Firms (n) and what came of them; times are months since the first day of the panel's first quarter.

    panel: its `failed_at` is the opening of a procedure. liquidated_at, closed_at: (n,), infinite when it has not come;
    a firm closes when it stops without having been liquidated. headcount, debt: (n, m), people and euros at the end of each month, NaN when
    unknown; the first column is `first_month` months from the first quarter (negative: before it).
    """

    panel: SupportPanel
    liquidated_at: Floats
    closed_at: Floats
    headcount: Floats
    debt: Floats
    first_month: int = 0

    def place(self, firm: npt.NDArray[np.generic]) -> npt.NDArray[np.intp]:
        """Return the line of each firm."""
        order = np.argsort(self.panel.firm)
        found: npt.NDArray[np.intp] = order[np.searchsorted(self.panel.firm, firm, sorter=order)]
        return found

    def monthly(self, table: Floats, lines: npt.NDArray[np.intp], at: Floats) -> Floats:
        """Return the figure of the last month that ended by each time, or of one shortly before it; NaN when there is none."""
        column = np.floor(at).astype(np.int64) - 1 - self.first_month
        found = np.full(len(lines), np.nan)
        for back in range(LATE_MONTHS + 1):
            earlier = column - back
            inside = (earlier >= 0) & (earlier < table.shape[1]) & np.isnan(found)
            found[inside] = table[lines[inside], earlier[inside]]
        return found

    @property
    def orderly_at(self) -> Floats:
        """When each firm closed without a procedure and owing nothing; infinite otherwise, and when the debt is unknown."""
        everyone = np.arange(len(self.closed_at))
        closed = np.where(np.isfinite(self.closed_at), self.closed_at, 0.0)
        owed = self.monthly(self.debt, everyone, closed)
        is_orderly = (
            np.isfinite(self.closed_at)
            & (self.panel.failed_at > self.closed_at)
            & (owed < NOTHING_OWED)
        )
        return np.where(is_orderly, self.closed_at, np.inf)

    def ending(self, failed_at: Floats, *, grace: int) -> SupportPanel:
        """Return the panel of another event, for firms that are in business, and in no procedure, when follow-up begins."""
        clock = (np.arange(self.panel.eligible.shape[1]) + grace) * QUARTER
        gone = np.minimum(self.panel.failed_at, self.closed_at)
        still: Mask = self.panel.eligible & (gone[:, None] > clock[None, :])
        return replace(self.panel, eligible=still, failed_at=failed_at)


def jobs_after(facts: Facts, trials: Trials, *, wait: float) -> tuple[Floats, Floats]:
    """Return the headcount of each row when its trial starts, and how many jobs it has gained since at the horizon: none are left
    of a firm that was liquidated or has closed. NaN when either is unknown.
    """
    lines = facts.place(trials.firm)
    start = np.asarray(trials.start, dtype=np.float64) * QUARTER
    end = start + (wait + trials.horizon)
    before = facts.monthly(facts.headcount, lines, start)
    after = facts.monthly(facts.headcount, lines, end)
    gone = np.minimum(facts.liquidated_at, facts.closed_at)[lines] <= end
    return before, np.where(gone, 0.0, after) - before


def debt_at_opening(facts: Facts, trials: Trials) -> Floats:
    """Return what each row owed at the end of the last month before its procedure opened; NaN without one, or when it is unknown."""
    lines = facts.place(trials.firm)
    opened = np.where(trials.ends.failed, facts.panel.failed_at[lines], 0.0)
    owed = facts.monthly(facts.debt, lines, opened)
    return np.where(trials.ends.failed, owed, np.nan)


def rows_of(trials: Trials, rows: Mask | Codes) -> Trials:
    """Return some rows of trials."""
    ends = trials.ends
    return replace(
        trials,
        firm=trials.firm[rows],
        start=trials.start[rows],
        treated=trials.treated[rows],
        covariates=trials.covariates[rows],
        later=trials.later[rows],
        ends=replace(
            ends, months=ends.months[rows], failed=ends.failed[rows], lost=ends.lost[rows]
        ),
    )
