"""A world where alerts influence later training data: agents support the firms a model flags, and
supported firms fail less.

Distress is latent, a monthly AR(1); features observe it with noise. Agents choose visits in the list
of alerts by score and by a recorded tension, one visit in ten at random; one firm in five refuses; a
support multiplies the hazard for two years. The target is the risk *without* support, which is known
here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from scoring.dictionary.feature import Feature
from scoring.learning import splits
from scoring.learning.follow_up import FollowUp, SupportEpisode, follow_up
from scoring.vocabulary import Theme, Unit

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Score = Callable[[pd.DataFrame], Floats]
START: Final = pd.Timestamp(2010, 1, 1)
NEVER: Final = 10_000  # a month that never comes
QUARTER: Final = 3

PERSISTENCE: Final = 0.95  # of distress, from one month to the next
LOADING: Final = 1.5  # of distress on the log hazard
BASE_LOG_HAZARD: Final = -6.0
MAX_HAZARD: Final = 0.5

LIST_SHARE: Final = 0.05  # firms alerted each quarter
VISIT_SHARE: Final = 0.3  # of the list, visited
EXPLORATION: Final = 0.1  # of the visits, drawn at random from the list
TENSION_WEIGHT: Final = 0.5  # of the recorded tension relative to the score, both standardised
REFUSAL: Final = 0.2
HAZARD_RATIO: Final = 0.35
SUPPORT_MONTHS: Final = 24

#: name -> (effect of distress, months of delay, share missing, monotone sign); noise is standard
SIGNALS: Final = {
    "debt_ratio": (1.2, 0, 0.10, 1),
    "debt_age": (0.8, 0, 0.10, 1),
    "payment_delay": (1.0, 0, 0.25, 1),
    "tension": (0.8, 0, 0.0, 0),
    "equity": (-1.0, 12, 0.30, -1),
    "liquidity": (-0.9, 6, 0.30, -1),
    "workforce_change": (-0.5, 3, 0.05, 0),
    "activity": (-0.7, 0, 0.0, 0),
    "short_time": (0.4, 1, 0.0, 0),
    "age": (0.0, 0, 0.0, 0),
    "size": (0.0, 0, 0.0, 0),
}
REGISTRY: Final = tuple(
    Feature(
        name=name,
        theme=Theme.CONTEXT,
        unit=Unit.COUNT,
        source="monde simulé",
        sentence=name,
        monotone=sign,
    )
    for name, (_, _, _, sign) in SIGNALS.items()
)


@dataclass(frozen=True, kw_only=True)
class Size:
    """Number of firms of each role (given by their folds), so that a small world has enough failures to
    test on.
    """

    learning: int
    calibrating: int
    tested: int


class FeedbackWorld:
    """Firms, followed month by month; `run` advances time, the other methods return what was known, or
    the truth.
    """

    def __init__(self, size: Size, *, seed: int) -> None:
        self.siren = _sirens(size)
        self.fold = splits.folds(self.siren).to_numpy()
        self._place = pd.Index(self.siren)
        self.seed = seed
        self.month = 0
        random = self._random("start")
        count = len(self.siren)
        self.failed = np.full(count, NEVER)
        self.supported = np.full(count, NEVER)
        self._past = [random.normal(size=count)]
        for _ in range(max(delay for _, delay, _, _ in SIGNALS.values())):
            self._move(random)
        self._burnt = len(self._past) - 1

    def run(self, until: int, score: Score | None = None) -> None:
        """Advance to the first day of month `until`; agents visit where `score` (of a panel of firms) is
        highest, and nowhere without a score.
        """
        while self.month < until:
            if score is not None and self.month % QUARTER == 0:
                self._visit(score)
            random = self._random("month")
            self._move(random)
            is_supported = (self.supported <= self.month) & (
                self.month < self.supported + SUPPORT_MONTHS
            )
            rate = _hazard(self._past[-1]) * np.where(is_supported, HAZARD_RATIO, 1.0)
            failing = (random.random(len(rate)) < rate) & (self.failed == NEVER)
            self.failed[failing] = self.month
            self.month += 1

    def panel(self, day: pd.Timestamp, *, folds: Sequence[int]) -> pd.DataFrame:
        """Return the features (siren, as_of, `REGISTRY`) of the firms of some folds in business at `day`."""
        month = month_of(day)
        return self._features(month, self._in_business(month) & np.isin(self.fold, folds))

    def places(self, table: pd.DataFrame) -> npt.NDArray[np.intp]:
        """Return the position, among the firms of the world, of the firm of each row of `table` (siren)."""
        return np.asarray(self._place.get_indexer(table["siren"]))

    def known(self, as_of: date) -> FollowUp:
        """Return what had been published and recorded by `as_of`."""
        failed = self.failed < NEVER
        openings = pd.DataFrame({"siren": self.siren[failed].array})
        openings["opened_on"] = _days(self.failed[failed], day=15)
        openings["known_at"] = openings["opened_on"] + pd.Timedelta(days=15)
        began = self.supported <= np.minimum(self.failed, self.month)
        days = _days(self.supported[began], day=10)
        episodes = [
            SupportEpisode(siren=siren, opened_on=day.date(), known_at=day.date())
            for siren, day in zip(self.siren[began], days, strict=True)
        ]
        return follow_up(openings, known_by=as_of, support=episodes)

    def risk(self, panel: pd.DataFrame, *, horizon: int) -> Floats:
        """Return the true probability that each firm of `panel` (siren, as_of) fails within `horizon` months
        if nobody supports it.
        """
        place = self.places(panel)
        month = panel["as_of"].map({day: month_of(day) for day in panel["as_of"].unique()})
        state = np.array(self._past)[self._burnt + month.to_numpy(), place]
        return np.asarray(np.interp(state, *_risk_table(horizon)))

    def _visit(self, score: Score) -> None:
        """Simulate a quarter of visits: the list, the firms visited, those that accept, the start."""
        random = self._random("visits")
        free = self._in_business(self.month) & (self.supported == NEVER)
        table, place = self._features(self.month, free), np.flatnonzero(free)
        risk = score(table)
        listed = np.argsort(-risk, kind="stable")[: round(LIST_SHARE * len(risk))]
        visits = round(VISIT_SHARE * len(listed))
        drawn = random.permutation(listed)[: round(EXPLORATION * visits)]
        wish = _standard(np.log(risk[listed])) + TENSION_WEIGHT * _standard(
            table["tension"].to_numpy()[listed]
        )
        chosen = [each for each in listed[np.argsort(-wish)] if each not in set(drawn)]
        visited = np.concatenate([drawn, chosen[: visits - len(drawn)]]).astype(int)
        accepts = random.random(len(visited)) >= REFUSAL
        start = self.month + random.integers(0, QUARTER, len(visited))
        self.supported[place[visited[accepts]]] = start[accepts]

    def _in_business(self, month: int) -> Mask:
        """Return the firms that had not failed by the first day of `month`."""
        return self.failed >= month

    def _features(self, month: int, chosen: Mask) -> pd.DataFrame:
        """Return the features of the `chosen` firms at the first day of `month`: what is drawn for a
        firm does not depend on the others that are chosen.
        """
        random = np.random.default_rng([self.seed, month, *b"features"])
        count = len(self.siren)
        columns: dict[str, object] = {
            "siren": self.siren[chosen].array,
            "as_of": first_day(month).as_unit("s"),
        }
        for name, (effect, delay, missing, _) in SIGNALS.items():
            state = self._past[self._burnt + month - delay]
            value = effect * state + random.normal(size=count)
            columns[name] = np.where(random.random(count) < missing, np.nan, value)[chosen]
        return pd.DataFrame(columns)

    def _move(self, random: np.random.Generator) -> None:
        moved = random.normal(size=len(self.siren)) * np.sqrt(1 - PERSISTENCE**2)
        self._past.append(PERSISTENCE * self._past[-1] + moved)

    def _random(self, what: str) -> np.random.Generator:
        """Return a generator with the same draws in the same month, whatever agents did before."""
        return np.random.default_rng([self.seed, self.month, *what.encode()])


def month_of(day: pd.Timestamp) -> int:
    """Return the months from the beginning of the world to `day`."""
    return (day.year - START.year) * 12 + day.month - START.month


def first_day(month: int) -> pd.Timestamp:
    """Return the first day of a month of the world."""
    return START + pd.DateOffset(months=month)


def _days(months: npt.NDArray[np.int64], *, day: int) -> pd.Series:
    """Return a day of each month."""
    by_month = {month: first_day(month).replace(day=day) for month in np.unique(months)}
    return pd.Series([by_month[month] for month in months], dtype="datetime64[s]")


def _sirens(size: Size) -> pd.Series:
    """Return the first numbers of each role, by the folds of the product."""
    numbers = pd.Series([f"{n:09d}" for n in range(12 * (max(vars(size).values()) + 1_000))])
    fold = splits.folds(numbers)
    roles = (
        (~fold.isin([splits.TEST_FOLD, splits.CALIBRATION_FOLD]), size.learning),
        (fold.eq(splits.CALIBRATION_FOLD), size.calibrating),
        (fold.eq(splits.TEST_FOLD), size.tested),
    )
    return pd.concat([numbers[mask].head(count) for mask, count in roles], ignore_index=True)


def _hazard(state: Floats) -> Floats:
    """Return the monthly probability of failing without support."""
    return np.asarray(np.minimum(np.exp(BASE_LOG_HAZARD + LOADING * state), MAX_HAZARD))


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / (values.std() or 1.0))


def _risk_table(horizon: int) -> tuple[Floats, Floats]:
    """Return a grid of states and the risk from each, by backward recursion over the months."""
    grid = np.linspace(-5, 5, 401)
    half = (grid[1] - grid[0]) / 2
    edges = np.concatenate([[-np.inf], grid[:-1] + half, [np.inf]])
    # rounding to the nearest state has a variance of its own (Sheppard): the move has that much less
    scale = np.sqrt(1 - PERSISTENCE**2 - (2 * half) ** 2 / 12)
    steps = (edges[None, :] - PERSISTENCE * grid[:, None]) / scale
    moves = np.diff(norm.cdf(steps), axis=1)
    survival = np.ones(len(grid))
    for _ in range(horizon):
        survival = moves @ (survival * (1 - _hazard(grid)))
    return grid, 1 - survival
