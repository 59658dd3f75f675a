"""The complete simulated world of one cohort of firms, from which files and truth are written."""

from dataclasses import dataclass
from datetime import date

from scoring.lab.simulate.firms.accounts import Accounts, deposit_accounts
from scoring.lab.simulate.firms.activity import MonthlyActivity, simulate_activity
from scoring.lab.simulate.firms.contributions import Calls, call_contributions
from scoring.lab.simulate.firms.debts import Debits, simulate_debts
from scoring.lab.simulate.firms.plans import Plans
from scoring.lab.simulate.firms.region import Region, draw_region
from scoring.lab.simulate.firms.short_time import (
    Consumption,
    Requests,
    consume_short_time,
    request_short_time,
)
from scoring.lab.simulate.firms.support import SupportPolicy
from scoring.lab.simulate.randomness import Seed


@dataclass(frozen=True, kw_only=True)
class World(Region):
    """A region and what the partners could see of it."""

    activity: MonthlyActivity
    calls: Calls
    debits: Debits
    plans: Plans
    requests: Requests
    consumption: Consumption
    accounts: Accounts


def build_world(
    *, firms: int, months: int, seed: Seed, end: date, policy: SupportPolicy | None = None
) -> World:
    """Simulate `firms` firms over `months` months, the last one that of `end`.

    Raises ValueError when `months` is not positive, or `firms` is not a valid cohort size.
    """
    region = draw_region(firms=firms, months=months, seed=seed, end=end, policy=policy)
    activity = simulate_activity(region)
    calls = call_contributions(region, activity)
    debits, plans = simulate_debts(region, calls)
    requests = request_short_time(region, activity)
    return World(
        **vars(region),
        activity=activity,
        calls=calls,
        debits=debits,
        plans=plans,
        requests=requests,
        consumption=consume_short_time(region, requests),
        accounts=deposit_accounts(region, activity),
    )
