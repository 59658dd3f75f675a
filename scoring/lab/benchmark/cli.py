"""The command of the benchmark."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from scoring.lab.benchmark import contest, report, task
from scoring.lab.benchmark.errors import BenchmarkError
from scoring.lab.benchmark.panel import NO_TIME, Columns, read
from scoring.lab.benchmark.task import BenchmarkQuestion
from scoring.learning.hazard import Params

DRAWS = 500
HIGHEST_HORIZON = 60


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options, as typed."""

    entity: str
    time: str
    event: str
    features: str
    lags: str
    horizon: int
    train_until: str | None
    test_from: str | None
    test_until: str | None
    draws: int


@click.command(
    help="compare the engine with its peers on any panel: CSV, one row per entity and time"
)
@click.argument("panel", type=click.Path(path_type=Path))
@click.option("--entity", required=True, help="column of the entity")
@click.option("--time", required=True, help="column of the time; none: a cross-section")
@click.option(
    "--event", required=True, help="column: 1 on the last row of an entity that fails after it"
)
@click.option("--features", default="", help="columns, comma separated; default: the rest")
@click.option("--lags", default="", help="steps back, comma separated: 1,2")
@click.option("--horizon", type=int, required=True, help="in time steps of the panel")
@click.option("--train-until", help="train on what was known then")
@click.option("--test-from", help="first time of the test rows")
@click.option("--test-until", help="last time of the test rows; default: the last")
@click.option("--draws", type=int, default=DRAWS, help="bootstrap draws of entities")
@click.option("--seed", type=int, default=Params().seed)
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of text")
def benchmark(panel: Path, *, seed: int, as_json: bool, **raw: Any) -> int:
    """Measure and print; return 1 with a French sentence on standard error when impossible."""
    options = Options(**raw)
    try:
        columns, question = _columns(options), _question(options)
        result = measure(panel, columns, question, params=Params(seed=seed), draws=options.draws)
    except BenchmarkError as error:
        sys.stderr.write(f"benchmark impossible : {error}\n")
        return 1
    for warning in result["warnings"]:
        sys.stderr.write(f"attention : {warning}\n")
    written = (
        json.dumps(result, ensure_ascii=False, allow_nan=False)
        if as_json
        else report.text(result, path=panel, columns=columns)
    )
    sys.stdout.write(written + "\n")
    return 0


def measure(
    path: Path, columns: Columns, question: BenchmarkQuestion, *, params: Params, draws: int
) -> dict[str, Any]:
    """Return the full benchmark of one file, as JSON values. Raises BenchmarkError."""
    rows = read(path, columns)
    work = task.cut(rows, question)
    played = contest.play(rows, work, question, params=params)
    drawn = contest.judge(played, work, question, draws=draws, seed=params.seed)
    return report.content(rows, question, work, played, drawn)


def _columns(options: Options) -> Columns:
    time = None if options.time == NO_TIME else options.time
    lags = _positive_integers(options.lags)
    if lags and time is None:
        raise BenchmarkError("--lags demande un temps.")
    return Columns(
        entity=options.entity,
        event=options.event,
        time=time,
        features=tuple(name.strip() for name in options.features.split(",") if name.strip()),
        lags=lags,
    )


def _question(options: Options) -> BenchmarkQuestion:
    if not 1 <= options.horizon <= HIGHEST_HORIZON:
        message = f"--horizon doit être un nombre de pas de temps entre 1 et {HIGHEST_HORIZON}."
        raise BenchmarkError(message)
    if options.time == NO_TIME and options.horizon != 1:
        raise BenchmarkError("sans temps, --horizon ne peut valoir que 1.")
    if options.draws < 1:
        raise BenchmarkError("--draws doit être au moins 1.")
    return BenchmarkQuestion(
        horizon=options.horizon,
        train_until=options.train_until,
        test_from=options.test_from,
        test_until=options.test_until,
    )


def _positive_integers(text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(sorted({int(each) for each in text.split(",") if each.strip()}))
    except ValueError:
        numbers = (0,)
    if any(each < 1 for each in numbers):
        message = f"--lags attend des nombres entiers positifs : « {text} »."
        raise BenchmarkError(message)
    return numbers
