"""Annual accounts of firms: results, debts, and the day they were filed, if ever.

A firm in difficulty earns less, owes more, and files later or not at all. Ratios follow the
definitions of the open data set of the Banque de France and the Inpi; they are percentages.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.activity import MonthlyActivity
from scoring.lab.simulate.firms.population import Firms
from scoring.lab.simulate.firms.region import Region
from scoring.lab.simulate.firms.sectors import trait_by_branch
from scoring.lab.simulate.randomness import Seed, stream
from scoring.lab.simulate.timeline import Days, first_day

CLOSING_MONTHS, CLOSING_SHARES = (11, 2, 5, 8), (0.70, 0.08, 0.10, 0.12)
"""Calendar month of the last day of the financial year: December, March, June, September."""
SECRET_SHARE = 0.15
"""Share of firms whose accounts are never public."""
ABSENT_LOGIT, ABSENT_DISTRESS = -2.6, 0.9
"""Logit of not filing the accounts of a year: at rest, per unit of distress."""
EARLIEST_DAYS, LATE_LOG_DAYS, LATE_DISTRESS = 110, 4.25, 0.30
"""Accounts are filed some 180 days after closing, as the law requires, later when distress is high."""
COVID_TURNOVER = 0.45
"""Share of turnover that a fully exposed branch lost in the months of the episode."""
SIMPLE_UNDER = 6_000_000
"""Turnover, in euros, below which accounts take the simplified form."""


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """One entry for each filed account, in the order of firms then years.

    Amounts are euros; `distress`, its mean over the year, drives the ratios.
    """

    firm: NDArray[np.int64]
    closed_on: Days
    deposited_on: Days
    turnover: NDArray[np.int64]
    distress: NDArray[np.float64]
    is_simple: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.firm)


@dataclass(frozen=True, kw_only=True)
class Ratios:
    """The figures of each account: euros for amounts, percent, years or days for the rest."""

    gross_margin: NDArray[np.int64]
    ebitda: NDArray[np.int64]
    ebit: NDArray[np.int64]
    net: NDArray[np.int64]
    cash_flow: NDArray[np.int64]
    interest: NDArray[np.int64]
    equity_share: NDArray[np.float64]
    debt_on_equity: NDArray[np.float64]
    liquidity: NDArray[np.float64]
    obsolescence: NDArray[np.float64]
    working_capital: NDArray[np.float64]
    years_to_repay: NDArray[np.float64]
    stock_days: NDArray[np.float64]
    customer_days: NDArray[np.float64]
    supplier_days: NDArray[np.float64]


def deposit_accounts(region: Region, activity: MonthlyActivity) -> Accounts:
    """Draw the accounts of each firm for each full financial year in business."""
    rng, timeline, firms = stream(region.seed, "accounts"), region.timeline, region.firms
    closing = rng.choice(CLOSING_MONTHS, size=len(firms), p=CLOSING_SHARES)
    is_secret = rng.random(len(firms)) < SECRET_SHARE
    per_head = trait_by_branch("turnover")[firms.branch] * np.exp(
        rng.normal(0.0, 0.35, size=len(firms))
    )
    months = np.arange(timeline.size)
    ends = (timeline.calendar_month() == closing[:, None]) & (months >= 11)
    ends &= months - 11 >= firms.created_month[:, None]
    ends &= months < region.procedures.stop_month[:, None]
    firm, month = np.nonzero(ends)
    distress = _yearly_mean(region.paths.distress)[firm, month]
    chance = 1.0 / (1.0 + np.exp(-(ABSENT_LOGIT + ABSENT_DISTRESS * distress)))
    delay = np.exp(LATE_LOG_DAYS + LATE_DISTRESS * distress + rng.normal(0.0, 0.4, len(firm)))
    closed = first_day(timeline.all_months[month] + 1) - np.timedelta64(1, "D")
    turnover = _turnover(region, activity)[firm, month] * per_head[firm]
    turnover = np.rint(turnover * np.exp(rng.normal(0.0, 0.06, len(firm)) - 0.05 * distress))
    filed = (rng.random(len(firm)) >= chance) & ~is_secret[firm] & (turnover > 0)
    return Accounts(
        firm=firm[filed],
        closed_on=closed[filed],
        deposited_on=(closed + (EARLIEST_DAYS + delay).astype("timedelta64[D]"))[filed],
        turnover=turnover[filed].astype(np.int64),
        distress=distress[filed],
        is_simple=turnover[filed] < SIMPLE_UNDER,
    )


def ratios_of(accounts: Accounts, *, firms: Firms, seed: Seed) -> Ratios:
    """Draw the ratios of the accounts, which reflect the health of their firm."""
    rng, size, distress = stream(seed, "ratios"), len(accounts), accounts.distress
    # Permanent traits: a capital-intensive firm remains so.
    habit = stream(seed, "structures of accounts").standard_normal((len(firms), 3))[accounts.firm]

    def noise(scale: float) -> NDArray[np.float64]:
        return rng.normal(0.0, scale, size=size)

    def euros(share: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.rint(accounts.turnover * share).astype(np.int64)

    ebitda = 0.085 + 0.02 * habit[:, 0] - 0.045 * distress + noise(0.025)
    ebit = ebitda - 0.03 - np.abs(0.01 * habit[:, 1])
    interest = np.maximum(0.006 + 0.004 * distress + noise(0.002), 0.0)
    net = np.where(ebit > interest, 0.75, 1.0) * (ebit - interest)
    cash_flow = ebitda - interest - np.maximum(net / 3.0, 0.0)
    equity = 38.0 + 10.0 * habit[:, 2] - 15.0 * distress + noise(5.0)
    debt = np.clip(24.0 + 5.0 * distress + noise(6.0), 0.0, 80.0)
    supplier_days = 55.0 * np.exp(0.22 * distress + noise(0.2))
    return Ratios(
        gross_margin=euros(np.clip(0.45 + 0.12 * habit[:, 1] + noise(0.02), 0.05, 1.0)),
        ebitda=euros(ebitda),
        ebit=euros(ebit),
        net=euros(net),
        cash_flow=euros(cash_flow),
        interest=euros(interest),
        equity_share=equity,
        debt_on_equity=100.0 * debt / _away_from_zero(equity, by=0.5),
        liquidity=165.0 * np.exp(-0.28 * distress + noise(0.15)),
        obsolescence=np.clip(62.0 + 8.0 * habit[:, 1] + 4.0 * distress + noise(4.0), 0.0, 100.0),
        working_capital=14.0 + 8.0 * habit[:, 0] + 2.0 * distress + noise(4.0),
        years_to_repay=debt / 100.0 / _away_from_zero(cash_flow, by=0.002),
        stock_days=30.0 * np.exp(0.6 * habit[:, 0] + noise(0.2)),
        customer_days=52.0 * np.exp(0.25 * habit[:, 1] + noise(0.12)),
        supplier_days=supplier_days,
    )


def _away_from_zero(values: NDArray[np.float64], *, by: float) -> NDArray[np.float64]:
    """Return the values with their sign, at least `by` away from zero, to divide by them."""
    return np.copysign(np.maximum(np.abs(values), by), values)


def _yearly_mean(monthly: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the twelve months ending with each one; zero for the first eleven."""
    total = np.cumsum(monthly, axis=1)
    mean = np.zeros_like(total)
    mean[:, 12:] = (total[:, 12:] - total[:, :-12]) / 12.0
    mean[:, 11] = total[:, 11] / 12.0
    return mean


def _turnover(region: Region, activity: MonthlyActivity) -> NDArray[np.float64]:
    """Return the mean employees of each firm over the twelve months ending with each one, net of Covid."""
    workforce = np.zeros((len(region.firms), region.timeline.size))
    np.add.at(workforce, region.establishments.firm, activity.workforce)
    exposed = trait_by_branch("covid_short_time")[region.firms.branch]
    lost = COVID_TURNOVER * exposed[:, None] * region.timeline.is_covid()
    return _yearly_mean(workforce * (1.0 - lost))
