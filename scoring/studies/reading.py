"""What a study found, horizon by horizon, in plain values: numbers, sentences, and refusals without a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from scoring.impact.cohorts.appraisal import curves, withstood
from scoring.impact.cohorts.facts import Facts
from scoring.impact.cohorts.outcomes import GRACE, MeasuredOutcome, measure
from scoring.impact.discontinuity.estimate import Jump
from scoring.impact.errors import ImpactError
from scoring.impact.judging.conclusion import is_small, verdict
from scoring.impact.judging.multiple import holm, p_value
from scoring.impact.judging.sensitivity import e_value_of
from scoring.impact.weighting import QUARTER
from scoring.studies.wordings import WORDS
from scoring.vocabulary import FEWEST_OF_A_STUDY, ImpactVerdict, StudyOutcome

#: outcomes of which survival is drawn
DRAWN: Final = (StudyOutcome.OPENING, StudyOutcome.LIQUIDATION)
#: an E-value and pairs are of a difference of risks
RISKS: Final = (*DRAWN, StudyOutcome.CLOSURE)
KEPT: Final = ("estimate", "se", "low", "high", "mde", "n_treated", "n_control", "events")

Truth = Callable[[MeasuredOutcome], float | None]


@dataclass(frozen=True, kw_only=True)
class Studied:
    """What a study is read of. names: of the covariates. truth: what a simulation knows of the effect on the rows that were compared.
    cut: what the alert changed at the cut within some months; `None` where there are no lists.
    """

    facts: Facts
    starts: Sequence[int]
    names: tuple[str, ...]
    grace: int = GRACE
    truth: Truth | None = None
    cut: Callable[[int], Jump] | None = None


@dataclass(frozen=True, kw_only=True)
class StudyReading:
    """What a study found at one horizon. refusal: why there is no figure, "" when there is one; details: plain values, empty when
    nothing is told. truth: the effect that a simulation knows, in the unit of the outcome.
    """

    horizon: int
    verdict: ImpactVerdict
    sentence: str
    needed: str = ""
    refusal: str = ""
    details: dict[str, Any]
    truth: float | None = None


def refused(horizons: Sequence[int], error: ImpactError) -> list[StudyReading]:
    """Return the same refusal at each horizon."""
    return [_refusal(horizon, error) for horizon in horizons]


def read(outcome: StudyOutcome, horizons: Sequence[int], studied: Studied) -> list[StudyReading]:
    """Return what was found at each horizon, verdicts counting how many horizons are looked at (Holm)."""
    found = [_measured(outcome, horizon, studied) for horizon in horizons]
    effects = [each.effect for each in found if isinstance(each, MeasuredOutcome)]
    adjusted = iter(holm([p_value(effect) for effect in effects]))
    return [
        _refusal(horizon, each)
        if isinstance(each, ImpactError)
        else _reading(outcome, horizon, each, studied, adjusted=float(next(adjusted)))
        for horizon, each in zip(horizons, found, strict=True)
    ]


def _measured(
    outcome: StudyOutcome, horizon: int, studied: Studied
) -> MeasuredOutcome | ImpactError:
    try:
        return measure(
            outcome=outcome,
            facts=studied.facts,
            horizon=horizon,
            starts=studied.starts,
            grace=studied.grace,
        )
    except ImpactError as error:
        return error


def _refusal(horizon: int, error: ImpactError) -> StudyReading:
    return StudyReading(
        horizon=horizon,
        verdict=ImpactVerdict.NON_CONCLUANT,
        sentence="Non concluant : aucun chiffre ne peut être donné.",
        refusal=str(error),
        details={},
    )


def _reading(
    outcome: StudyOutcome,
    horizon: int,
    found: MeasuredOutcome,
    studied: Studied,
    *,
    adjusted: float,
) -> StudyReading:
    effect = found.effect
    said = verdict(
        effect=effect,
        is_lower_better=outcome.is_lower_better,
        words=WORDS[outcome],
        adjusted=adjusted,
    )
    truth = studied.truth(found) if studied.truth else None
    details: dict[str, Any] = {
        "told_treated": _told(effect.n_treated),
        "told_control": _told(effect.n_control),
    }
    if not is_small(effect):
        details |= {name: getattr(effect, name) for name in KEPT}
        details |= {"p_value": p_value(effect), "adjusted": adjusted}
        details |= {"balance": _balance(found, studied), "overlap": _plain(effect.overlap)}
        details["curves"] = _curves(outcome, horizon, found)
        details["checks"] = _checks(outcome, horizon, found, studied)
    return StudyReading(
        horizon=horizon,
        verdict=said.verdict,
        sentence=said.sentence,
        needed=said.needed,
        details=details,
        truth=truth,
    )


def _told(rows: int) -> int | None:
    return rows if rows >= FEWEST_OF_A_STUDY else None


def _balance(found: MeasuredOutcome, studied: Studied) -> list[dict[str, Any]]:
    """Return the standardised difference of each covariate, before and after weighing."""
    balance = found.effect.balance
    if balance is None:
        return []
    own = found.trials.covariates.shape[1] - len(studied.names)
    names = [*studied.names, *["Emplois au départ"] * own]
    names += [f"Liste du trimestre {start + 1}" for start in np.unique(found.trials.start)[1:]]
    return [
        {"name": name, "before": before, "after": after}
        for name, before, after in zip(names, balance.before, balance.after, strict=True)
    ]


def _curves(outcome: StudyOutcome, horizon: int, found: MeasuredOutcome) -> dict[str, Any] | None:
    """Return both survivals each quarter; `None` where there is nothing to survive, or nothing to compare with."""
    if outcome not in DRAWN:
        return None
    times = np.arange(0.0, horizon + QUARTER, QUARTER)
    try:
        own, other = curves(found, times=times.tolist())
    except ImpactError:
        return None
    return {
        "times": times.tolist(),
        **{
            name: {
                "survival": curve.survival.tolist(),
                "low": curve.low.tolist(),
                "high": curve.high.tolist(),
                "at_risk": [_told(int(rows)) for rows in curve.at_risk],
            }
            for name, curve in (("treated", own), ("control", other))
        },
    }


def _checks(
    outcome: StudyOutcome, horizon: int, found: MeasuredOutcome, studied: Studied
) -> dict[str, dict[str, Any]]:
    """Return the cross-checks, each with its figures or the reason why there is none."""
    if outcome not in RISKS:
        return {}
    checks = {
        "e_value": lambda: _plain(e_value_of(effect=found.effect)),
        "rosenbaum": lambda: _plain(withstood(found)),
    }
    if studied.cut is not None and outcome in DRAWN:
        near = studied.cut
        checks["cut"] = lambda: _jump(near(horizon))
    return {name: _tried(check) for name, check in checks.items()}


def _tried(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return check()
    except ImpactError as error:
        return {"refusal": str(error)}


def _jump(found: Jump) -> dict[str, Any]:
    robust = found.robust
    return {
        "estimate": robust.estimate,
        "low": robust.low,
        "high": robust.high,
        "below": found.below,
        "above": found.above,
    }


def _plain(values: Any) -> dict[str, Any]:
    """Return the fields of a result, infinite ones as none: JSON has no word for them."""
    return {
        name: value if not isinstance(value, float) or np.isfinite(value) else None
        for name, value in asdict(values).items()
    }
