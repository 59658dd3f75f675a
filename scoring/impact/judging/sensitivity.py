"""How strong what nobody recorded would have to be to explain an effect away.

The E-value (VanderWeele and Ding 2017, https://doi.org/10.7326/M16-2607) for a ratio of risks, and Rosenbaum’s bound
(*Observational Studies*, 2002, chapter 4) for matched pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import binom

from scoring.impact import checks
from scoring.impact.errors import TooFewEventsError, UnfitTableError
from scoring.impact.results import Effect

#: chance of a false alarm
ALPHA: Final = 0.05
#: bias beyond which looking further says nothing more
FARTHEST: Final = 1e6


@dataclass(frozen=True, kw_only=True)
class EValue:
    """estimate, bound: the ratio of risks by which an unrecorded cause would have to be tied both to the treatment and
    to the failure to explain the estimate, or to bring the nearest end of its interval to no effect (1: it is there).
    """

    estimate: float
    bound: float


@dataclass(frozen=True, kw_only=True)
class RosenbaumBound:
    """gamma: how many times likelier to be treated one firm of a pair may be, for an unrecorded reason, before the effect
    is no longer told from chance; 1: it is not told from it without any. p_value: without any. discordant: pairs of
    which one firm failed.
    """

    gamma: float
    p_value: float
    discordant: int


def e_value(*, ratio: float, low: float | None = None, high: float | None = None) -> EValue:
    """Return the E-value of a ratio of risks and of its interval.

    ratio, low, high: positive; below 1, the treatment protects. Without an interval, the bound is that of the estimate.
    Raises UnfitTableError.
    """
    least, most = ratio if low is None else low, ratio if high is None else high
    if not 0 < least <= ratio <= most < np.inf:
        raise UnfitTableError(
            "Un rapport de risques est positif, et son intervalle le contient : vérifiez les trois valeurs."
        )
    near = least if ratio > 1 else most
    is_crossed = least <= 1 <= most
    return EValue(estimate=_e(ratio), bound=1.0 if is_crossed else _e(near))


def e_value_of(*, effect: Effect) -> EValue:
    """Return the E-value of a difference of risks, from the risk of its controls taken as known.

    Raises UnfitTableError for an effect without risks. An end of the interval beyond what a risk can be is brought to it.
    """
    base = effect.mean_control
    if base is None or effect.events is None or not 0 < base < 1:
        raise UnfitTableError(
            "Cet effet n’est pas une différence de risques : la valeur E ne s’y calcule pas."
        )
    least = np.finfo(float).tiny
    ratios = [
        float(np.clip((base + each) / base, least, 1 / base))
        for each in (effect.estimate, effect.low, effect.high)
    ]
    return e_value(ratio=ratios[0], low=ratios[1], high=ratios[2])


def rosenbaum_gamma(
    *, treated_failed: npt.ArrayLike, control_failed: npt.ArrayLike, alpha: float = ALPHA
) -> RosenbaumBound:
    """Return how much unrecorded bias pairs withstand (one-sided McNemar test, on the side of the effect).

    treated_failed, control_failed: (n,), 0 or 1, one value a pair.
    Raises TooFewEventsError when hardly any pair is discordant; UnfitTableError.
    """
    own = checks.flags(treated_failed, name="défaillance de l’accompagnée")
    other = checks.flags(control_failed, name="défaillance de l’autre")
    checks.same_length(other, rows=len(own), name="paires")
    discordant = int((own != other).sum())
    if discordant < checks.FEWEST_EVENTS:
        raise TooFewEventsError(
            "Trop peu de paires dont une seule entreprise a défailli : aucun chiffre n’est donné. Réunissez plusieurs périodes."
        )
    more = max(int((own & ~other).sum()), int((other & ~own).sum()))

    def doubt(gamma: float) -> float:
        return float(binom.sf(more - 1, discordant, gamma / (1 + gamma))) - alpha

    p_value = doubt(1.0) + alpha
    if p_value >= alpha:
        gamma = 1.0
    else:
        gamma = float(brentq(doubt, 1.0, FARTHEST)) if doubt(FARTHEST) > 0 else float("inf")
    return RosenbaumBound(gamma=gamma, p_value=p_value, discordant=discordant)


def _e(ratio: float) -> float:
    away = max(ratio, 1 / ratio)
    return float(away + np.sqrt(away * (away - 1)))
