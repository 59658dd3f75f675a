"""P(confirmed | visited): what a visit would find, learnt from firms drawn at random for a visit, and from those alone.

Agents choose whom they visit by what they know besides the list. Firms that are both chosen and visited are confirmed far more
often than the list deserves; weights cannot mend it, for nobody knows the chance of being chosen. The draw of the random arm is
known: each verdict weighs 1 / p_select (Horvitz and Thompson, JASA, 1952). A verdict never reaches the model of risks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from scoring.errors import UntrainableError
from scoring.learning import splits
from scoring.vocabulary import RANDOM_VISITS

Floats = npt.NDArray[np.float64]
CONFIDENCE: Final = 0.95
#: groups of predictions whose calibration is told
BINS: Final = 4
#: what it reads of an entry of a list, each on a scale of its own
FEATURES: Final = ("log_odds", "soon", "is_first", "is_high")


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """A weighted share of n visits and its 95 % interval; `effective`: equally weighted visits that would be as informative."""

    estimate: float
    low: float
    high: float
    n: int
    effective: float


@dataclass(frozen=True, kw_only=True)
class VerdictModel:
    """A logistic regression on standardised FEATURES, its calibration on firms it never saw (`predicted`, and what came: a line a
    group), and the share of the alerts that a visit confirms.
    """

    intercept: float
    coefficients: dict[str, float]
    calibration: list[dict[str, Any]]
    precision: Proportion


def proportion(confirmed: npt.ArrayLike, p_select: npt.ArrayLike) -> Proportion:
    """Return the share confirmed, each weighing 1 / p_select, with an interval that does not rely on large numbers: that of
    Clopper and Pearson, exact when weights are equal; on the effective number of visits otherwise (Korn and Graubard, 1998).

    Raises ValueError without a visit.
    """
    y, weight = np.asarray(confirmed, dtype="float64"), 1.0 / np.asarray(p_select, dtype="float64")
    if not len(y):
        message = "no visit to take a share of"
        raise ValueError(message)
    estimate = float(weight @ y / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    found, tail = effective * estimate, (1.0 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, found, effective - found + 1)) if estimate > 0 else 0.0
    high = float(beta.ppf(1 - tail, found + 1, effective - found)) if estimate < 1 else 1.0
    return Proportion(estimate=estimate, low=low, high=high, n=len(y), effective=effective)


def learn(visits: pd.DataFrame) -> VerdictModel:
    """Learn from random visits: siren, confirmed (0 or 1), p_select, p12, p18, is_first, is_high.

    Raises UntrainableError with fewer than RANDOM_VISITS of them, or with a single verdict.
    """
    if len(visits) < RANDOM_VISITS:
        raise UntrainableError(
            f"{len(visits)} visites tirées au sort ont un verdict : il en faut {RANDOM_VISITS}."
        )
    y = visits["confirmed"].to_numpy(dtype="int64")
    if y.min() == y.max():
        raise UntrainableError(
            "Toutes les visites tirées au sort ont le même verdict : rien ne les distingue."
        )
    design, weight = _design(visits), 1.0 / visits["p_select"].to_numpy(dtype="float64")
    weight = weight / weight.mean()
    model = _fit(design, y, weight)
    return VerdictModel(
        intercept=float(model.intercept_[0]),
        coefficients=dict(zip(FEATURES, map(float, model.coef_[0]), strict=True)),
        calibration=_calibration(visits, _unseen(visits["siren"], design, y, weight)),
        precision=proportion(y, visits["p_select"]),
    )


def _design(visits: pd.DataFrame) -> Floats:
    """Return FEATURES, standardised."""
    p18, p12 = (visits[name].clip(1e-6, 1 - 1e-6).to_numpy() for name in ("p18", "p12"))
    odds = np.log(p18 / (1 - p18))
    raw = np.column_stack(
        [
            odds,
            np.log(p12 / (1 - p12)) - odds,
            visits["is_first"].to_numpy(dtype="float64"),
            visits["is_high"].to_numpy(dtype="float64"),
        ]
    )
    spread = raw.std(axis=0)
    return np.asarray((raw - raw.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _fit(design: Floats, y: npt.NDArray[np.int64], weight: Floats) -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=1_000).fit(design, y, sample_weight=weight)


def _unseen(sirens: pd.Series, design: Floats, y: npt.NDArray[np.int64], weight: Floats) -> Floats:
    """Return the probability of each visit, by a model that never saw its firm; the share confirmed where the others all agree.

    Raises UntrainableError when one group of folds holds every firm.
    """
    fold, result = splits.folds(sirens).to_numpy(), np.empty(len(y))
    for group in splits.GROUPS:
        out = np.isin(fold, list(group))
        if not out.any():
            continue
        if out.all():
            raise UntrainableError(
                "Les visites tirées au sort sont d’entreprises trop semblables : aucune ne peut être prédite sans avoir été apprise."
            )
        if len(np.unique(y[~out])) < 2:
            result[out] = np.average(y[~out], weights=weight[~out])
            continue
        result[out] = _fit(design[~out], y[~out], weight[~out]).predict_proba(design[out])[:, 1]
    return result


def _calibration(visits: pd.DataFrame, predicted: Floats) -> list[dict[str, Any]]:
    """Return, for groups of visits by prediction: predicted (weighted mean) and what came, with its interval."""
    lines = []
    for rows in np.array_split(np.argsort(predicted, kind="stable"), BINS):
        part = visits.iloc[rows]
        weight = 1.0 / part["p_select"].to_numpy()
        came = proportion(part["confirmed"], part["p_select"])
        lines.append(
            {"predicted": float(np.average(predicted[rows], weights=weight)), **vars(came)}
        )
    return lines
