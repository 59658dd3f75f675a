"""A cohort before any partner sees it: firms, their distress, court decisions."""

from dataclasses import dataclass
from datetime import date

from scoring.lab.simulate.firms.cohorts import FIRMS, with_spares
from scoring.lab.simulate.firms.economy import Paths, simulate_paths, survivors_of_burn_in
from scoring.lab.simulate.firms.population import (
    Establishments,
    Firms,
    draw_establishments,
    draw_firms,
)
from scoring.lab.simulate.firms.procedures import Procedures, judge
from scoring.lab.simulate.firms.support import SupportPolicy
from scoring.lab.simulate.randomness import Seed
from scoring.lab.simulate.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class Region:
    """The firms of one cohort over one timeline."""

    seed: Seed
    timeline: Timeline
    firms: Firms
    establishments: Establishments
    paths: Paths
    procedures: Procedures


def draw_region(
    *, firms: int, months: int, seed: Seed, end: date, policy: SupportPolicy | None = None
) -> Region:
    """Draw `firms` firms over `months` months, the last one that of `end`.

    Raises ValueError when `months` is not positive, or `firms` is not a valid cohort size.
    """
    if not 1 <= firms <= FIRMS:
        raise ValueError(f"a cohort has 1 to {FIRMS} firms, not {firms}")
    timeline = Timeline(end=end, months=months)
    drawn = draw_firms(seed=seed, count=with_spares(firms), timeline=timeline)
    drawn_paths = simulate_paths(seed=seed, firms=drawn, timeline=timeline, policy=policy)
    chosen = survivors_of_burn_in(drawn_paths)[:firms]
    if len(chosen) < firms:
        raise ValueError(f"only {len(chosen)} of {firms} firms survive the burn-in")
    survivors, paths = drawn.select(chosen), drawn_paths.select(chosen)
    return Region(
        seed=seed,
        timeline=timeline,
        firms=survivors,
        establishments=draw_establishments(seed=seed, firms=survivors, timeline=timeline),
        paths=paths,
        procedures=judge(seed=seed, firms=survivors, paths=paths, timeline=timeline),
    )
