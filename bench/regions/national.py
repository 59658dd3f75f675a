"""Failures of the whole country as a macro series: in the hazard, and as the level that lists would follow."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bench.regions.country import Country
from scoring import features
from scoring.dictionary.feature import Feature
from scoring.learning import regime
from scoring.learning.follow_up import INTERVAL_MONTHS
from scoring.vocabulary import Theme, Unit

#: the last year of openings published, beside the year before, and beside all that precedes; more failures
#: never lower a risk
CHANGES = ("national_change", "national_level")
REGISTRY = (
    *features.REGISTRY,
    *(
        Feature(
            name=name,
            theme=Theme.CONTEXT,
            unit=Unit.SHARE,
            source="bodacc",
            sentence=f"{name} : {{value}}",
            monotone=1,
        )
        for name in CHANGES
    ),
)
#: with fewer years published, a year is compared with nothing
YEARS_BEFORE = 1


def told(country: Country) -> pd.DataFrame:
    """Return CHANGES of each quarter, from the openings published by its first day."""
    openings, _ = country.left(country.extracted_on)
    known, opened = (
        np.sort(pd.to_datetime(openings[name]).to_numpy()) for name in ("known_at", "opened_on")
    )
    begins = pd.Timestamp(opened[0])
    rows = {day: _told(known, day, begins=begins) for day in country.days}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(CHANGES))


def _told(known: np.ndarray, day: pd.Timestamp, *, begins: pd.Timestamp) -> tuple[float, float]:
    def published(first: pd.Timestamp, last: pd.Timestamp) -> int:
        return int(
            np.searchsorted(known, last.to_numpy()) - np.searchsorted(known, first.to_numpy())
        )

    year = pd.DateOffset(years=1)
    before = (day - year - begins).days / 365.25
    if before < YEARS_BEFORE:
        return math.nan, math.nan
    latest = published(day - year, day)
    yearly = published(begins, day - year) / before
    return latest / published(day - year - year, day - year) - 1, latest / yearly - 1


def added(country: Country, panel: pd.DataFrame) -> pd.DataFrame:
    """Return `panel` with CHANGES of its quarters."""
    days = pd.to_datetime(panel["as_of"])
    changes = told(country)
    return panel.assign(**{name: days.map(changes[name]) for name in CHANGES})


def counts(country: Country) -> pd.Series:
    """Return the openings of the whole country in the three months after each quarter's first day."""
    openings, _ = country.left(country.extracted_on)
    opened = np.sort(pd.to_datetime(openings["opened_on"]).to_numpy())
    ends = [*country.days, country.days[-1] + pd.DateOffset(months=INTERVAL_MONTHS)]
    before = np.searchsorted(opened, np.array(ends, dtype=opened.dtype), side="right")
    return pd.Series(np.diff(before), index=[f"{day:%Y-%m-%d}" for day in country.days])


def backtest(quarters: Sequence[Mapping[str, Any]], country: pd.Series) -> dict[str, float]:
    """Return the Poisson deviance of what came in the 18 months after each past quarter of a region: with the
    level of its past (`none`), with its own latest level shrunk (`own`), with that of the `country` (see
    `counts`); and by what each would multiply the risks of today.
    """
    own = _table(quarters)
    # of the country only the counts are public: what was awaited of it follows the region's
    came = country.reindex(own.index).astype("float64")
    scale = float(came.sum() / own["observed"].sum())
    national = own.assign(predicted=own["predicted"] * scale, observed=came)
    losses = {"none": 0.0, "own": 0.0, "national": 0.0}
    tried = range(regime.FIRST + regime.KNOWN_AFTER - 1, len(own) - regime.AHEAD + 1)
    for now in tried:
        known, ahead = now - regime.KNOWN_AFTER + 1, own[now : now + regime.AHEAD]
        awaited = _base(own[:known]) * float(ahead["predicted"].sum())
        levels = {
            "none": 1.0,
            "own": regime.learn(own[:known]).shrunk,
            "national": regime.learn(national[:known]).shrunk,
        }
        for name, level in levels.items():
            losses[name] += deviance(float(ahead["observed"].sum()), level * awaited)
    today = {
        f"{name}_level": regime.learn(each) for name, each in (("own", own), ("national", national))
    }
    return losses | {"tried": len(tried)} | {name: each.shrunk for name, each in today.items()}


def deviance(came: float, awaited: float) -> float:
    """Return the Poisson deviance of `came` failures where `awaited` were expected."""
    return 2 * ((came * math.log(came / awaited) if came else 0.0) - (came - awaited))


def _base(past: pd.DataFrame) -> float:
    """Return what a model refitted on these quarters multiplies their predictions by."""
    age = np.arange(len(past))[::-1] * INTERVAL_MONTHS
    weight = 0.5 ** (age / regime.HALF_LIFE)
    return float((weight * past["observed"]).sum() / (weight * past["predicted"]).sum())


def _table(quarters: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(quarters)).set_index("quarter").sort_index()
    columns = {"predicted_first": "predicted", "observed_first": "observed"}
    return frame[list(columns)].rename(columns=columns).astype("float64")
