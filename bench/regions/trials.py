"""Each trial of a region on the day of a list: the risks it gives, kept on disk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.regions import figures, learners, national, stable
from bench.regions.country import SimulatedRegion
from bench.regions.learners import TrialGround
from scoring import features

Floats = npt.NDArray[np.float64]
IN_SERVICE = "three seeds, in service"
ONE = "one seed"
FITTED: Mapping[str, Callable[[TrialGround], Floats]] = {
    ONE: learners.one_seed,
    "national failures in the hazard": lambda ground: learners.one_seed(
        ground.reading(partial(national.added, ground.region.country), national.REGISTRY)
    ),
    "amounts in contributions of the quarter": lambda ground: learners.one_seed(
        ground.reading(partial(stable.deflated, ground.region), features.REGISTRY)
    ),
    "every number less its mean of the quarter": lambda ground: learners.one_seed(
        ground.reading(partial(stable.centred, ground.region), features.REGISTRY)
    ),
    "amounts beside the firm's own past": lambda ground: learners.one_seed(
        ground.reading(partial(stable.own_past, ground.region), features.REGISTRY)
    ),
    "amounts, and the same beside the firm's own past": lambda ground: learners.one_seed(
        ground.reading(partial(stable.with_own_past, ground.region), stable.BESIDE)
    ),
    "another family of trees beside, half and half": learners.beside_another,
}
#: what each is compared with
AGAINST: Mapping[str, str] = {
    IN_SERVICE: ONE,
    **dict.fromkeys((name for name in FITTED if name != ONE), ONE),
}


def product(region: SimulatedRegion, *, as_of: date) -> dict[str, Any]:
    """Return the figures of the product, measured once."""
    found: dict[str, Any] = region.country.kept(
        f"product-{region.name}-{as_of}", lambda: figures.product(region, as_of=as_of)
    )
    return found


def fitted(name: str, region: SimulatedRegion, *, as_of: date) -> Floats:
    """Return the log-odds that a trial gives the firms of the list, fitted once."""
    trees = product(region, as_of=as_of)["trees"]

    def fit() -> Floats:
        ground = TrialGround(
            region=region,
            as_of=as_of,
            prepared=region.prepared(as_of),
            live=region.live(as_of),
            trees=trees,
        )
        return FITTED[name](ground)

    key = name.replace(" ", "-")
    found: Floats = region.country.kept(f"{key}-{region.name}-{as_of}", fit)
    return found


def judged(
    region: SimulatedRegion, *, as_of: date, names: Sequence[str] = tuple(FITTED)
) -> dict[str, dict[str, float]]:
    """Return what the risks of some trials, and of the product, are worth beside the truth, before any
    recalibration.
    """
    risks = {name: learners.at_horizon(fitted(name, region, as_of=as_of)) for name in names}
    risks[IN_SERVICE] = product(region, as_of=as_of)["live_raw"]
    live, truth = region.live(as_of), region.country.risk
    return {name: figures.against(live, given, truth) for name, given in risks.items()}
