"""Délais: payment plans requested from Urssaf, granted or not, kept or broken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.region import Region
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.timeline import Days, day_in_month

STAGES = ("APPROB", "PR", "REFUS")
STAGE_SHARES = (0.74, 0.12, 0.14)
DURATIONS_MONTHS = (3, 6, 9, 12, 18, 24)
DURATION_SHARES = (0.1, 0.25, 0.15, 0.3, 0.1, 0.1)
DEBT_IN_MONTHS = 0.8
"""A plan is requested once the debt exceeds this many months of contributions."""
ASK_CHANCE, ASK_CHANCE_AFTER_COVID = 0.10, 0.28
COVID_PLANS = (np.datetime64("2020-07", "M"), np.datetime64("2021-12", "M"))


@dataclass(frozen=True, kw_only=True)
class Plans:
    """One entry for each plan, in order of creation. `amount` is the rescheduled debt, in euros."""

    establishment: NDArray[np.int64]
    created_on: Days
    due_on: Days
    amount: NDArray[np.float64]
    stage: NDArray[np.str_]
    action: NDArray[np.str_]


class PlanBook:
    """Running plans: `remaining` is the number of instalments left for each establishment."""

    def __init__(self, region: Region, *, usual: NDArray[np.float64]) -> None:
        """`usual` is the mean monthly contribution of each establishment, in euros."""
        self._rng = stream(region.seed, "plans")
        self._firm = region.establishments.firm
        self._paths = region.paths
        self._months = region.timeline.all_months
        self._usual = usual
        self.remaining = np.zeros(len(usual), dtype=np.int64)
        self._last_ask = np.full(len(usual), -12)
        self._rows: list[Plans] = []

    def advance(self, month: int, *, balance: NDArray[np.float64]) -> None:
        """Move to `month`, with `balance` euros owed: plans run or break, new ones are requested."""
        self.remaining = np.maximum(self.remaining - 1, 0)
        distress = self._paths.distress[self._firm, month]
        insolvent = month >= self._paths.insolvent_month[self._firm]
        chance = np.where(insolvent, 0.5, np.exp(np.minimum(-4.6 + 0.9 * distress, -1.0)))
        self.remaining[self._rng.random(len(distress)) < chance] = 0
        now = self._months[month]
        rate = ASK_CHANCE_AFTER_COVID if COVID_PLANS[0] <= now <= COVID_PLANS[1] else ASK_CHANCE
        asks = (balance > DEBT_IN_MONTHS * self._usual) & (month - self._last_ask >= 6)
        asks &= (self.remaining == 0) & (self._rng.random(len(asks)) < rate)
        chosen = np.flatnonzero(asks)
        self._last_ask[chosen] = month
        self._grant(chosen, month=month, balance=balance)

    def _grant(
        self, chosen: NDArray[np.int64], *, month: int, balance: NDArray[np.float64]
    ) -> None:
        rng, count = self._rng, len(chosen)
        stage = rng.choice(STAGES, size=count, p=STAGE_SHARES)
        duration = rng.choice(DURATIONS_MONTHS, size=count, p=DURATION_SHARES)
        created = day_in_month(np.full(count, self._months[month]), rng.integers(2, 28, size=count))
        length = duration * 30 + rng.integers(0, 15, size=count)
        self._rows.append(
            Plans(
                establishment=chosen,
                created_on=created,
                due_on=created + length.astype("timedelta64[D]"),
                amount=np.round(balance[chosen], 2),
                stage=stage,
                action=np.where(rng.random(count) < 0.95, "SUR PO", "CCSF"),
            )
        )
        granted = stage == "APPROB"
        self.remaining[chosen[granted]] = duration[granted]

    def plans(self) -> Plans:
        """Return all plans requested so far."""
        return Plans(
            establishment=np.concatenate([row.establishment for row in self._rows]),
            created_on=np.concatenate([row.created_on for row in self._rows]),
            due_on=np.concatenate([row.due_on for row in self._rows]),
            amount=np.concatenate([row.amount for row in self._rows]),
            stage=np.concatenate([row.stage for row in self._rows]),
            action=np.concatenate([row.action for row in self._rows]),
        )
