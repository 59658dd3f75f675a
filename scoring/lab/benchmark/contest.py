"""The engine and its peers on one task: fitted on the same rows, judged on the same rows."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning

from scoring.lab.benchmark.errors import BenchmarkError
from scoring.lab.benchmark.panel import Panel
from scoring.lab.benchmark.task import BenchmarkQuestion, BenchmarkTask
from scoring.learning import calibrate, crossfit, ipcw, peers, thresholds
from scoring.learning.bootstrap import Bootstrap
from scoring.learning.crossfit import Learning
from scoring.learning.hazard import Params
from scoring.learning.thresholds import Thresholds
from scoring.measuring import evaluate
from scoring.measuring.evaluate import MODEL

Floats = npt.NDArray[np.float64]
Result = TypeVar("Result")
SHARES: Final = {"precision_at_1": 0.01, "precision_at_5": 0.05, "precision_at_10": 0.10}
COMPARED: Final = ("auc", "average_precision")


@dataclass(kw_only=True)
class Contest:
    """Scores of the test rows (at the horizon of the question) and seconds of fit, by model; choices of
    the engine.
    """

    scores: dict[str, Floats] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    cuts: Thresholds | None = None
    engine: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def play(
    panel: Panel, task: BenchmarkTask, question: BenchmarkQuestion, *, params: Params
) -> Contest:
    """Fit the three models and score the test rows."""
    learning = Learning(
        panel=task.learning.frame, rows=task.rows, registry=panel.registry, scale=question.scale
    )
    contest = Contest()
    _engine(contest, learning, task, params=params)
    _peers(contest, learning, task, params=params)
    return contest


def judge(
    contest: Contest, task: BenchmarkTask, question: BenchmarkQuestion, *, draws: int, seed: int
) -> Bootstrap:
    """Return every statistic of every score, on the same rows and the same draws of firms."""
    months = question.scale.horizons[0]
    weight = ipcw.weights(task.known, contest.scores[MODEL], horizon=months)
    cuts: Mapping[str, Thresholds] = {MODEL: contest.cuts} if contest.cuts else {}
    return evaluate.resample(
        contest.scores,
        evaluate.judged(task.known, weight),
        thresholds=cuts,
        draws=draws,
        seed=seed,
        shares=SHARES,
    )


def _engine(contest: Contest, learning: Learning, task: BenchmarkTask, *, params: Params) -> None:
    threads = params.thread_count
    try:
        fitted, seconds = _timed(lambda: crossfit.fit(learning, params=params))
    except ValueError as error:
        message = (
            f"les défaillances d’apprentissage sont trop peu nombreuses ou trop groupées ({error})."
        )
        raise BenchmarkError(message) from error
    calibration = calibrate.learn(
        learning.panel, task.learning.history, fitted.unseen, scale=learning.scale
    )
    unseen = calibration.apply(fitted.unseen)[:, 0]
    contest.cuts = _cuts(learning, task, unseen)
    raw = crossfit.risks(fitted.boosters, task.test.frame, learning, threads=threads)
    contest.scores[MODEL] = calibration.apply(raw)[:, 0]
    contest.seconds[MODEL] = seconds
    contest.engine = {
        "trees": fitted.trees,
        "models": len(fitted.boosters),
        "calibration": vars(calibration),
        "thresholds": vars(contest.cuts) if contest.cuts else None,
        "params": params.recorded(),
    }
    if not calibration.events:
        contest.warnings.append(
            f"moins de {calibrate.MIN_EVENTS} défaillances en apprentissage : Vigie n’est pas recalibré."
        )


def _cuts(learning: Learning, task: BenchmarkTask, unseen: Floats) -> Thresholds | None:
    """Return the thresholds; None when no training row has reached the horizon."""
    try:
        return thresholds.learn(
            learning.panel, task.learning.history, unseen, horizon=learning.scale.horizons[0]
        )
    except ValueError:
        return None


def _peers(contest: Contest, learning: Learning, task: BenchmarkTask, *, params: Params) -> None:
    frame = learning.design
    for name in peers.NAMES:
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            fitted, seconds = _timed(
                partial(
                    peers.fit_one,
                    name,
                    frame,
                    learning.rows,
                    learning.registry,
                    seed=params.seed,
                    thread_count=params.thread_count,
                )
            )
            risks = peers.risks(fitted, task.test.frame, learning.registry, scale=learning.scale)
        contest.scores[name], contest.seconds[name] = risks[:, 0], seconds
        if any(issubclass(each.category, ConvergenceWarning) for each in raised):
            contest.warnings.append("la régression logistique s’est arrêtée avant de converger.")


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    result = work()
    return result, round(time.perf_counter() - started, 3)
