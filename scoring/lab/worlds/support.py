"""A world where the effect of support is known: agents choose among firms in alert, and supported firms fail less, or not.

Distress is latent, a monthly AR(1), and moves whatever agents do; what is recorded of it is noisy. Each quarter, agents
support some of the firms in alert, the more so as what is recorded is worse. A support multiplies the hazard from its
first day. What would have come of each firm with and without support is known, month by month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.impact.results import Floats, Mask
from scoring.impact.trials import SupportPanel, Trials

PERSISTENCE: Final = 0.95  # of distress, from one month to the next
LOADING: Final = 1.0  # of distress on the log hazard
BASE_LOG_HAZARD: Final = -6.3
MAX_HAZARD: Final = 0.5
QUARTERS: Final = 16
STARTS: Final = tuple(range(8))  # quarters whose trials have matured at `HORIZON`
MONTHS_OF_QUARTER: Final = 3
HORIZON: Final = 18
LIST_SHARE: Final = 0.08  # of the firms, in alert
#: effect on the log-odds of being supported of what is recorded
CHOICE: Final = (0.5, 0.35, 0.4)
BASE_CHOICE: Final = -4.75
#: loading and noise of what is recorded: debt, delay of payment, tension
SIGNALS: Final = ((1.0, 0.6), (1.0, 0.8), (0.8, 0.8))
#: what is recorded of firms, in words
RECORDED: Final = ("Dette", "Retard de paiement", "Tension")
FIRMS: Final = 40_000


@dataclass(frozen=True, kw_only=True)
class SupportWorld:
    """What happened, and the monthly hazard of each firm without support (n, months)."""

    panel: SupportPanel
    hazard: Floats
    ratio: float

    def truth(self, trials: Trials) -> float:
        """Return the mean, over the treated rows of trials, of the risk with support less the risk without."""
        begin = trials.start[trials.treated] * MONTHS_OF_QUARTER
        place = np.searchsorted(self.panel.firm, trials.firm[trials.treated])
        months = begin[:, None] + np.arange(round(trials.horizon))[None, :]
        hazard = self.hazard[place[:, None], months]
        without = np.prod(1 - hazard, axis=1)
        supported = np.prod(1 - self.ratio * hazard, axis=1)
        return float((without - supported).mean())


def live(*, ratio: float, seed: int, firms: int = FIRMS) -> SupportWorld:
    """Return a world whose supports multiply the hazard by `ratio`."""
    random = np.random.default_rng([seed, 55])
    state = _states(random, firms)
    hazard = np.minimum(np.exp(BASE_LOG_HAZARD + LOADING * state), MAX_HAZARD)
    recorded = np.stack(
        [
            loading * state[:, ::MONTHS_OF_QUARTER] + noise * random.normal(size=(firms, QUARTERS))
            for loading, noise in SIGNALS
        ],
        axis=2,
    )
    score = recorded.sum(axis=2)
    alerted = score >= np.quantile(score, 1 - LIST_SHARE, axis=0)[None, :]
    chance = 1 / (1 + np.exp(-(BASE_CHOICE + recorded @ np.array(CHOICE))))
    asked, fate = random.random((firms, QUARTERS)), random.random(hazard.shape)
    eligible, supported_at, failed_at = _lived(
        alerted, wanted=alerted & (asked < chance), hazard=hazard, fate=fate, ratio=ratio
    )
    panel = SupportPanel(
        firm=np.arange(firms),
        eligible=eligible,
        covariates=recorded,
        supported_at=supported_at,
        failed_at=failed_at,
        observed_until=float(QUARTERS * MONTHS_OF_QUARTER),
    )
    return SupportWorld(panel=panel, hazard=hazard, ratio=ratio)


def supported_less_others(trials: Trials, panel: SupportPanel) -> float:
    """Return what a table of supported and other firms says: failures within the horizon of the start, whatever
    happened to the controls meanwhile. It is no effect.
    """
    place = np.searchsorted(panel.firm, trials.firm)
    failed = panel.failed_at[place] - trials.start * MONTHS_OF_QUARTER <= HORIZON
    return float(failed[trials.treated].mean() - failed[~trials.treated].mean())


def _states(random: np.random.Generator, firms: int) -> Floats:
    months = QUARTERS * MONTHS_OF_QUARTER
    state = np.empty((firms, months))
    state[:, 0] = random.normal(size=firms)
    for month in range(1, months):
        moved = random.normal(size=firms) * np.sqrt(1 - PERSISTENCE**2)
        state[:, month] = PERSISTENCE * state[:, month - 1] + moved
    return state


def _lived(
    alerted: Mask, *, wanted: Mask, hazard: Floats, fate: Floats, ratio: float
) -> tuple[Mask, Floats, Floats]:
    """Return who was eligible each quarter, and when each firm was supported and failed (in mid-month)."""
    firms, months = hazard.shape
    supported, failed = np.full(firms, np.inf), np.full(firms, np.inf)
    eligible = np.zeros_like(alerted)
    for month in range(months):
        quarter, rank = divmod(month, MONTHS_OF_QUARTER)
        if rank == 0:
            free = np.isinf(supported) & np.isinf(failed)
            eligible[:, quarter] = free & alerted[:, quarter]
            supported[free & wanted[:, quarter]] = month
        rate = hazard[:, month] * np.where(np.isfinite(supported), ratio, 1.0)
        failed[np.isinf(failed) & (fate[:, month] < rate)] = month + 0.5
    return eligible, supported, failed
