"""What a measure must learn on the way to an effect: who is treated, and what would have come without.

Both are cross-fitted: each firm is predicted by models that never saw it (Chernozhukov et al. 2018,
https://doi.org/10.1111/ectj.12097), so that learners that fit closely bias nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression

from scoring.impact.errors import NoControlError, UnfitTableError
from scoring.impact.results import Floats, Mask

FOLDS: Final = 5
#: propensities are kept inside: no control stands for more than nineteen treated rows
CLIP: Final = (0.0, 0.95)
#: inverse of a penalty so small that estimates without separation do not move in the sixth digit
HARDLY: Final = 1e6


class Learner(Protocol):
    """What scikit-learn and CatBoost call an estimator; a classifier has `predict_proba` as well."""

    def fit(self, x: Floats, y: Floats, sample_weight: Floats | None = None) -> object:
        """Learn `y` from the rows of `x`."""

    def predict(self, x: Floats) -> Any:
        """Return one value a row."""


def logistic() -> Learner:
    """Return a logistic regression by maximum likelihood; what separates the classes keeps a finite weight."""
    model: Learner = LogisticRegression(C=HARDLY, solver="newton-cholesky", tol=1e-10, max_iter=200)
    return model


def linear() -> Learner:
    """Return an ordinary least-squares regression."""
    model: Learner = LinearRegression()
    return model


@dataclass(frozen=True, kw_only=True)
class Nuisances:
    """How nuisances are learnt.

    propensity: classifier of the treatment.
    response: learner of the outcome of controls; None: logistic when it is 0 or 1, else linear.
    folds, seed: groups of firms predicted in turn, and their draw.
    clip: lowest and highest propensity.
    """

    propensity: Learner = field(default_factory=logistic)
    response: Learner | None = None
    folds: int = FOLDS
    seed: int = 0
    clip: tuple[float, float] = CLIP


def standardised(covariates: Floats) -> Floats:
    """Return columns of mean 0 and deviation 1, missing values kept; constant ones become 0."""
    spread = np.nanstd(covariates, axis=0)
    centred = covariates - np.nanmean(covariates, axis=0)
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))


def predicted(model: Learner, x: Floats) -> Floats:
    """Return the probability of 1 of a classifier, or the value of a regression."""
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(x)[:, 1], dtype=float)
    return np.asarray(model.predict(x), dtype=float).ravel()


def fitted(learner: Learner, x: Floats, y: Floats, weight: Floats | None = None) -> Learner:
    """Return a fresh copy of a learner, fitted. Raises UnfitTableError when it does not accept the rows."""
    model: Learner = clone(learner)
    try:
        if weight is None:
            model.fit(x, y)
        else:
            model.fit(x, y, sample_weight=weight)
    except ValueError as error:
        raise UnfitTableError(
            "Les covariables n’ont pas pu être apprises : complétez celles qui manquent, écartez celles qui se répètent, "
            "ou choisissez un modèle qui les accepte."
        ) from error
    return model


def cross_fitted(
    learner: Learner,
    *,
    x: Floats,
    y: Floats,
    learnt: Mask,
    fold: npt.NDArray[np.int64],
    weight: Floats | None = None,
) -> Floats:
    """Return the prediction of every row by a model of the rows of the other folds that are `learnt`."""
    result = np.empty(len(x))
    for inside, outside in _splits(fold):
        rows = outside & learnt
        if not rows.any():
            raise NoControlError(
                "Trop peu d’entreprises sans accompagnement pour apprendre ce qui serait arrivé : élargissez la population."
            )
        model = fitted(learner, x[rows], y[rows], None if weight is None else weight[rows])
        result[inside] = predicted(model, x[inside])
    return result


def firm_folds(
    firm: npt.NDArray[np.generic], treated: Mask, *, folds: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the fold of each row: a firm has one, and folds hold as many treated firms, give or take one."""
    unique, codes = np.unique(firm, return_inverse=True)
    ever = np.zeros(len(unique), dtype=bool)
    np.logical_or.at(ever, codes, treated)
    drawn = np.random.default_rng(seed).permutation(len(unique))
    ordered = drawn[np.argsort(~ever[drawn], kind="stable")]
    fold = np.empty(len(unique), dtype=np.int64)
    fold[ordered] = np.arange(len(unique)) % folds
    return fold[codes]


def _splits(fold: npt.NDArray[np.int64]) -> Iterator[tuple[Mask, Mask]]:
    for each in np.unique(fold):
        yield fold == each, fold != each
