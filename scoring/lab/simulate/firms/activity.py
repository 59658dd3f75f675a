"""Workforce and contributions of each establishment by month, and firms that stop declaring."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.economy import NEVER, Paths
from scoring.lab.simulate.firms.population import Establishments, Firms
from scoring.lab.simulate.firms.region import Region
from scoring.lab.simulate.firms.sectors import trait_by_branch
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.timeline import Timeline

CONTRIBUTION_RATE = 0.40
"""Urssaf contributions, both parts, per euro of gross wage."""
UNDECLARED_SHARE = 0.012
"""Share of workforce cells missing for no reason, as in the partner's files."""


@dataclass(frozen=True, kw_only=True)
class MonthlyActivity:
    """Arrays are establishment × month.

    `workforce` counts employees (0 when not open), `due` is the month's contribution in euros,
    `is_open` whether the establishment is in business, `is_silent` whether its firm sends no
    declaration, `closed_month` (one an establishment) its first month without activity.
    """

    workforce: NDArray[np.int64]
    due: NDArray[np.float64]
    is_open: NDArray[np.bool_]
    is_silent: NDArray[np.bool_]
    closed_month: NDArray[np.int64]


def simulate_activity(region: Region) -> MonthlyActivity:
    """Draw the workforce and contributions of all establishments."""
    timeline, sites, paths = region.timeline, region.establishments, region.paths
    closed = _closings(
        stream(region.seed, "closings"),
        establishments=sites,
        distress=paths.distress,
        stop_month=region.procedures.stop_month,
    )
    months = np.arange(timeline.size)
    opened = timeline.index(sites.created_on)
    is_open = (months >= opened[:, None]) & (months < closed[:, None])
    level = _workforce_level(
        stream(region.seed, "workforce"), firms=region.firms, paths=paths, timeline=timeline
    )
    workforce = np.rint(level[sites.firm] * sites.share[:, None])
    workforce = np.where(is_open, np.maximum(workforce, 1), 0).astype(np.int64)
    silent = _silences(stream(region.seed, "silences"), paths=paths, timeline=timeline)
    wage = _wages(stream(region.seed, "wages"), firms=region.firms, timeline=timeline)
    return MonthlyActivity(
        workforce=workforce,
        due=np.round(workforce * wage[sites.firm] * CONTRIBUTION_RATE, 2),
        is_open=is_open,
        is_silent=silent[sites.firm],
        closed_month=closed,
    )


def _closings(
    rng: np.random.Generator,
    *,
    establishments: Establishments,
    distress: NDArray[np.float64],
    stop_month: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the first month without activity: the firm's, or earlier for secondary sites in distress."""
    firm = establishments.firm
    chance = np.exp(-7.2 + 0.9 * distress[firm]) * ~establishments.is_head_office[:, None]
    hits = rng.random(chance.shape) < chance
    alone = np.where(hits.any(axis=1), hits.argmax(axis=1), NEVER)
    closed: NDArray[np.int64] = np.minimum(alone, stop_month[firm])
    return closed


def _workforce_level(
    rng: np.random.Generator, *, firms: Firms, paths: Paths, timeline: Timeline
) -> NDArray[np.float64]:
    """Return the employees of each firm and month before rounding: trend, distress, season."""
    months = np.arange(timeline.size)
    drift = 0.0015 - 0.0070 * np.clip(paths.distress, -1.0, 3.0)
    insolvent = months >= paths.insolvent_month[:, None]
    opened = months >= paths.opening_month[:, None]
    drift -= 0.03 * (insolvent & ~opened) + 0.012 * opened
    drift += rng.normal(0.0, 0.010, size=drift.shape)
    season = trait_by_branch("season")[firms.branch][:, timeline.calendar_month()]
    level: NDArray[np.float64] = firms.base_size[:, None] * np.exp(np.cumsum(drift, axis=1))
    return np.clip(level, 1.0, 3000.0) * season


def _silences(rng: np.random.Generator, *, paths: Paths, timeline: Timeline) -> NDArray[np.bool_]:
    """Return firm × month: no declaration. Rare in good health, frequent once insolvent."""
    insolvent = np.arange(timeline.size) >= paths.insolvent_month[:, None]
    starts = np.where(insolvent, 0.18, np.exp(np.minimum(-8.4 + 1.5 * paths.distress, -2.5)))
    draws = rng.random(paths.distress.shape)
    silent = np.zeros(paths.distress.shape, dtype=bool)
    for month in range(1, timeline.size):
        stays = silent[:, month - 1] & (draws[:, month] < np.where(insolvent[:, month], 0.95, 0.7))
        silent[:, month] = stays | (draws[:, month] < starts[:, month])
    return silent


def _wages(rng: np.random.Generator, *, firms: Firms, timeline: Timeline) -> NDArray[np.float64]:
    """Return gross euros per employee, firm × month: growth, noise, a December bonus for some."""
    growth = np.exp(0.0017 * np.arange(timeline.size))
    noise = np.exp(rng.normal(0.0, 0.03, size=(len(firms), timeline.size)))
    bonus = 1.0 + 0.35 * (rng.random(len(firms)) < 0.3)
    december = timeline.calendar_month() == 11
    wages: NDArray[np.float64] = firms.monthly_wage[:, None] * growth * noise
    return np.where(december, wages * bonus[:, None], wages)
