"""The commands of the scoring engine: `features`, `train`, `score`. Each writes files, and one line
of JSON to standard output.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pandas as pd

from scoring import train as training
from scoring.data.engine import ENGINES, SPARK, connect, spark
from scoring.data.lake import open_tables
from scoring.features import REGISTRY, build
from scoring.learning import artifacts, manifest, predict
from scoring.learning.hazard import Params
from scoring.listing import draw, explain
from scoring.listing.rules import RuleSet
from scoring.listing.rules_file import parse
from scoring.measuring import card
from scoring.train import Settings

MODEL_CARD = "model-card.md"
PATH = click.Path(path_type=Path)


def _with_lake(command: Callable[..., int]) -> Callable[..., int]:
    """Add the parameters of all three commands: a lake, where to write, and a day."""
    for declare in (
        click.option("--as-of", type=date.fromisoformat, required=True),
        click.argument("out", type=PATH),
        click.argument("lake", type=PATH),
    ):
        command = declare(command)
    return command


@click.command("features", help="features of every firm at risk, as Parquet")
@_with_lake
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    help="computing engine: see docs/architecture.md",
)
def features(lake: Path, out: Path, *, as_of: date, engine: str) -> int:
    """Write one Parquet file; return 1 when its engine is not installed."""
    started = time.perf_counter()
    try:
        con = spark() if engine == SPARK else connect()
    except ImportError:
        sys.stderr.write("Spark est absent : pip install -r requirements-spark.txt\n")
        return 1
    table = build(open_tables(lake), as_of, con=con)
    out.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(out, index=False)
    return _report({"firms": len(table), "features": len(REGISTRY)}, started=started)


@click.command("train", help="train, test and save a model with its card")
@_with_lake
@click.option("--labels", type=PATH, help="Parquet of the agents' labels")
@click.option("--champion", type=PATH, help="model in service, tested on the same rows")
@click.option("--rules", type=PATH, help="YAML of the expert rules whose effect is measured")
@click.option("--seed", type=int, default=1)
@click.option("--block-quarters", type=int, help="default: as many as failures require")
@click.option(
    "--most-quiet",
    type=int,
    default=Settings().most_quiet,
    help="quiet interval rows used in training, at most; sampled beyond",
)
@click.option("--draws", type=int, default=Settings().draws, help="bootstrap draws of firms")
@click.option("--trees", type=int, default=Params().iterations, help="trees of each model, at most")
def train(
    lake: Path, out: Path, *, as_of: date, labels: Path | None, champion: Path | None, rules: Path | None,
    seed: int, block_quarters: int | None, most_quiet: int, draws: int, trees: int,
) -> int:  # fmt: skip
    """Write the artifact of a model and its card in a directory."""
    started = time.perf_counter()
    model = training.train(
        open_tables(lake),
        as_of=as_of,
        out_dir=out,
        labels=pd.read_parquet(labels) if labels else None,
        seed=seed,
        settings=Settings(
            params=Params(iterations=trees),
            block_quarters=block_quarters,
            most_quiet=most_quiet,
            draws=draws,
            champion=artifacts.load(champion) if champion else None,
            rules=_rules(rules),
        ),
    )
    (out / MODEL_CARD).write_text(card.render(model.metadata), encoding="utf-8")
    manifest.write(out)
    keys = ("model_sha256", "trees", "counts", "calibration", "thresholds", "metrics")
    return _report({key: model.metadata[key] for key in keys}, started=started)


@click.command("score", help="scores, reasons and list, as Parquet")
@_with_lake
@click.option("--model", "model_path", type=PATH, required=True)
@click.option("--history", type=PATH, help="Parquet of former lists: siren, as_of, level")
@click.option("--seed", type=int, default=1)
def score(
    lake: Path, out: Path, *, as_of: date, model_path: Path, history: Path | None, seed: int
) -> int:
    """Write three Parquet files in a directory."""
    started = time.perf_counter()
    model = artifacts.load(model_path)
    table = build(open_tables(lake), as_of)
    scores = predict.score(model, table)
    drawn = draw.make_list(
        scores.assign(department=table["department"]),
        thresholds=model.thresholds,
        as_of=as_of,
        draw=draw.Draw(seed=seed),
        history=pd.read_parquet(history) if history else None,
    )
    listed = table[table["siren"].isin(drawn["siren"])]
    why = explain.reasons(model.booster, listed, model.registry, thread_count=model.thread_count)
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in (("scores", scores), ("list", drawn), ("reasons", why)):
        frame.to_parquet(out / f"{name}.parquet", index=False)
    return _report(
        {"firms": len(scores), "listed": len(drawn), "reasons": len(why)}, started=started
    )


def _rules(path: Path | None) -> RuleSet:
    return parse(path.read_text(encoding="utf-8"), REGISTRY) if path else RuleSet()


def _report(content: dict[str, Any], *, started: float) -> int:
    """Print a summary with the duration and the peak memory of the process; return 0."""
    content |= {
        "seconds": round(time.perf_counter() - started, 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")
    return 0
