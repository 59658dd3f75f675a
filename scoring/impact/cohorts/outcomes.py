"""An effect for each outcome that is measured, always of the same comparison: supported in the quarter that follows an alert, or
not supported within the horizon, among firms in alert that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring.impact import checks
from scoring.impact.aipw import DEFAULT, aipw_att
from scoring.impact.cohorts.facts import Facts, debt_at_opening, jobs_after, rows_of
from scoring.impact.errors import NoControlError, NoTreatedError, TooFewEventsError
from scoring.impact.nuisances import Nuisances
from scoring.impact.results import Effect, Floats, Mask
from scoring.impact.trials import Trials, known_weight, sequential_trials, started
from scoring.impact.weighting import QUARTER
from scoring.vocabulary import GRACE_MONTHS, StudyOutcome

#: quarters left to begin a support after an alert
GRACE: Final = GRACE_MONTHS // round(QUARTER)
#: rows of each group below which nothing is fitted on them
FEWEST_OPENED: Final = 20


@dataclass(frozen=True, kw_only=True)
class MeasuredOutcome:
    """An effect and the rows that it is of: their trials, their outcome (m,), for how many each counts (m,), 0 when its
    outcome is unknown, and what they were compared on (m, p).
    """

    effect: Effect
    trials: Trials
    outcome: Floats
    weight: Floats
    covariates: Floats


def measure(
    *,
    outcome: StudyOutcome,
    facts: Facts,
    horizon: int,
    starts: Sequence[int] | None = None,
    grace: int = GRACE,
    learn: Nuisances = DEFAULT,
) -> MeasuredOutcome:
    """Return what support changed to an outcome within `horizon` months, for those that were supported.

    starts, grace: as `sequential_trials` takes them. The effect is in risks (0.03: three points), in jobs a firm, or in euros.
    The debt at the opening is that of firms that opened: support changes which ones do, so that it describes two groups of firms and
    is not what support did to each.
    Raises ImpactError.
    """
    trials = sequential_trials(
        panel=facts.ending(_event(outcome, facts), grace=grace),
        horizon=horizon,
        starts=starts,
        grace=grace,
    )
    weight = known_weight(trials)
    if outcome is StudyOutcome.JOBS:
        before, gained = jobs_after(facts, trials, wait=grace * QUARTER)
        known = np.isfinite(gained)
        level = np.log1p(np.where(known, before, 0.0))[:, None]
        trials = replace(trials, covariates=np.hstack([trials.covariates, level]))
        return _effect(trials, gained, weight, known, learn)
    if outcome is StudyOutcome.DEBT:
        owed = debt_at_opening(facts, trials)
        opened = np.isfinite(owed) & (weight > 0)
        _enough_opened(opened, trials.treated)
        return _effect(rows_of(trials, opened), owed[opened], weight[opened], opened[opened], learn)
    failed = trials.ends.failed.astype(float)
    return _effect(trials, failed, weight, np.ones(len(failed), dtype=bool), learn)


def _event(outcome: StudyOutcome, facts: Facts) -> Floats:
    """Return when each firm meets what ends its follow-up: nothing does when an outcome is read at the horizon."""
    if outcome is StudyOutcome.LIQUIDATION:
        return facts.liquidated_at
    if outcome is StudyOutcome.CLOSURE:
        return facts.orderly_at
    if outcome is StudyOutcome.JOBS:
        return np.full(len(facts.closed_at), np.inf)
    return facts.panel.failed_at


def _effect(
    trials: Trials, outcome: Floats, weight: Floats, known: Mask, learn: Nuisances
) -> MeasuredOutcome:
    """Return the effect of rows, those whose outcome is unknown counting for nothing."""
    counted = np.where(known, weight, 0.0)
    result = np.where(known, outcome, 0.0)
    checks.two_groups(trials.treated)
    covariates = np.hstack([trials.covariates, started(trials)])
    found = aipw_att(
        outcome=result,
        treated=trials.treated,
        covariates=covariates,
        firm=trials.firm,
        weight=counted,
        learn=learn,
    )
    return MeasuredOutcome(
        effect=found, trials=trials, outcome=result, weight=counted, covariates=covariates
    )


def _enough_opened(opened: Mask, treated: Mask) -> None:
    """Refuse to compare a handful of procedures."""
    if not (opened & treated).any():
        raise NoTreatedError(
            "Aucune entreprise accompagnée n’a ouvert de procédure dont la dette soit connue : il n’y a pas de dette à comparer."
        )
    if not (opened & ~treated).any():
        raise NoControlError(
            "Aucune entreprise comparable n’a ouvert de procédure dont la dette soit connue : il n’y a pas de dette à comparer."
        )
    if min((opened & treated).sum(), (opened & ~treated).sum()) < FEWEST_OPENED:
        raise TooFewEventsError(
            "Trop peu de procédures ouvertes dans l’un des deux groupes pour comparer des dettes : aucun chiffre n’est donné. "
            "Réunissez plusieurs périodes ou territoires."
        )
