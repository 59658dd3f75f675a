"""Command line of the benchmark."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from scoring.lab.benchmark import contest, panel, report, task
from scoring.lab.benchmark.errors import BenchmarkError
from scoring.lab.benchmark.panel import NO_TIME, Columns
from scoring.lab.benchmark.task import BenchmarkQuestion
from scoring.learning.hazard import Params

DRAWS = 500
HIGHEST_HORIZON = 60


def add_parser(subparsers: Any) -> None:
    """Declare `benchmark`."""
    parser = subparsers.add_parser(
        "benchmark", help="compare the engine with its peers on any panel"
    )
    parser.add_argument("panel", type=Path, help="CSV, gzipped or not: one row per entity and time")
    parser.add_argument("--entity", required=True, help="column of the entity")
    parser.add_argument("--time", required=True, help="column of the time; none: a cross-section")
    parser.add_argument(
        "--event", required=True, help="column: 1 on the last row of an entity that fails after it"
    )
    parser.add_argument(
        "--features", default="", help="columns, comma separated; default: the rest"
    )
    parser.add_argument("--lags", default="", help="steps back, comma separated: 1,2")
    parser.add_argument("--horizon", type=int, required=True, help="in time steps of the panel")
    parser.add_argument("--train-until", help="only what was known then teaches")
    parser.add_argument("--test-from", help="first time of the test rows")
    parser.add_argument("--test-until", help="last time of the test rows; default: the last")
    parser.add_argument("--draws", type=int, default=DRAWS, help="bootstrap draws of entities")
    parser.add_argument("--seed", type=int, default=Params().seed)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Measure and print; 1 with a French sentence on the error output when nothing can be."""
    try:
        columns, question = _columns(asked), _question(asked)
        found = measure(
            asked.panel, columns, question, params=Params(seed=asked.seed), draws=asked.draws
        )
    except BenchmarkError as error:
        sys.stderr.write(f"benchmark impossible : {error}\n")
        return 1
    for warning in found["warnings"]:
        sys.stderr.write(f"attention : {warning}\n")
    written = (
        json.dumps(found, ensure_ascii=False, allow_nan=False)
        if asked.json
        else report.text(found, path=asked.panel, columns=columns)
    )
    sys.stdout.write(written + "\n")
    return 0


def measure(
    path: Path, columns: Columns, question: BenchmarkQuestion, *, params: Params, draws: int
) -> dict[str, Any]:
    """The whole benchmark of one file, as JSON values. Raises BenchmarkError."""
    read = panel.read(path, columns)
    work = task.cut(read, question)
    played = contest.play(read, work, question, params=params)
    drawn = contest.judge(played, work, question, draws=draws, seed=params.seed)
    return report.content(read, question, work, played, drawn)


def _columns(asked: argparse.Namespace) -> Columns:
    time = None if asked.time == NO_TIME else asked.time
    lags = _whole(asked.lags)
    if lags and time is None:
        raise BenchmarkError("--lags demande un temps.")
    return Columns(
        entity=asked.entity,
        event=asked.event,
        time=time,
        features=tuple(name.strip() for name in asked.features.split(",") if name.strip()),
        lags=lags,
    )


def _question(asked: argparse.Namespace) -> BenchmarkQuestion:
    if not 1 <= asked.horizon <= HIGHEST_HORIZON:
        message = f"--horizon doit être un nombre de pas de temps entre 1 et {HIGHEST_HORIZON}."
        raise BenchmarkError(message)
    if asked.time == NO_TIME and asked.horizon != 1:
        raise BenchmarkError("sans temps, --horizon ne peut valoir que 1.")
    if asked.draws < 1:
        raise BenchmarkError("--draws doit être au moins 1.")
    return BenchmarkQuestion(
        horizon=asked.horizon,
        train_until=asked.train_until,
        test_from=asked.test_from,
        test_until=asked.test_until,
    )


def _whole(text: str) -> tuple[int, ...]:
    try:
        found = tuple(sorted({int(each) for each in text.split(",") if each.strip()}))
    except ValueError:
        found = (0,)
    if any(each < 1 for each in found):
        message = f"--lags attend des nombres entiers positifs : « {text} »."
        raise BenchmarkError(message)
    return found
