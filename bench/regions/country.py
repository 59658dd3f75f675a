"""A simulated country on disk, cut at random into regions: what is done is kept, and an interrupted run goes on from there."""

import hashlib
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from scoring import features, train
from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.dictionary import context
from scoring.dictionary.phrases import SECTOR_SUFFIX
from scoring.dictionary.sector import COMPARED
from scoring.features.sector import FEWEST
from scoring.lab.simulate import simulate
from scoring.learning import splits
from scoring.learning.examples import Examples
from scoring.learning.follow_up import HORIZONS, FollowUp, follow_up
from scoring.learning.hazard import Params
from scoring.learning.histories import HISTORY_MONTHS
from scoring.train import Settings

MONTHS, END = 120, date(2026, 10, 1)
#: threads and seed are part of a model; intervals here are those of the regions, not of draws
SETTINGS = Settings(params=Params(thread_count=1), with_peers=False, draws=20)
Prepared = tuple[Examples, FollowUp, splits.Blocks]


@dataclass(frozen=True, kw_only=True)
class Country:
    """A simulated country of `regions` times `firms` firms, in a directory of its own."""

    directory: Path
    seed: int
    regions: int
    firms: int

    @property
    def extracted_on(self) -> date:
        """The day its files were extracted."""
        return (END + timedelta(days=31)).replace(day=1)

    @cached_property
    def lake(self) -> Lake:
        """Its published files, simulated once."""
        done, files, lake = (self.directory / name for name in ("published", "files", "lake"))
        if not done.exists():
            for stale in (files, lake):
                shutil.rmtree(stale, ignore_errors=True)
            total = self.regions * self.firms
            simulate(files, firms=total, months=MONTHS, seed=self.seed, end=END)
            import_directory(files, Lake(lake), batch_id="bench", today=self.extracted_on)
            Lake(lake).restate(["bench"])
            done.touch()
        return Lake(lake)

    @cached_property
    def days(self) -> tuple[pd.Timestamp, ...]:
        """Its quarters, from the first with a year of past."""
        start = self.kept("start", lambda: features.history_start(self.lake))
        first = splits.quarter_after(start, months=HISTORY_MONTHS)
        return splits.quarterly(first, self.extracted_on)

    def panel(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the features of a quarter, which reads what was known then, whatever came after."""
        found: pd.DataFrame = self.kept(f"quarter-{day.date()}", lambda: self._built(day))
        return found

    @cached_property
    def risk(self) -> pd.DataFrame:
        """Siren, as_of, the true risks and whether the firm is at risk."""
        columns = ["siren", "as_of", *(f"risk_{months}" for months in HORIZONS), "at_risk"]
        return pd.read_parquet(self.directory / "files/truth/risk.parquet", columns=columns)

    def left(self, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the openings and closures known on `as_of`."""
        found: tuple[pd.DataFrame, pd.DataFrame] = self.kept(
            f"left-{as_of}",
            lambda: (features.openings(self.lake, as_of), features.closures(self.lake, as_of)),
        )
        return found

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what `make` gives, made once."""
        path = self.directory / f"{name}.pickle"
        if not path.exists():
            content, part = make(), path.with_suffix(".part")
            part.write_bytes(pickle.dumps(content))
            part.rename(path)
        return pickle.loads(path.read_bytes())  # noqa: S301 (written above)

    def _built(self, day: pd.Timestamp) -> pd.DataFrame:
        (table,) = features.panels(self.lake, [day], con=connect(threads=1))
        return table


@dataclass(frozen=True, kw_only=True)
class SimulatedRegion:
    """The firms of a country that fall in some of its shares, `numbers`."""

    country: Country
    numbers: frozenset[int]

    @property
    def name(self) -> str:
        """What its files are called."""
        return "-".join(map(str, sorted(self.numbers)))

    def own(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of its firms."""
        inside = share(table["siren"], self.country.regions).isin(self.numbers)
        return table[inside.to_numpy()].reset_index(drop=True)

    @cached_property
    def tables(self) -> dict[pd.Timestamp, pd.DataFrame]:
        """The features of each quarter, as a portal that holds this region alone would build them."""
        country = self.country
        return {day: within(self.own(country.panel(day))) for day in country.days}

    def panels(self, days: Iterable[pd.Timestamp]) -> Iterator[pd.DataFrame]:
        """Yield those of some quarters."""
        return (self.tables[day] for day in days)

    def prepared(self, as_of: date) -> Prepared:
        """Return what a fit needs, as known on `as_of`."""
        openings, closures = (self.own(table) for table in self.country.left(as_of))
        history = follow_up(openings, known_by=as_of, closures=closures, support=[])
        days = [day for day in self.country.days if day <= pd.Timestamp(as_of)]
        return train.gather(self.panels, days, history, as_of=as_of, settings=SETTINGS)

    def live(self, as_of: date) -> pd.DataFrame:
        """Return the firms at risk on the last quarter before `as_of`: those a list of that day would rank."""
        day = max(day for day in self.country.days if day <= pd.Timestamp(as_of))
        return within(self.own(self.country.panel(day)))


def share(sirens: pd.Series, regions: int) -> pd.Series:
    """Return the region of each firm, drawn by its siren whatever its fold."""
    drawn = {
        siren: int(hashlib.sha256(f"region {siren}".encode()).hexdigest(), 16) % regions
        for siren in sirens.unique()
    }
    return sirens.map(drawn)


def within(panel: pd.DataFrame) -> pd.DataFrame:
    """Return `panel` with each feature compared with its sector among these firms alone (`features.sector`)."""
    division = panel.groupby(panel[context.SECTOR.name], dropna=True)
    columns = {}
    for base in COMPARED:
        value = panel[base.name]
        usual = division[base.name].transform("median")
        enough = division[base.name].transform("count") >= FEWEST
        columns[f"{base.name}{SECTOR_SUFFIX}"] = (value - usual).where(enough)
    return panel.assign(**columns)
