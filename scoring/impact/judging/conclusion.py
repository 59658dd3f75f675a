"""What may be concluded of an effect, and what it would take to conclude: decided by the interval alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.impact.errors import UnfitTableError
from scoring.impact.results import CONFIDENCE, REACH, Effect
from scoring.vocabulary import ImpactVerdict

#: rows of each group, and failures, below which an interval is not trusted
FEWEST_ROWS: Final = 100
FEWEST_FAILURES: Final = 20
#: the effect of which it is said how many firms it takes, when nothing is told of the one that was measured
TOLD: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class ImpactConclusion:
    """The verdict of an effect, and the sentences that go with it everywhere; `needed` is empty when it is concluded."""

    verdict: ImpactVerdict
    sentence: str
    needed: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """How an outcome is said of the supported: what they did, and an amount of it."""

    happened: str
    amount: Callable[[float], str]


def mde(*, base: float, n_treated: int, n_control: int) -> float:
    """Return the smallest difference of risks that is found four times in five, at 95 %: 0.082 is 8.2 points.

    base: risk without treatment. n_treated, n_control: firms. Raises UnfitTableError.
    """
    _is_risk(base)
    if min(n_treated, n_control) < 1:
        raise UnfitTableError("Il faut des entreprises dans chaque groupe.")
    return REACH * float(np.sqrt(base * (1 - base) * (1 / n_treated + 1 / n_control)))


def needed_rows(*, base: float, difference: float) -> int:
    """Return how many firms a group needs, in two groups as large, for `mde` to reach a difference of risks.
    Raises UnfitTableError.
    """
    _is_risk(base)
    if difference == 0:
        raise UnfitTableError("Aucun effectif ne suffit à établir une différence nulle.")
    return int(np.ceil(2 * base * (1 - base) * (REACH / difference) ** 2))


def is_small(effect: Effect) -> bool:
    """Return whether an effect is of too few rows, or failures, for its interval to be trusted."""
    return min(effect.n_treated, effect.n_control) < FEWEST_ROWS or (
        effect.events is not None and effect.events < FEWEST_FAILURES
    )


def verdict(
    *,
    effect: Effect,
    is_lower_better: bool = True,
    words: Words | None = None,
    adjusted: float = 0.0,
) -> ImpactConclusion:
    """Return what may be said of an effect: favorable or défavorable when its whole interval is on one side of zero,
    and otherwise non concluant; always non concluant when it `is_small`.

    is_lower_better: the outcome is a failure; False: it is a headcount, a turnover. words: how the outcome is said; None: as a failure, or
    without its amount. adjusted: p-value once it is counted how many effects were looked at (`holm`); above 5 %, nothing is concluded.
    """
    why = _doubt(effect, adjusted)
    if why:
        return ImpactConclusion(
            verdict=ImpactVerdict.NON_CONCLUANT,
            sentence=f"Non concluant : {why}. On ne peut dire ni que l’accompagnement aide, ni qu’il n’aide pas.",
            needed=_needed(effect, words),
        )
    is_good = (effect.high < 0) == is_lower_better
    found = ImpactVerdict.FAVORABLE if is_good else ImpactVerdict.DEFAVORABLE
    return ImpactConclusion(verdict=found, sentence=_said(effect, found, words), needed="")


def _doubt(effect: Effect, adjusted: float) -> str:
    """Return why nothing is concluded of an effect; "" when something is."""
    if is_small(effect):
        return "effectif insuffisant"
    if not (effect.low > 0 or effect.high < 0):
        return "l’intervalle contient zéro"
    if adjusted > 1 - CONFIDENCE:
        return "établi seul, l’effet ne l’est plus une fois compté que plusieurs horizons sont regardés (Holm)"
    return ""


def points(difference: float) -> str:
    """Return a difference of risks in French points: « 3,2 points », « 1,1 point »."""
    value = round(abs(100 * difference), 1)
    text = f"{value:.1f}".replace(".", ",").removesuffix(",0")
    return f"{text} point{'s' if value >= 2 else ''}"


#: how a failure is said
FAILURES: Final = Words(happened="ont défailli", amount=points)


def _words(effect: Effect, given: Words | None) -> Words | None:
    return given or (FAILURES if effect.events is not None else None)


def _said(effect: Effect, found: ImpactVerdict, given: Words | None) -> str:
    words = _words(effect, given)
    if words is None:
        return f"{found.label} : l’intervalle à 95 % est tout entier du même côté de zéro."
    way = "moins" if effect.estimate < 0 else "plus"
    least, most = (words.amount(end) for end in sorted((abs(effect.low), abs(effect.high))))
    return (
        f"{found.label} : les entreprises accompagnées {words.happened} {words.amount(effect.estimate)} de {way} que des entreprises "
        f"comparables (intervalle à 95 % : de {least} à {most} de {way})."
    )


def _needed(effect: Effect, given: Words | None) -> str:
    """Return what could be found with these firms, and how many it would take to conclude on an effect of this size."""
    words = _words(effect, given)
    if words is None or not effect.mde > 0:
        return ""
    reach = f"Avec ces entreprises, seul un effet d’au moins {words.amount(effect.mde)} aurait été établi quatre fois sur cinq."
    if is_small(effect):
        return _needed_when_small(effect)
    if words.amount(effect.estimate) == words.amount(0):
        return reach
    times = (effect.mde / effect.estimate) ** 2
    rows = max(int(np.ceil(times * effect.n_treated)), FEWEST_ROWS)
    if rows <= effect.n_treated:
        return reach
    count = f"{_rounded(rows):,}".replace(",", "\u202f")
    return (
        f"{reach} Pour un effet de {words.amount(effect.estimate)}, il faudrait environ {count} entreprises accompagnées, "
        "et autant de fois plus de comparables."
    )


def _needed_when_small(effect: Effect) -> str:
    """Return how many firms it would take to say anything: of an effect that these firms do not tell, nothing is let out."""
    least = f"Il faut au moins {FEWEST_ROWS} entreprises dans chaque groupe"
    if effect.events is None:
        return f"{least}."
    rows = max(int(np.ceil((effect.mde / TOLD) ** 2 * effect.n_treated)), FEWEST_ROWS)
    count = f"{_rounded(rows):,}".replace(",", "\u202f")
    return (
        f"{least}, et {FEWEST_FAILURES} défaillances. Pour établir quatre fois sur cinq un effet de {points(TOLD)}, il faudrait environ "
        f"{count} entreprises accompagnées, et autant de fois plus de comparables."
    )


def _rounded(rows: int) -> int:
    """Return a number to two digits, upwards: nobody knows it better."""
    unit = int(10 ** max(len(str(rows)) - 2, 0))
    return -(-rows // unit) * unit


def _is_risk(base: float) -> None:
    if not 0 < base < 1:
        raise UnfitTableError("Le risque de référence est entre zéro et un, bornes exclues.")
