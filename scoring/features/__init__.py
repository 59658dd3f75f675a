"""Features of the firms at risk at a date: one small module per family, the same anatomy in each.

A family is declared in `scoring.dictionary`; its module here defines `aggregates(snapshot)` (tables
of one row per firm, private columns) and `columns(wide, snapshot)` (the public columns, from all
joined aggregates). To add a family, add both modules, each to its FAMILIES. `sector` comes last: it
compares the features of the others.

- ``accounts``: annual accounts: the figures of the last known closing, and its age.
- ``bank_ratios``: ratios computed by the Banque de France for the last known closing.
- ``context``: who the firm is: sector, legal form, size class, département, age, and past procedures.
- ``contributions``: contributions called by Urssaf: their usual level, their recent drop, and silence (a firm that stops declaring).
- ``debts``: Urssaf debts: the amount owed, in months of contributions, its age and its trend.
- ``declared``: monthly series declared in YAML: the last figure of each and its change over a year.
- ``groups``: groups: whether the firm belongs to one or heads it, its depth in the group, and the size of the group.
- ``late_payment``: late payment reported by suppliers: average days late, past values, and the age of the last one.
- ``months``: month arithmetic shared by the families: sums, last values, levels and slopes over the months before an anchor, in Ibis.
- ``payment_plans``: délais de paiement granted by Urssaf: an approved plan running at the date, and whether the debt decreases as agreed.
- ``population``: who is at risk at a date, and when firms left: in the perimeter, active, not in procedure.
- ``sector``: the firm compared with its sector: some features minus their median among the firms at risk of its NAF division, the same day.
- ``short_time``: activité partielle: full-time equivalents consumed and authorised, relative to the workforce.
- ``snapshot``: what was known at a date, aggregated by firm: the tables every feature family reads.
- ``workforce``: workforce: level, variations, and the age of the last declared figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from types import ModuleType
from typing import Any, Final

import ibis
import ibis.selectors as s
import pandas as pd

from scoring.data.engine import Backend, connect, keep
from scoring.data.lake import Tables
from scoring.data.opened import Opened
from scoring.dictionary.feature import Feature
from scoring.dictionary.registry import REGISTRY, UnknownFeatureError, select
from scoring.features import (
    accounts,
    bank_ratios,
    context,
    contributions,
    debts,
    declared,
    groups,
    late_payment,
    payment_plans,
    sector,
    short_time,
    workforce,
)
from scoring.features.population import at_risk, closures, history_start, openings
from scoring.features.snapshot import Snapshot, fetch, take
from scoring.vocabulary import Nature, Theme, Unit

__all__ = [
    "REGISTRY",
    "Feature",
    "Nature",
    "Theme",
    "Unit",
    "UnknownFeatureError",
    "build",
    "closures",
    "history_start",
    "openings",
    "panel",
    "panels",
    "select",
]

FAMILIES: Final[tuple[ModuleType, ...]] = (
    contributions,
    debts,
    payment_plans,
    short_time,
    workforce,
    accounts,
    bank_ratios,
    late_payment,
    context,
    groups,
    declared,
)


def build(lake: Tables, as_of: date, *, con: Backend | None = None) -> pd.DataFrame:
    """Return one row per firm at risk at `as_of`, ordered by siren: siren, then the registry's columns.

    Numbers are float64, categories text; an unknown value is NaN (number) or None (category), never
    0. Only rows known on or before `as_of` are read. Raises ValueError when nothing was known by
    then.
    """
    return _build(Opened(lake, con or connect()), as_of)


def panels(
    lake: Tables, dates: Iterable[pd.Timestamp], *, con: Backend | None = None
) -> Iterator[pd.DataFrame]:
    """Yield `build` at each date, with `as_of` after `siren`; one table in memory at a time."""
    opened = Opened(lake, con or connect())
    for day in dates:
        table = _build(opened, day.date())
        table.insert(1, "as_of", pd.Timestamp(day).as_unit("s"))
        yield table


def panel(
    lake: Tables, dates: Iterable[pd.Timestamp], *, con: Backend | None = None
) -> pd.DataFrame:
    """Return the concatenation of `panels`."""
    return pd.concat(panels(lake, dates, con=con), ignore_index=True)


def _build(lake: Opened, as_of: date) -> pd.DataFrame:
    con = lake.con
    snapshot = take(lake, as_of, con=con)
    wide = _joined(at_risk(lake, snapshot, con=con), snapshot)
    features = wide.select("siren", **_columns(wide, snapshot))
    table = keep(con, features, name="known_features")
    table = table.mutate(**sector.compared(table)).order_by("siren")
    return _typed(fetch(table.select("siren", *(feature.name for feature in REGISTRY))))


def _joined(firms: ibis.Table, snapshot: Snapshot) -> ibis.Table:
    """Return the firms with the private columns of every family."""
    aggregates = [table for family in FAMILIES for table in family.aggregates(snapshot)]
    wide: Any = firms
    for rank, aggregate in enumerate(aggregates):
        # with a distinct name for each key, Ibis writes one chain of joins instead of nested ones
        key = f"siren_{rank}"
        wide = wide.left_join(aggregate.rename({key: "siren"}), [("siren", key)])
    return wide.select(~s.startswith("siren_"))


def _columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, ibis.Value]:
    return {
        name: column
        for family in FAMILIES
        for name, column in family.columns(wide, snapshot).items()
    }


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = {
        feature.name: "object" if feature.is_categorical else "float64" for feature in REGISTRY
    }
    return frame.astype({"siren": "object", **kinds})
