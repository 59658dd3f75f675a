"""What a risk is compared with: the mean of the firms scored the same day, in all and by section of the NAF."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from scoring.dictionary.naf import section_of

#: in a section of fewer firms, the mean of all of them is the yardstick
FEWEST: Final = 100


def averages(p18: pd.Series, divisions: pd.Series) -> dict[str, Any]:
    """Return the mean 18-month risk of all firms under ``all``, and of each large section under ``sections``.

    ``p18``: calibrated risks; ``divisions``: NAF divisions of the same firms, in the same order.
    """
    sections = divisions.map(section_of)
    by_section = p18.groupby(sections.to_numpy()).agg(["mean", "size"])
    kept = by_section.loc[by_section["size"] >= FEWEST, "mean"]
    return {
        "all": float(p18.mean()),
        "sections": {str(code): float(mean) for code, mean in kept.items()},
    }
