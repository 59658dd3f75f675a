"""Latent distress and its effects: insolvency, the opening of a procedure, quiet cessation.

Distress is a permanent frailty plus an AR(1); the monthly hazard of insolvency is
exp(exposure + macro + loading × AR(1)). The court opens the procedure one to eight months later.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.population import Firms
from scoring.lab.simulate.firms.sectors import Branch, trait_by_branch
from scoring.lab.simulate.firms.support import SupportPolicy, Supports, choose, nobody
from scoring.lab.simulate.randomness import Seed, stream
from scoring.lab.simulate.timeline import BURN_IN_MONTHS, Timeline

NEVER = 1 << 20
"""Month index of what does not happen within the timeline."""

PERSISTENCE = 0.95
"""Month-to-month autocorrelation of the moving part of distress."""
FRAILTY_SHARE = 0.40
"""Share of the variance of distress that is permanent."""
DISTRESS_EFFECT = 2.05
"""Effect of one standard deviation of distress on the log hazard."""
BASE_LOG_HAZARD = -8.45
"""Calibrated: 1.5 to 2 % of the firms of the perimeter enter a procedure each normal year."""
YOUTH_EFFECT, YOUTH_YEARS = 0.8, 4.0
SIZE_EFFECT = -0.18
MAX_LOG_HAZARD = -1.4
COURT_DELAY = (0.05, 0.12, 0.18, 0.20, 0.17, 0.13, 0.09, 0.06)
"""Probability that the court opens the procedure 1, 2, … 8 months after insolvency."""
CESSATION_LOG_HAZARD, CESSATION_EFFECT = -7.1, 0.25

CYCLE_YEARS = (2019.5, 2020.15, 2020.25, 2021.45, 2021.8, 2022.5, 2023.5, 2024.5, 2025.5, 2027.0)
CYCLE = (0.0, 0.0, -0.95, -0.95, -0.45, -0.1, 0.12, 0.2, 0.15, 0.05)
"""Log effect of the economy on all branches. Source: Banque de France, failures of all sizes and
sectors (Webstat, DIREN): a drop to less than half in 2020-2021, then more than in 2019."""


@dataclass(frozen=True, kw_only=True)
class Paths:
    """What happened to each firm. Arrays are firm × month or firm; months are timeline indices.

    `state` is the AR(1) part of distress, `distress` the sum (standard normal at rest),
    `exposure` the firm's log hazard without macro, AR(1) and support, `macro` is branch × month.
    """

    state: NDArray[np.float64]
    distress: NDArray[np.float64]
    exposure: NDArray[np.float64]
    macro: NDArray[np.float64]
    insolvent_month: NDArray[np.int64]
    opening_month: NDArray[np.int64]
    cessation_month: NDArray[np.int64]
    supports: Supports

    def select(self, chosen: NDArray[np.int64]) -> "Paths":
        """Return the paths of the chosen firms; the macro path is shared."""
        return Paths(
            state=self.state[chosen],
            distress=self.distress[chosen],
            exposure=self.exposure[chosen],
            macro=self.macro,
            insolvent_month=self.insolvent_month[chosen],
            opening_month=self.opening_month[chosen],
            cessation_month=self.cessation_month[chosen],
            supports=self.supports.select(chosen),
        )


def state_loading() -> float:
    """Return the effect of the AR(1) state (standard normal) on the log hazard."""
    return float(DISTRESS_EFFECT * np.sqrt(1.0 - FRAILTY_SHARE))


def simulate_paths(
    *, seed: Seed, firms: Firms, timeline: Timeline, policy: SupportPolicy | None = None
) -> Paths:
    """Draw the distress and the fate of each firm over the entire timeline; support, under a policy, averts failures and nothing else."""
    state = _autoregressive(stream(seed, "distress"), rows=len(firms), columns=timeline.size)
    distress = (
        np.sqrt(FRAILTY_SHARE) * firms.frailty[:, None] + np.sqrt(1.0 - FRAILTY_SHARE) * state
    )
    exposure = exposures(firms=firms, timeline=timeline)
    macro = macro_paths(seed=seed, timeline=timeline)
    log_hazard = exposure + macro[firms.branch][:, : timeline.size] + state_loading() * state
    rng = stream(seed, "fates")
    alive = np.arange(timeline.size) >= firms.created_month[:, None] + 6
    hazard = np.exp(np.minimum(log_hazard, MAX_LOG_HAZARD)) * alive
    fate = rng.random(hazard.shape)
    insolvent = _first(fate < hazard)
    delay = 1 + rng.choice(len(COURT_DELAY), size=len(firms), p=COURT_DELAY)
    quits = _first_event(rng, np.exp(CESSATION_LOG_HAZARD + CESSATION_EFFECT * distress) * alive)
    supports = nobody(len(firms))
    if policy is not None:
        gone = np.minimum(_opening(insolvent, delay), quits)
        supports = choose(
            seed=seed, firms=firms, distress=distress, gone=gone, timeline=timeline, policy=policy
        )
        insolvent = _first(fate < hazard * supports.factor(timeline.size))
    return Paths(
        state=state,
        distress=distress,
        exposure=exposure,
        macro=macro,
        insolvent_month=np.where(quits <= insolvent, NEVER, insolvent),
        opening_month=np.where(quits <= insolvent, NEVER, _opening(insolvent, delay)),
        cessation_month=np.where(quits <= insolvent, quits, NEVER),
        supports=supports,
    )


def survivors_of_burn_in(paths: Paths) -> NDArray[np.int64]:
    """Return the indices of the firms still in business, and not insolvent, at the first observed month."""
    stays = (paths.insolvent_month >= BURN_IN_MONTHS) & (paths.cessation_month >= BURN_IN_MONTHS)
    return np.flatnonzero(stays)


def exposures(*, firms: Firms, timeline: Timeline) -> NDArray[np.float64]:
    """Return the log hazard of each firm and month without macro path and AR(1) state."""
    age = (np.arange(timeline.size) - firms.created_month[:, None]) / 12.0
    youth = YOUTH_EFFECT * np.exp(-np.maximum(age, 0.0) / YOUTH_YEARS)
    fixed = (
        BASE_LOG_HAZARD
        + trait_by_branch("log_risk")[firms.branch]
        + SIZE_EFFECT * np.log(firms.base_size / 20.0)
        + DISTRESS_EFFECT * np.sqrt(FRAILTY_SHARE) * firms.frailty
    )
    log_hazard: NDArray[np.float64] = fixed[:, None] + youth
    return log_hazard


def macro_paths(*, seed: Seed, timeline: Timeline) -> NDArray[np.float64]:
    """Return the log effect of the economy, branch × month, up to 24 months after the timeline's end.

    A Covid-like episode divides failures by more than two, with a slow catch-up; then energy
    prices hurt industry; each branch also has its own small AR(1).
    """
    months = timeline.all_months[0] + np.arange(timeline.size + 24)
    year = 1970.0 + months.astype("datetime64[M]").astype(np.int64) / 12.0
    shared = np.interp(year, CYCLE_YEARS, CYCLE)
    noise = _autoregressive(
        stream(seed.economy, "macro"), rows=len(Branch), columns=len(months), persistence=0.97
    )
    paths: NDArray[np.float64] = shared + 0.12 * noise
    paths[Branch.INDUSTRY] += np.interp(year, [2022.0, 2022.8, 2024.0], [0.0, 0.2, 0.0])
    paths[Branch.CONSTRUCTION] += np.interp(year, [2023.0, 2024.3, 2026.0], [0.0, 0.2, 0.1])
    return paths


def _autoregressive(
    rng: np.random.Generator, *, rows: int, columns: int, persistence: float = PERSISTENCE
) -> NDArray[np.float64]:
    """Return stationary standard normal AR(1) paths, one a row."""
    paths = rng.standard_normal((rows, columns))
    scale = np.sqrt(1.0 - persistence**2)
    for column in range(1, columns):
        paths[:, column] = persistence * paths[:, column - 1] + scale * paths[:, column]
    return paths


def _first_event(rng: np.random.Generator, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the month of the first success in each row, `NEVER` when there is none."""
    return _first(rng.random(probabilities.shape) < probabilities)


def _first(hits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the month of the first hit in each row, `NEVER` when there is none."""
    return np.where(hits.any(axis=1), hits.argmax(axis=1), NEVER)


def _opening(insolvent: NDArray[np.int64], delay: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the month in which the court opens the procedure."""
    return np.where(insolvent < NEVER, insolvent + delay, NEVER)
