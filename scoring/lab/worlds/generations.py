"""Generations of retraining in the world of feedback, each judged by the promotion gate.

A model drives the visits until the next one, which is trained on their consequences. A recipe defines
how labels are interpreted; everything else is the product's: labels, hazard, recalibration on
held-out firms, and the gate on test firms under IPCW, against the model in service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier

from scoring import train
from scoring.lab.worlds.feedback import REGISTRY, FeedbackWorld, Size, first_day
from scoring.learning import calibrate, examples, hazard, ipcw, leaving, signs, splits
from scoring.learning.calibrate import Calibration
from scoring.learning.follow_up import (
    INTERVAL_MONTHS,
    INTERVALS,
    MAIN_HORIZON,
    NEVER,
    SCALE,
    FollowUp,
    Scale,
    outcomes,
)
from scoring.learning.hazard import Params
from scoring.measuring import evaluate, gate, trial
from scoring.measuring.evaluate import JudgedRows
from scoring.measuring.gate import Condition
from scoring.measuring.trial import Contender, TrialSetting

Floats = npt.NDArray[np.float64]
#: intervals and horizon that alerts need
ALERTS: Final = Scale(intervals=MAIN_HORIZON // INTERVAL_MONTHS, horizons=(MAIN_HORIZON,))
#: quarters of a block: two hold enough failures in the zone of alerts
BLOCK_QUARTERS: Final = 2
#: months of training of each generation; agents visit from the first one on
MONTHS: Final = (48, 66, 84, 102)
LEARNING_FOLDS: Final = tuple(
    set(range(splits.FOLDS)) - {splits.TEST_FOLD, splits.CALIBRATION_FOLD}
)


@dataclass(frozen=True, kw_only=True)
class LabelRecipe:
    """How a model interprets the past. `read` returns the follow-up it assumes; with `is_hasty`, it does
    not wait for outcomes: it is trained on quarters up to today and recalibrated on the last one.
    """

    name: str
    read: Callable[[FollowUp], FollowUp]
    is_hasty: bool = False


def _unsupported(known: FollowUp) -> FollowUp:
    return replace(known, support=known.support.head(0))


def _nothing_unknown(known: FollowUp) -> FollowUp:
    return replace(_unsupported(known), admin_end=NEVER)


def _support_as_failure(known: FollowUp) -> FollowUp:
    supports = known.support.assign(known_at=known.support["on"])
    both = pd.concat([known.openings, supports], ignore_index=True)
    return replace(_unsupported(known), openings=both.astype({"siren": "str"}))


OURS: Final = LabelRecipe(name="support censors", read=lambda known: known)
POISONED: Final = (
    LabelRecipe(name="unknown = 0", read=_nothing_unknown, is_hasty=True),
    LabelRecipe(name="support ignored", read=_unsupported),
    LabelRecipe(name="support = positive", read=_support_as_failure),
)


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A hazard, its recalibration, and the record of supports it was trained on."""

    booster: CatBoostClassifier
    calibration: Calibration
    threads: int
    supports: str

    def risks(self, panel: pd.DataFrame, *, scale: Scale = SCALE) -> Floats:
        """Return calibrated risks, shape (snapshots, horizons)."""
        raw = hazard.log_odds(self.booster, panel, REGISTRY, thread_count=self.threads, scale=scale)
        return self.calibration.apply(hazard.horizon_risks(hazard.hazards(raw), scale=scale))

    def main(self, panel: pd.DataFrame) -> Floats:
        """Return calibrated risks at the main horizon."""
        return np.ravel(self.risks(panel, scale=ALERTS))


@dataclass(frozen=True, kw_only=True)
class Generation:
    """A model compared with the one in service: conditions of the gate, and measures (auc, citl,
    zone_citl, precision_at_capacity…) on the same test rows, under IPCW and against the truth.
    `precision_error`: standard error of the precision at capacity, which supports leave few rows to.
    """

    model: Trained
    conditions: list[Condition]
    measured: dict[str, float]
    true: dict[str, float]
    precision_error: float
    failures: int

    @property
    def is_promoted(self) -> bool:
        """Whether the gate opens."""
        return gate.is_open(self.conditions)

    @property
    def refusals(self) -> list[str]:
        """The names of the conditions that do not hold."""
        return [each.name for each in self.conditions if not each.passed]


@dataclass(frozen=True, kw_only=True)
class Effort:
    """The cost of generations: firms, quiet rows in training, draws of firms, boosting."""

    size: Size
    most_quiet: int = 60_000
    draws: int = 100
    params: Params = field(
        default_factory=lambda: Params(depth=4, learning_rate=0.12, iterations=150, thread_count=1)
    )


def generations(
    world: FeedbackWorld, recipe: LabelRecipe, *, effort: Effort, months: Sequence[int] = MONTHS
) -> Iterator[Generation]:
    """Yield retrainings with the same recipe at the given months. Each model drives the visits until
    the next one, whatever the gate decides.
    """
    champion: Trained | None = None
    for month in months:
        world.run(month, champion.main if champion else None)
        generation = retrain(world, recipe, champion, effort=effort)
        yield generation
        champion = generation.model


