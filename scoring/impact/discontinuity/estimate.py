"""The jump at the cut, with an interval that allows for the curve it was fitted without.

Local straight lines with triangular weights; the interval is centred on the estimate corrected of its bias, and its
width counts the doubt on that correction (Calonico, Cattaneo and Titiunik 2014, https://doi.org/10.3982/ECTA11757).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.impact import checks
from scoring.impact.discontinuity.bandwidth import CURVE, ORDER, Reaches, reaches
from scoring.impact.discontinuity.density import FAR_BELOW_CHANCE, jump_of_density
from scoring.impact.discontinuity.local import Side, enough, fit, sandwich
from scoring.impact.errors import ManipulatedCutError, TooNearTheCutError
from scoring.impact.results import Effect, Floats, Mask, counted, stated

#: distinct scores that a side needs
FEWEST_PLACES: Final = 20
#: share of the firms near the cut whose alert does not follow it, from which it is not a cut
MOST_OVERRIDDEN: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Jump:
    """conventional: the jump, as it is drawn, and the interval that forgets its bias. robust: its estimate corrected of
    the bias, whose interval is the one that is told. reach, bias_reach: distances to the cut, in units of the score.
    below, above: rows nearer than `reach`. density: p-value of the count of firms on both sides of the cut.
    """

    conventional: Effect
    robust: Effect
    reach: float
    bias_reach: float
    below: int
    above: int
    density: float


def rd(
    *,
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    cut: float = 0.0,
    firm: npt.ArrayLike | None = None,
    alerted: npt.ArrayLike | None = None,
    reach: Reaches | None = None,
) -> Jump:
    """Return the jump of the outcome at the cut of a list (sharp design: the effect of the alert, on firms at the cut).

    outcome: (n,), a number, or 0 and 1. score: (n,), and cut: at or above it, a firm is alerted. firm: (n,), whose rows
    are correlated: several lists may be stacked, scores less the cut of each. alerted: (n,), who was; None: nobody
    looked. reach: distances to the cut; None: those of lowest mean squared error.

    Raises ManipulatedCutError when firms heap on one side of the cut, or when alerts do not follow it;
    TooNearTheCutError, TooFewEventsError, UnfitTableError.
    """
    y = checks.numbers(outcome, name="issue")
    x = checks.numbers(score, name="score") - cut
    checks.same_length(x, rows=len(y), name="score")
    checks.enough_events(y)
    groups = None if firm is None else np.unique(np.asarray(firm), return_inverse=True)[1]
    below, above = (_side(x, y, groups, inside=inside) for inside in (x < 0, x >= 0))
    _fit_to_be_cut(below, above)
    p_value = jump_of_density(x)
    if p_value < FAR_BELOW_CHANCE:
        raise ManipulatedCutError(
            "Les entreprises s’accumulent d’un côté du seuil : il a été déplacé à la main, ou des scores l’ont été. "
            "Aucun effet n’est lu à ce seuil. Prenez une liste dont le seuil a été fixé avant les scores."
        )
    chosen = reach or reaches(below, above)
    near = np.abs(x) < chosen.jump
    if alerted is not None:
        _followed(checks.flags(alerted, name="alertée")[near], x[near] >= 0)
    if not all(enough(side, reach=chosen.jump, least=CURVE + 2) for side in (below, above)):
        _refuse_few()
    return _jump(below, above, chosen, x=x, y=y, p_value=p_value)


def _side(x: Floats, y: Floats, groups: npt.NDArray[np.int64] | None, *, inside: Mask) -> Side:
    rows = np.flatnonzero(inside)[np.argsort(x[inside], kind="stable")]
    return Side(x=x[rows], y=y[rows], firm=None if groups is None else groups[rows])


def _fit_to_be_cut(below: Side, above: Side) -> None:
    if not all(enough(side, reach=np.inf, least=FEWEST_PLACES) for side in (below, above)):
        _refuse_few()


def _refuse_few() -> None:
    raise TooNearTheCutError(
        "Trop peu d’entreprises d’un côté du seuil : rien ne peut y être lu. Réunissez plusieurs listes."
    )


def _followed(alerted: Mask, above: Mask) -> None:
    if (alerted != above).mean() > MOST_OVERRIDDEN:
        raise ManipulatedCutError(
            "Près du seuil, trop d’entreprises ont été ajoutées ou retirées à la main : être alertée ne dépend plus du seuil. "
            "Aucun effet n’y est lu."
        )


def _jump(
    below: Side, above: Side, chosen: Reaches, *, x: Floats, y: Floats, p_value: float
) -> Jump:
    sides = [_intercept(side, chosen) for side in (below, above)]
    plain, corrected, variance, robust = np.array(sides[1]) - np.array(sides[0]) * [1, 1, -1, -1]
    near = np.abs(x) < chosen.jump
    counts = {"outcome": y[near], "treated": x[near] >= 0, "known": np.ones(near.sum(), dtype=bool)}
    found = [
        counted(stated(float(value), float(np.sqrt(spread)), n=0, n_treated=0), **counts)
        for value, spread in ((plain, variance), (corrected, robust))
    ]
    return Jump(
        conventional=found[0],
        robust=found[1],
        reach=chosen.jump,
        bias_reach=chosen.bias,
        below=int((near & (x < 0)).sum()),
        above=int((near & (x >= 0)).sum()),
        density=p_value,
    )


def _intercept(side: Side, chosen: Reaches) -> tuple[float, float, float, float]:
    """Return the value of one side at the cut, the same corrected of its bias, and the variances of both."""
    near = side.within(max(chosen.jump, chosen.bias))
    line = fit(near, reach=chosen.jump, order=ORDER)
    curve = fit(near, reach=chosen.bias, order=CURVE)
    missed = line.weighted.T @ near.x ** (ORDER + 1)
    corrected = line.weighted - np.outer(curve.weighted @ curve.inverse[ORDER + 1], missed)
    plain = line.inverse @ sandwich(line.weighted, near, order=ORDER) @ line.inverse
    robust = line.inverse @ sandwich(corrected, near, order=CURVE) @ line.inverse
    at_cut = (line.inverse @ (corrected.T @ near.y))[0]
    return float(line.beta[0]), float(at_cut), float(plain[0, 0]), float(robust[0, 0])
