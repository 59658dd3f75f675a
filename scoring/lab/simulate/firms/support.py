"""Whom agents support, and what support does: both known, so that a study of the simulated economy can be judged.

Agents choose each quarter among the firms whose recorded distress is the worst, the more so as it is worse: comparing
those they support with the others would say that support harms. A support multiplies the hazard of insolvency by a known
factor from the next month on; a firm already insolvent that day is not saved.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.population import Firms
from scoring.lab.simulate.randomness import Seed, stream
from scoring.lab.simulate.timeline import Days, Timeline, first_day

UNSUPPORTED = np.iinfo(np.int64).max
"""Month index of a support that does not come."""

NOISE = 0.6
"""Deviation of what is recorded of a firm around its distress."""
BASE_CHOICE, CHOICE = -3.4, 0.9
"""Log-odds of being supported in a quarter among the candidates: at average distress, for one deviation more."""
SHORTEST_DAYS, LONGEST_DAYS = 45, 80
"""Days from the beginning of the quarter to the support."""


@dataclass(frozen=True, kw_only=True)
class SupportPolicy:
    """What agents do from the quarter that begins on `since` (the first day of a month), in `departments`.

    `ratio` multiplies the hazard of insolvency; `share` of the firms in business, those whose record is the worst, may be supported.
    """

    ratio: float
    since: date
    departments: tuple[str, ...]
    share: float = 0.08


@dataclass(frozen=True, kw_only=True)
class Supports:
    """When each firm was supported: the day (NaT: never), the month index (`UNSUPPORTED`); the factor on its hazard from the next month."""

    on: Days
    month: NDArray[np.int64]
    ratio: float

    def select(self, chosen: NDArray[np.int64]) -> "Supports":
        """Return the supports of the chosen firms."""
        return Supports(on=self.on[chosen], month=self.month[chosen], ratio=self.ratio)

    def factor(self, size: int) -> NDArray[np.float64]:
        """Return what multiplies the hazard: firm × month."""
        after = np.arange(size)[None, :] > self.month[:, None]
        return np.where(after, self.ratio, 1.0)


def nobody(firms: int) -> Supports:
    """Return what happens without a policy."""
    never = np.full(firms, np.datetime64("NaT"), dtype="datetime64[D]")
    return Supports(on=never, month=np.full(firms, UNSUPPORTED), ratio=1.0)


def choose(
    *,
    seed: Seed,
    firms: Firms,
    distress: NDArray[np.float64],
    gone: NDArray[np.int64],
    timeline: Timeline,
    policy: SupportPolicy,
) -> Supports:
    """Draw whom agents support, once each, while the firm is in business; `gone`: the month in which it no longer is."""
    rng = stream(seed, "support")
    found = nobody(len(firms))
    place = int((np.datetime64(policy.since, "M") - timeline.all_months[0]).astype(np.int64))
    is_followed = np.isin(firms.department, policy.departments)
    for month in range(place, timeline.size - LONGEST_DAYS // 30, 3):
        recorded = distress[:, month - 1] + NOISE * rng.standard_normal(len(firms))
        asked, wait = rng.random(len(firms)), rng.integers(SHORTEST_DAYS, LONGEST_DAYS, len(firms))
        in_business = (firms.created_month < month) & (gone > month)
        worst = np.quantile(recorded[in_business], 1 - policy.share)
        wanted = asked < 1 / (1 + np.exp(-(BASE_CHOICE + CHOICE * recorded)))
        day = np.busday_offset(
            first_day(timeline.all_months[month]).astype("datetime64[D]") + wait,
            0,
            roll="forward",
        )
        at = (day.astype("datetime64[M]") - timeline.all_months[0]).astype(np.int64)
        free = (found.month == UNSUPPORTED) & in_business & (gone > at)
        taken = free & is_followed & wanted & (recorded >= worst)
        found.month[taken], found.on[taken] = at[taken], day[taken]
    return Supports(on=found.on, month=found.month, ratio=policy.ratio)
