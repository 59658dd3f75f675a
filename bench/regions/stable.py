"""Features that carry the year, and the same said so that they say the same in every year."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from bench.regions.country import Country, SimulatedRegion
from scoring import features
from scoring.dictionary import contributions
from scoring.vocabulary import Unit

NUMBERS = tuple(feature for feature in features.REGISTRY if not feature.is_categorical)
EUROS = tuple(feature.name for feature in NUMBERS if feature.unit is Unit.EUROS)
UNKNOWN = -1e18
SUFFIX = "_own_past"
#: the registry, and amounts beside the firm's own past
BESIDE = (
    *features.REGISTRY,
    *(
        replace(feature, name=f"{feature.name}{SUFFIX}", unit=Unit.SHARE, past=(), beside=())
        for feature in features.REGISTRY
        if feature.name in EUROS
    ),
)
#: quarters of a firm's own past
PAST = 4
#: two years that the episode of suppressed failures separates
YEARS = (2019, 2025)


def carried(country: Country, early: int, late: int) -> pd.Series:
    """Return how well each number alone tells the firms of two years apart: AUC beyond one half, unknown being
    a value like another.
    """
    first, last = (
        pd.concat([country.panel(day) for day in country.days if day.year == year])
        for year in (early, late)
    )
    is_late = np.repeat([0, 1], [len(first), len(last)])
    both = pd.concat([first, last])
    told = {
        feature.name: abs(roc_auc_score(is_late, both[feature.name].fillna(UNKNOWN)) - 0.5)
        for feature in NUMBERS
    }
    return pd.Series(told).sort_values(ascending=False)


def deflated(region: SimulatedRegion, panel: pd.DataFrame) -> pd.DataFrame:
    """Return `panel` with amounts in usual contributions of the quarter: the median of its firms."""
    usual = _by_quarter(region, [contributions.MEAN.name], "median")[contributions.MEAN.name]
    unit = pd.to_datetime(panel["as_of"]).map(usual)
    return panel.assign(**{name: panel[name] / unit for name in EUROS})


def own_past(region: SimulatedRegion, panel: pd.DataFrame) -> pd.DataFrame:
    """Return `panel` with amounts divided by the mean that the firm had of them in the `PAST` quarters before; unknown
    without a past, or when it was nothing.
    """
    return panel.assign(**_beside_past(region, panel))


def with_own_past(region: SimulatedRegion, panel: pd.DataFrame) -> pd.DataFrame:
    """Return `panel` with the same beside the amounts, which stay: the features `BESIDE`."""
    beside = _beside_past(region, panel)
    return panel.assign(**{f"{name}{SUFFIX}": values for name, values in beside.items()})


def _beside_past(region: SimulatedRegion, panel: pd.DataFrame) -> dict[str, Any]:
    every = pd.concat(
        [table[["siren", *EUROS]].assign(day=day) for day, table in region.tables.items()]
    ).sort_values(["siren", "day"], ignore_index=True)
    firms = every.groupby("siren")
    usual = firms[list(EUROS)].transform(
        lambda column: column.shift(1).rolling(PAST, min_periods=1).mean()
    )
    ratios = (every[list(EUROS)] / usual.where(usual > 0)).assign(
        siren=every["siren"], as_of=every["day"]
    )
    days = pd.to_datetime(panel["as_of"])
    joined = panel[["siren"]].assign(as_of=days).merge(ratios, on=["siren", "as_of"], how="left")
    return {name: joined[name].to_numpy() for name in EUROS}


def centred(region: SimulatedRegion, panel: pd.DataFrame) -> pd.DataFrame:
    """Return `panel` with each number less its mean among the firms of the quarter, amounts deflated first."""
    names = [feature.name for feature in NUMBERS]
    usual = _by_quarter(region, names, "mean")
    days = pd.to_datetime(panel["as_of"])
    unit = days.map(
        _by_quarter(region, [contributions.MEAN.name], "median")[contributions.MEAN.name]
    )
    columns = {}
    for name in names:
        gap = panel[name] - days.map(usual[name])
        columns[name] = gap / unit if name in EUROS else gap
    return panel.assign(**columns)


def _by_quarter(region: SimulatedRegion, names: list[str], how: str) -> pd.DataFrame:
    tables = {day: table[names].agg(how) for day, table in region.tables.items()}
    return pd.DataFrame.from_dict(tables, orient="index")
