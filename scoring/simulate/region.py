"""A region before any partner looks at it: its firms, their distress, what courts decided."""

from dataclasses import dataclass
from datetime import date

from scoring.simulate.economy import Paths, simulate_paths, survivors_of_burn_in
from scoring.simulate.population import Establishments, Firms, draw_establishments, draw_firms
from scoring.simulate.procedures import Procedures, judge
from scoring.simulate.timeline import Timeline

SPARE_FIRMS = 1.2
"""Firms drawn for each one wanted: some do not survive the burn-in."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """The firms of one seed over one timeline."""

    seed: int
    timeline: Timeline
    firms: Firms
    establishments: Establishments
    paths: Paths
    procedures: Procedures


def draw_region(*, firms: int, months: int, seed: int, end: date) -> Region:
    """Draw `firms` firms over the `months` months that finish with the month of `end`.

    Raises ValueError when `firms` or `months` is not positive.
    """
    if firms < 1:
        raise ValueError(f"firms must be positive, not {firms}")
    timeline = Timeline(end=end, months=months)
    drawn = draw_firms(seed=seed, count=int(firms * SPARE_FIRMS) + 30, timeline=timeline)
    drawn_paths = simulate_paths(seed=seed, firms=drawn, timeline=timeline)
    chosen = survivors_of_burn_in(drawn_paths)[:firms]
    if len(chosen) < firms:
        raise ValueError(f"only {len(chosen)} of {firms} firms survive the burn-in")
    kept, paths = drawn.kept(chosen), drawn_paths.kept(chosen)
    return Region(
        seed=seed,
        timeline=timeline,
        firms=kept,
        establishments=draw_establishments(seed=seed, firms=kept, timeline=timeline),
        paths=paths,
        procedures=judge(seed=seed, firms=kept, paths=paths, timeline=timeline),
    )