def retrain(
    world: FeedbackWorld, recipe: LabelRecipe, champion: Trained | None, *, effort: Effort
) -> Generation:
    """Train a model with `recipe` on the present of the world and judge it by the gate: test firms,
    last matured block, under IPCW; also measure the truth on the same rows.
    """
    challenger = learn(world, recipe, champion, effort=effort)
    known = world.known(first_day(world.month).date())
    table = _panel(world, _blocks(world).test, [splits.TEST_FOLD])
    result = outcomes(table, known, horizon=MAIN_HORIZON)
    chance = _chances(world, champion or challenger, table)
    rows = evaluate.judged(result, ipcw.weights(result, chance, horizon=MAIN_HORIZON))
    contender = _contender(challenger, table)
    conditions = trial.run(
        contender,
        _contender(champion, table) if champion else None,
        TrialSetting(rows=rows, draws=effort.draws, supports=gate.reading_of(known)),
    )
    unsupported = result["months"].to_numpy() > 0
    truth = world.risk(table, horizon=MAIN_HORIZON)
    measured = _measures(contender.main, rows)
    return Generation(
        model=challenger,
        conditions=conditions,
        measured=measured,
        precision_error=_precision_error(measured["precision_at_capacity"], contender.main, rows),
        true=_measures(*_both_ways(contender.main, truth, rows, unsupported)),
        failures=rows.failed_firms,
    )


def learn(
    world: FeedbackWorld, recipe: LabelRecipe, champion: Trained | None, *, effort: Effort
) -> Trained:
    """Train a model on the present of the world with a recipe; agents have read the champion so far."""
    cut = _blocks(world)
    if recipe.is_hasty:
        cut = replace(_blocks(world, horizon=0), frozen_on=NEVER)
    assumed = recipe.read(world.known(first_day(world.month).date()))
    collected = examples.collect(_tables(world, cut), assumed, cut, most_quiet=effort.most_quiet)
    booster = train.fit_hazard(
        collected.parts["train"], collected.rows, cut, params=effort.params, registry=REGISTRY
    )
    raw = Trained(
        booster=booster,
        calibration=Calibration(),
        threads=effort.params.thread_count,
        supports=gate.reading_of(assumed),
    )
    held_out = collected.parts["calibration"]
    calibration = calibrate.learn(
        held_out, assumed, raw.risks(held_out), chances=_chances(world, champion or raw, held_out)
    )
    return replace(raw, calibration=calibration)


def _blocks(world: FeedbackWorld, *, horizon: int = MAIN_HORIZON) -> splits.Blocks:
    now = first_day(world.month).date()
    days = splits.quarterly(first_day(0).date(), now)
    return splits.blocks(days, as_of=now, horizon=horizon, block_quarters=BLOCK_QUARTERS)


def _tables(world: FeedbackWorld, cut: splits.Blocks) -> Iterator[pd.DataFrame]:
    """Yield the panels of each quarter, for the role it serves."""
    for day in cut.train:
        yield world.panel(day, folds=LEARNING_FOLDS)
    yield _panel(world, cut.calibration, [splits.CALIBRATION_FOLD])


def _panel(
    world: FeedbackWorld, days: Iterable[pd.Timestamp], folds: Sequence[int]
) -> pd.DataFrame:
    return pd.concat([world.panel(day, folds=folds) for day in days], ignore_index=True)


def _chances(world: FeedbackWorld, policy: Trained, table: pd.DataFrame) -> Floats:
    """Return the chance that each row leaves, at its quarter and the following ones, until today."""
    now = first_day(world.month)
    folds = np.unique(world.fold[world.places(table)]).tolist()

    def followed() -> Iterator[pd.DataFrame]:
        for day in pd.date_range(table["as_of"].min(), now, freq="QS"):
            panel = world.panel(day, folds=folds)
            yield panel.assign(**{leaving.READ: policy.main(panel)})

    known = world.known(now.date())
    return leaving.chances(table, followed(), known, REGISTRY, horizon=INTERVALS * INTERVAL_MONTHS)


def _contender(model: Trained, table: pd.DataFrame) -> Contender:
    broken = hazard.monotone_violations(model.booster, table.head(signs.SAMPLE), REGISTRY)
    return Contender(
        risks=model.risks(table),
        monotone_violations=sum(broken.values()),
        recipe=gate.recipe_in_force(),
        supports=model.supports,
    )


def _measures(risk: Floats, rows: JudgedRows) -> dict[str, float]:
    inside = evaluate.capacity_membership(risk, rows.as_of)
    return evaluate.measures(risk, rows, weight=rows.weight, thresholds=None, inside=inside)


def _precision_error(precision: float, risk: Floats, rows: JudgedRows) -> float:
    ground = rows.share_of(evaluate.capacity_membership(risk, rows.as_of))
    return float(np.sqrt(precision * (1 - precision) / ground.rows))


def _both_ways(
    risk: Floats, truth: Floats, rows: JudgedRows, included: npt.NDArray[np.bool_]
) -> tuple[Floats, JudgedRows]:
    """Return each row as a failure and as a survivor, weighted by its true risk: no chance remains."""
    doubled = JudgedRows(
        siren=np.tile(rows.siren[included], 2),
        as_of=np.tile(rows.as_of[included], 2),
        outcome=np.repeat([1.0, 0.0], included.sum()),
        weight=np.concatenate([truth[included], 1 - truth[included]]),
    )
    return np.tile(risk[included], 2), doubled
