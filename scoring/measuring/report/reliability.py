"""The reliability diagram: predicted against observed, by slice of predicted risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scoring.learning.bootstrap import bootstrap
from scoring.measuring.evaluate import JudgedRows, precision

Floats = npt.NDArray[np.float64]
#: quantiles of predicted risk that separate the slices: deciles, the last one split in two
EDGES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def measure(risk: Floats, rows: JudgedRows, counts: Sequence[Floats]) -> list[dict[str, Any]]:
    """Return one dict a slice, lowest risks first: low, high (risks), rows, failed_firms,
    predicted, observed (a band over the draws `counts`). Equal risks are never separated; rows with an unknown
    outcome are left out.
    """
    is_known = rows.weight > 0
    cuts = np.unique(np.quantile(risk[is_known], EDGES))
    slice_of = np.searchsorted(cuts, risk, side="left")
    slices = [int(each) for each in np.unique(slice_of[is_known])]

    def rates(weight: Floats) -> dict[str, dict[str, float]]:
        return {
            str(each): {
                "predicted": precision(risk, weight=weight * (slice_of == each)),
                "observed": precision(rows.outcome, weight=weight * (slice_of == each)),
            }
            for each in slices
        }

    grounds = {
        str(each): {"observed": rows.share_of((slice_of == each).astype(float))} for each in slices
    }
    bands = bootstrap(rates, rows.weight, counts, firms=rows.failed_firms, grounds=grounds).bands()
    return [
        {
            "low": float(risk[inside].min()),
            "high": float(risk[inside].max()),
            "rows": int(inside.sum()),
            "failed_firms": rows.failed_in(inside.astype(float)),
            "predicted": bands[str(each)]["predicted"]["value"],
            "observed": bands[str(each)]["observed"],
        }
        for each in slices
        for inside in [is_known & (slice_of == each)]
    ]
