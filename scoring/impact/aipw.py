"""The headline estimator: what support changed for those who were supported.

Augmented inverse probability weighting of the average effect on the treated (Robins, Rotnitzky and
Zhao 1994; Moodie, Saarela and Stephens 2018), with Hájek weights: right when either who is treated or
what comes without treatment is learnt rightly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.impact import checks, nuisances
from scoring.impact.errors import NoOverlapError
from scoring.impact.nuisances import Nuisances
from scoring.impact.results import Balance, Effect, Floats, Mask, Overlap, counted, effect

#: equally weighted controls below which no comparison holds
FEWEST_CONTROLS: Final = 20
#: share of the treated beyond the highest propensity from which there is nobody to compare them with
MOST_CLIPPED: Final = 0.10
DEFAULT: Final = Nuisances()


def aipw_att(
    *,
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    covariates: npt.ArrayLike,
    firm: npt.ArrayLike | None = None,
    weight: npt.ArrayLike | None = None,
    learn: Nuisances = DEFAULT,
) -> Effect:
    """Return the average effect of the treatment on the treated (ATT), in the unit of `outcome`.

    outcome: (n,), a number, or 0 and 1 for a failure; ignored where `weight` is 0.
    treated: (n,), 0 or 1.
    covariates: (n, p), known before the treatment; NaN only for learners that accept it.
    firm: (n,), whose rows are correlated; None: each row is a firm.
    weight: (n,), of the known outcomes (`ipcw`), 0 where the outcome is unknown; None: all known.
    learn: how nuisances are learnt.

    The standard error is that of the influence function, summed by firm. That weights were estimated is
    left out, which makes it larger rather than smaller (Lunceford and Davidian 2004).

    Raises NoTreatedError, NoControlError, NoOverlapError, TooFewEventsError, UnfitTableError.
    """
    is_treated = checks.flags(treated, name="accompagnée")
    rows = len(is_treated)
    known_weight = checks.weights(weight, rows=rows)
    known = known_weight > 0
    result = np.array(outcome, dtype=float)
    checks.same_length(result, rows=rows, name="issue")
    result[~known] = 0.0
    checks.numbers(result, name="issue")
    x = checks.table(covariates, rows=rows)
    groups = np.arange(rows) if firm is None else np.asarray(firm)
    checks.same_length(groups, rows=rows, name="entreprise")
    checks.two_groups(is_treated)
    checks.two_groups(is_treated[known])
    checks.enough_events(result[known])
    return _estimated(
        result, is_treated, nuisances.standardised(x), firm=groups, weight=known_weight, learn=learn
    )


def _estimated(
    outcome: Floats,
    treated: Mask,
    x: Floats,
    *,
    firm: npt.NDArray[np.generic],
    weight: Floats,
    learn: Nuisances,
) -> Effect:
    """Return the effect once the tables are known to be fit."""
    fold = nuisances.firm_folds(firm, treated, folds=learn.folds, seed=learn.seed)
    everybody = np.ones(len(x), dtype=bool)
    raw = nuisances.cross_fitted(
        learn.propensity, x=x, y=treated.astype(float), learnt=everybody, fold=fold
    )
    chance = np.clip(raw, *learn.clip)
    control = np.where(treated, 0.0, weight * chance / (1 - chance))
    overlap = _overlap(raw, control, treated, highest=learn.clip[1])
    expected = nuisances.cross_fitted(
        learn.response or _response(outcome[weight > 0]),
        x=x,
        y=outcome,
        learnt=~treated & (weight > 0),
        fold=fold,
        weight=weight,
    )
    own = np.where(treated, weight, 0.0)
    found = _contrast(outcome, outcome - expected, own / own.sum(), control / control.sum(), firm)
    return replace(
        counted(found, outcome=outcome, treated=treated, known=weight > 0),
        overlap=overlap,
        balance=balance(x, treated, control),
    )


def _contrast(
    outcome: Floats, gain: Floats, own: Floats, other: Floats, firm: npt.NDArray[np.generic]
) -> Effect:
    """Return the difference of the means of `gain` under two sets of weights that sum to 1."""
    ahead, behind = float(own @ gain), float(other @ gain)
    influence = len(gain) * (own * (gain - ahead) - other * (gain - behind))
    mean = float(own @ outcome)
    return replace(
        effect(ahead - behind, influence, firm=firm),
        mean_treated=mean,
        mean_control=mean - (ahead - behind),
    )


def balance(covariates: Floats, treated: Mask, weight: Floats) -> Balance:
    """Return how alike treated rows and controls are, before and after the controls bear `weight` (n,).
    Missing values are left out of the means, not of the weights.
    """
    filled = np.where(np.isnan(covariates), np.nanmean(covariates, axis=0), covariates)
    mean, spread = filled[treated].mean(axis=0), filled[treated].std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    before = (mean - filled[~treated].mean(axis=0)) / spread
    after = (mean - np.average(filled, axis=0, weights=np.where(treated, 0.0, weight))) / spread
    return Balance(before=tuple(map(float, before)), after=tuple(map(float, after)))


def _response(known: Floats) -> nuisances.Learner:
    is_event = bool(np.isin(known, (0.0, 1.0)).all())
    return nuisances.logistic() if is_event else nuisances.linear()


def _overlap(raw: Floats, control: Floats, treated: Mask, *, highest: float) -> Overlap:
    """Return the overlap of the two groups. Raises NoOverlapError when there is none."""
    found = Overlap(
        lowest=float(raw[treated].min()),
        highest=float(raw[treated].max()),
        clipped=float((raw[treated] > highest).mean()),
        effective_controls=float(control.sum() ** 2 / (control**2).sum()),
        largest_share=float(control.max() / control.sum()),
    )
    if found.clipped > MOST_CLIPPED or found.effective_controls < FEWEST_CONTROLS:
        raise NoOverlapError(
            "Les entreprises accompagnées n’ont pas d’équivalent parmi les autres : aucune comparaison ne tient. "
            "Restreignez la population à celles qui auraient pu être accompagnées ou non."
        )
    return found
