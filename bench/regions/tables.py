"""The Markdown of the regions: levels before and after, then what each trial gains, with the interval of its mean."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from bench.regions import trials

Figures = Mapping[str, Any]
CONFIDENCE = 0.95
PARTS = ("test", "live")
#: numbers shown among those that carry the year
MOST = 12
COLUMNS = (
    "region", "failing firms, before → after", "test, before", "after", "live, before", "after", "level followed",
    "AUC, live", "share of the ceiling, live",
)  # fmt: skip
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"
TRIALS = (
    "| trial | against | AUC | share of the ceiling | distance of the level from 1, in logarithm |\n"
    "|---|---|---|---|---|"
)
BACKTEST = "| level of the past quarters | deviance a region | less than without |\n|---|---|---|"


def levels(found: Sequence[Figures]) -> str:
    """Return each region on the day of one list: predicted on true risk, before and after; then their range."""
    lines = [HEAD, *(_line(one) for one in found), ""]
    for part in PARTS:
        lines.append(
            f"{part.capitalize()}, predicted on true risk: {_range(found, f'{part}_before')} before, {_range(found, part)} after; "
            f"distance from 1 in logarithm, after less before: "
            f"{interval([distance(one[part]) - distance(one[f'{part}_before']) for one in found])}."
        )
    share = interval([one["live"]["share"] for one in found], digits=3)
    auc = interval([one["live"]["auc"] for one in found], digits=3)
    gain = interval([one["live"]["auc"] - one["live_before"]["auc"] for one in found], digits=3)
    lines.append(f"Live: AUC {auc}, {gain} more than before; share of the ceiling {share}.")
    return "\n".join(lines)


def gains(found: Sequence[Mapping[str, Mapping[str, float]]]) -> str:
    """Return what each trial gains over what it is compared with, in the mean of the regions."""
    lines = [TRIALS]
    for name, other in trials.AGAINST.items():
        pairs = [(one[name], one[other]) for one in found if name in one and other in one]
        if not pairs:
            continue
        cells = [
            interval([new[measure] - old[measure] for new, old in pairs], digits=4)
            for measure in ("auc", "share")
        ]
        moved = interval([distance(new) - distance(old) for new, old in pairs], digits=3)
        lines.append(f"| {name} | {other} | {cells[0]} | {cells[1]} | {moved} |")
    return "\n".join(lines)


def backtests(found: Sequence[Mapping[str, float]]) -> str:
    """Return the deviance of following each level over the past quarters, a region."""
    lines = [BACKTEST]
    for name in ("none", "own", "national"):
        gain = interval([one["none"] - one[name] for one in found], digits=1)
        lines.append(f"| {name} | {np.mean([one[name] for one in found]):.1f} | {gain} |")
    return "\n".join(lines)


def carried(told: pd.Series) -> str:
    """Return the numbers that tell two years apart the best."""
    lines = [f"| {name} | {value:.3f} |" for name, value in told.head(MOST).items()]
    return "\n".join(["| number | AUC beyond one half |\n|---|---|", *lines])


def interval(values: Sequence[float], *, digits: int = 2) -> str:
    """Return a mean over regions and its 95 % interval, after Student."""
    middle, spread = float(np.mean(values)), float(stats.sem(values))
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)) * spread
    low, high = (f"{end:.{digits}f}" for end in (middle - reach, middle + reach))
    return f"{middle:.{digits}f} [{low} ; {high}]"


def distance(figures: Mapping[str, float]) -> float:
    """Return how far a level is from 1, above or below alike."""
    return abs(float(np.log(figures["level"])))


def _line(one: Figures) -> str:
    regime = one["regime"]
    followed = f"× {regime['level']:.2f}" if regime["is_followed"] else "no"
    level = [f"{one[name]['level']:.2f}" for part in PARTS for name in (f"{part}_before", part)]
    return (
        f"| {one['region']} | {one['failed_before']} → {one['failed_firms']} | {' | '.join(level)} | {followed} "
        f"| {one['live']['auc']:.3f} | {one['live']['share']:.2f} |"
    )


def _range(found: Sequence[Figures], name: str) -> str:
    given = [one[name]["level"] for one in found]
    return f"{min(given):.2f} to {max(given):.2f}, median {np.median(given):.2f}"


def titled(as_of: date) -> str:
    """Return the name of a list."""
    return f"List of {as_of:%B %Y}"
