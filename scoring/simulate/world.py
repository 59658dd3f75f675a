"""The whole simulated world of one seed: everything the writers and the truth are made from."""

from dataclasses import dataclass
from datetime import date

from scoring.simulate.activity import Activity, simulate_activity
from scoring.simulate.contributions import Calls, call_contributions
from scoring.simulate.debts import Debits, simulate_debts
from scoring.simulate.economy import Paths, simulate_paths, survivors_of_burn_in
from scoring.simulate.plans import Plans
from scoring.simulate.population import (
    Establishments,
    Firms,
    draw_establishments,
    draw_firms,
)
from scoring.simulate.procedures import Procedures, judge
from scoring.simulate.short_time import (
    Consumption,
    Requests,
    consume_short_time,
    request_short_time,
)
from scoring.simulate.timeline import Timeline

SPARE_FIRMS = 1.2
"""Firms drawn for each one wanted: some do not survive the burn-in."""


@dataclass(frozen=True, kw_only=True)
class World:
    """A region and its history."""

    seed: int
    timeline: Timeline
    firms: Firms
    establishments: Establishments
    paths: Paths
    procedures: Procedures
    activity: Activity
    calls: Calls
    debits: Debits
    plans: Plans
    requests: Requests
    consumption: Consumption


def build_world(*, firms: int, months: int, seed: int, end: date) -> World:
    """Simulate `firms` firms over the `months` months that finish with the month of `end`."""
    timeline = Timeline(end=end, months=months)
    drawn = draw_firms(seed=seed, count=int(firms * SPARE_FIRMS) + 30, timeline=timeline)
    drawn_paths = simulate_paths(seed=seed, firms=drawn, timeline=timeline)
    chosen = survivors_of_burn_in(drawn_paths)[:firms]
    if len(chosen) < firms:
        raise ValueError(f"only {len(chosen)} of {firms} firms survive the burn-in")
    population, paths = drawn.kept(chosen), drawn_paths.kept(chosen)
    sites = draw_establishments(seed=seed, firms=population, timeline=timeline)
    procedures = judge(seed=seed, firms=population, paths=paths, timeline=timeline)
    activity = simulate_activity(
        seed=seed,
        firms=population,
        establishments=sites,
        paths=paths,
        procedures=procedures,
        timeline=timeline,
    )
    calls = call_contributions(
        seed=seed,
        firms=population,
        establishments=sites,
        paths=paths,
        activity=activity,
        timeline=timeline,
    )
    debits, plans = simulate_debts(
        seed=seed,
        firms=population,
        establishments=sites,
        paths=paths,
        calls=calls,
        timeline=timeline,
    )
    requests = request_short_time(
        seed=seed,
        firms=population,
        establishments=sites,
        paths=paths,
        activity=activity,
        timeline=timeline,
    )
    return World(
        seed=seed,
        timeline=timeline,
        firms=population,
        establishments=sites,
        paths=paths,
        procedures=procedures,
        activity=activity,
        calls=calls,
        debits=debits,
        plans=plans,
        requests=requests,
        consumption=consume_short_time(
            seed=seed, requests=requests, establishments=sites, paths=paths, timeline=timeline
        ),
    )
