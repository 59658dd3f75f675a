"""What goes beside an effect: two curves from the alert, and how strong a bias its pairs withstand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from scoring.impact.cohorts.outcomes import MeasuredOutcome
from scoring.impact.errors import NoOverlapError
from scoring.impact.judging.sensitivity import RosenbaumBound, rosenbaum_gamma
from scoring.impact.nuisances import fitted, logistic, predicted, standardised
from scoring.impact.results import Codes, Floats
from scoring.impact.survival import Curve, weighted_km
from scoring.impact.weighting import iptw

#: how far apart the log-odds of support of two firms of a pair may be, in deviations (Austin 2011, https://doi.org/10.1002/pst.433)
CALIPER: Final = 0.2
#: supported rows that are paired, at most, and controls that each is looked for among
MOST_PAIRED: Final = 1_500
NEAREST: Final = 6


def curves(measured: MeasuredOutcome, *, times: Sequence[float]) -> tuple[Curve, Curve]:
    """Return the survival of the supported and of comparable controls, who weigh as `iptw` says and leave at their own support.
    Raises what `iptw` and `weighted_km` raise.
    """
    trials = measured.trials
    weight = iptw(treated=trials.treated, covariates=measured.covariates, estimand="att")
    own, other = trials.treated, ~trials.treated
    found = [
        weighted_km(
            months=trials.ends.months[rows],
            failed=trials.ends.failed[rows],
            weight=weight[rows],
            firm=trials.firm[rows],
            times=times,
        )
        for rows in (own, other)
    ]
    return found[0], found[1]


def withstood(measured: MeasuredOutcome) -> RosenbaumBound:
    """Return the bias that pairs of a supported and of a comparable row withstand.

    Raises NoOverlapError when no two rows are near enough; TooFewEventsError.
    """
    own, other = _pairs(measured)
    return rosenbaum_gamma(
        treated_failed=measured.outcome[own], control_failed=measured.outcome[other]
    )


def _pairs(measured: MeasuredOutcome) -> tuple[Codes, Codes]:
    """Return supported rows and a control for each: those that are the least far apart on the whole, within the caliper."""
    known = measured.weight > 0
    x, treated = standardised(measured.covariates), measured.trials.treated
    chance = np.clip(predicted(fitted(logistic(), x, treated.astype(float)), x), 1e-6, 1 - 1e-6)
    odds: Floats = np.log(chance / (1 - chance))
    own = np.flatnonzero(treated & known)[:MOST_PAIRED]
    other = np.flatnonzero(~treated & known)
    near = _near(odds[own], odds[other])
    other = other[near]
    apart = np.abs(odds[own][:, None] - odds[other][None, :])
    first, second = linear_sum_assignment(apart)
    close = apart[first, second] <= CALIPER * odds[known].std()
    if not close.any():
        raise NoOverlapError(
            "Aucune entreprise accompagnée n’a d’équivalent assez proche pour former une paire."
        )
    return own[first[close]], other[second[close]]


def _near(own: Floats, other: Floats) -> Codes:
    """Return the controls that are among the nearest of some supported row: the others would be in no pair."""
    order = np.argsort(other, kind="stable")
    middle = np.searchsorted(other[order], own)
    around = middle[:, None] + np.arange(-NEAREST, NEAREST)[None, :]
    return np.unique(order[np.clip(around, 0, len(other) - 1)]).astype(np.int64)
