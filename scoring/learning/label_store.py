"""The label store: what a training at a date would learn of every firm, quarter by quarter, and why.

Made by the code that trains: the same follow-up, the same interval rows, the same draw of quiet rows, without the features. One
row a firm, one letter a quarter: a country has fourteen million snapshots, and a hundred million interval rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.data.engine import connect
from scoring.data.lake import Tables
from scoring.data.opened import Opened
from scoring.errors import UntrainableError
from scoring.features.population import standings
from scoring.features.snapshot import census
from scoring.learning import histories, splits
from scoring.learning.examples import QuietDraw
from scoring.learning.fates import fates
from scoring.learning.follow_up import FollowUp, hazard_rows, still_free
from scoring.learning.splits import Blocks
from scoring.vocabulary import LabelFate, SplitRole

Letters = npt.NDArray[np.str_]
Counts = npt.NDArray[np.uint8]
ROLES: Final = {
    "train": SplitRole.TRAIN,
    "calibration": SplitRole.CALIBRATION,
    "test": SplitRole.TEST,
    "unused": SplitRole.UNUSED,
}


@dataclass(frozen=True, kw_only=True)
class LabelStore:
    """What is learnt of `firms` (siren, department, fold: those ever in the perimeter) at `quarters`, as known at one date.

    fates, counts, drawn: shape (firms, quarters): a `LabelFate`, how many interval rows, and which of them the model in service is
    fitted on (bit k - 1 for interval k). `quiet_share`: share of the rows without failure that are drawn. `cut`: the roles of
    the recipe that is judged; None when the history is too short, `refusal` saying so.
    """

    firms: pd.DataFrame
    quarters: tuple[pd.Timestamp, ...]
    fates: Letters
    counts: Counts
    drawn: Counts
    quiet_share: float
    history: FollowUp
    cut: Blocks | None
    refusal: str | None

    def roles(self) -> list[str]:
        """Return the `SplitRole` of each quarter, a text a fold; every one is UNUSED without a cut."""
        return ["".join(self._roles_of(fold)) for fold in range(splits.FOLDS)]

    def _roles_of(self, fold: int) -> list[SplitRole]:
        if self.cut is None:
            return [SplitRole.UNUSED] * len(self.quarters)
        one = pd.DataFrame({"siren": splits.example_of(fold), "as_of": list(self.quarters)})
        return [ROLES[role] for role in splits.assign(one, self.cut)]


def build(lake: Tables, *, as_of: date, labels: pd.DataFrame | None) -> LabelStore:
    """Return the label store of what was known at `as_of`. Raises AsOfError when the data begin later."""
    days = histories.quarters(lake, as_of=as_of)
    history = histories.known(lake, as_of=as_of, labels=labels)
    kept = _Gathering()
    for day, table in _censuses(lake, days):
        kept.add(day, table, history)
    cut, refusal = _cut(days, history, as_of=as_of)
    return kept.store(days, history, cut, refusal)


def _censuses(
    lake: Tables, days: tuple[pd.Timestamp, ...]
) -> Iterator[tuple[pd.Timestamp, pd.DataFrame]]:
    """Yield each quarter with its firms of the perimeter (`standings`)."""
    con = connect()
    opened = Opened(lake, con)
    for day in days:
        yield day, standings(opened, census(opened, day.date(), con=con), con=con)


def _cut(
    days: tuple[pd.Timestamp, ...], history: FollowUp, *, as_of: date
) -> tuple[Blocks | None, str | None]:
    try:
        return splits.cut(days, history.openings, as_of=as_of), None
    except UntrainableError as error:
        return None, str(error)


class _Gathering:
    """The firms seen so far, and what is learnt of them at each quarter."""

    def __init__(self) -> None:
        self.sirens = pd.Index([], dtype=object)
        self.departments: list[object] = []
        self.quarters: list[tuple[npt.NDArray[np.intp], Letters, Counts]] = []
        self.panels: list[npt.NDArray[np.intp]] = []
        self.draw = QuietDraw()

    def add(self, day: pd.Timestamp, table: pd.DataFrame, history: FollowUp) -> None:
        """Add a quarter: `table` holds its firms, those at risk without a fate."""
        place = self._places(table)
        fate = table["fate"].fillna("").to_numpy(dtype="<U1")
        count = np.zeros(len(table), dtype="uint8")
        risk = np.flatnonzero(fate == "")
        at_risk = table.iloc[risk][["siren"]].assign(as_of=day.as_unit("s"))
        free = still_free(at_risk, history).to_numpy()
        fate[risk[~free]] = LabelFate.BLIND
        snapshots = at_risk[free].reset_index(drop=True)
        rows = hazard_rows(snapshots, history)
        told = fates(snapshots, history, rows)
        fate[risk[free]], count[risk[free]] = told["fate"], told["count"]
        self.draw.add(snapshots, rows)
        self.quarters.append((place, fate, count))

    def store(
        self,
        days: tuple[pd.Timestamp, ...],
        history: FollowUp,
        cut: Blocks | None,
        refusal: str | None,
    ) -> LabelStore:
        """Return everything kept."""
        shape = (len(self.sirens), len(days))
        letters = np.full(shape, LabelFate.OUTSIDE.value, dtype="<U1")
        counts = np.zeros(shape, dtype="uint8")
        for column, (place, fate, count) in enumerate(self.quarters):
            letters[place, column], counts[place, column] = fate, count
        drawn, share = self._drawn(days, shape)
        sirens = pd.Series(self.sirens, name="siren")
        return LabelStore(
            firms=pd.DataFrame(
                {
                    "siren": sirens,
                    "department": self.departments,
                    "fold": splits.folds(sirens).to_numpy(),
                }
            ),
            quarters=days,
            fates=letters,
            counts=counts,
            drawn=drawn,
            quiet_share=share,
            history=history,
            cut=cut,
            refusal=refusal,
        )

    def _drawn(
        self, days: tuple[pd.Timestamp, ...], shape: tuple[int, int]
    ) -> tuple[Counts, float]:
        """Return the interval rows that the model in service is fitted on, and the share of the quiet ones that are."""
        _, rows, share = self.draw.result()
        drawn = np.zeros(shape, dtype="uint8")
        where = (
            self.sirens.get_indexer(pd.Index(rows["siren"], dtype=object)),
            pd.DatetimeIndex(days).get_indexer(pd.DatetimeIndex(rows["as_of"])),
        )
        np.bitwise_or.at(drawn, where, np.left_shift(1, rows["interval"] - 1).astype("uint8"))
        return drawn, share

    def _places(self, table: pd.DataFrame) -> npt.NDArray[np.intp]:
        """Return where each firm of a table stands, new ones last."""
        place = self.sirens.get_indexer(pd.Index(table["siren"], dtype=object))
        new = place < 0
        self.sirens = self.sirens.append(pd.Index(table["siren"][new], dtype=object))
        self.departments += table["department"][new].tolist()
        place[new] = np.arange(len(self.sirens) - new.sum(), len(self.sirens))
        return np.asarray(place)


def counted(store: LabelStore, *, region_of: Callable[[object], str], country: str) -> pd.DataFrame:
    """Return year (0: all), region (`country`: all), fate ("": any with an interval row), firms, snapshots, intervals, events, halves,
    drawn, of everything but what is out of the perimeter. `region_of` gives the region of a département, or of None.
    """
    regions, place = np.unique(
        [region_of(code) for code in store.firms["department"]], return_inverse=True
    )
    years = np.array([day.year for day in store.quarters])
    parts = []
    for year in (0, *np.unique(years)):
        columns = np.flatnonzero((years == year) | (year == 0))
        for fate in ("", *(each for each in LabelFate if each is not LabelFate.OUTSIDE)):
            part = _tally(store, columns, LabelFate(fate) if fate else None, place, len(regions))
            parts.append(part.assign(year=int(year), region=regions, fate=str(fate)))
    by_region = pd.concat(parts, ignore_index=True)
    everywhere = by_region.groupby(["year", "fate"], as_index=False).sum(numeric_only=True)
    everything = pd.concat([by_region, everywhere.assign(region=country)], ignore_index=True)
    return everything[everything["snapshots"].gt(0)].reset_index(drop=True)


def _tally(
    store: LabelStore,
    columns: npt.NDArray[np.intp],
    fate: LabelFate | None,
    place: npt.NDArray[np.intp],
    size: int,
) -> pd.DataFrame:
    """Return what some quarters count of one fate, a line a region."""
    letters, counts = store.fates[:, columns], store.counts[:, columns]
    there = counts > 0 if fate is None else letters == fate.value
    bits = np.bitwise_count(store.drawn[:, columns])
    halves = np.isin(letters, [each.value for each in LabelFate if each.is_half])
    values = {
        "firms": there.any(axis=1),
        "snapshots": there.sum(axis=1),
        "intervals": (counts * there).sum(axis=1),
        "events": (there & (letters == LabelFate.FAILED.value)).sum(axis=1),
        "halves": (there & halves).sum(axis=1),
        "drawn": (bits * there).sum(axis=1),
    }
    return pd.DataFrame(
        {
            name: np.bincount(place, weights=each, minlength=size).astype("int64")
            for name, each in values.items()
        }
    )
