"""Command line of the scoring engine: `features`, `train`, `score`. Each writes files and one JSON
line on the standard output.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from scoring import features
from scoring.data.engine import ENGINES, SPARK, connect, spark
from scoring.data.lake import open_tables
from scoring.learning import artifacts, predict
from scoring.listing import draw, explain
from scoring.listing.rules import RuleSet
from scoring.listing.rules_file import parse
from scoring.measuring import card
from scoring.train import Settings, train

MODEL_CARD = "model-card.md"


def add_parsers(subparsers: Any) -> None:
    """Declare the sub-commands; each parser sets `run`, called with the parsed arguments."""
    asked = subparsers.add_parser("features", help="features of every firm at risk, as Parquet")
    _common(asked, _features)
    asked.add_argument(
        "--engine",
        choices=ENGINES,
        default=ENGINES[0],
        help="what computes: see docs/architecture.md",
    )
    learn = subparsers.add_parser("train", help="train, test and save a model with its card")
    _common(learn, _train)
    learn.add_argument("--labels", type=Path, help="Parquet of the agents' labels")
    learn.add_argument("--champion", type=Path, help="model in service, tested on the same rows")
    learn.add_argument("--rules", type=Path, help="YAML of the expert rules whose effect is told")
    learn.add_argument("--seed", type=int, default=1)
    learn.add_argument("--block-quarters", type=int, help="default: as failures need")
    learn.add_argument(
        "--most-quiet",
        type=int,
        default=Settings().most_quiet,
        help="interval rows without failure to learn from, drawn at random above",
    )
    learn.add_argument(
        "--draws", type=int, default=Settings().draws, help="bootstrap draws of firms"
    )
    scored = subparsers.add_parser("score", help="scores, reasons and list, as Parquet")
    _common(scored, _score)
    scored.add_argument("--model", type=Path, required=True)
    scored.add_argument("--history", type=Path, help="Parquet of former lists: siren, as_of, level")
    scored.add_argument("--seed", type=int, default=1)


def _common(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("lake", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.set_defaults(run=run)


def _features(asked: argparse.Namespace) -> int:
    started = time.perf_counter()
    try:
        con = spark() if asked.engine == SPARK else connect()
    except ImportError:
        sys.stderr.write("Spark est absent : pip install -r requirements-spark.txt\n")
        return 1
    table = features.build(open_tables(asked.lake), asked.as_of, con=con)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(asked.out, index=False)
    return _report({"firms": len(table), "features": len(features.REGISTRY)}, started=started)


def _train(asked: argparse.Namespace) -> int:
    started = time.perf_counter()
    model = train(
        open_tables(asked.lake),
        as_of=asked.as_of,
        out_dir=asked.out,
        labels=pd.read_parquet(asked.labels) if asked.labels else None,
        seed=asked.seed,
        settings=Settings(
            block_quarters=asked.block_quarters,
            most_quiet=asked.most_quiet,
            draws=asked.draws,
            champion=artifacts.load(asked.champion) if asked.champion else None,
            rules=_rules(asked.rules),
        ),
    )
    (asked.out / MODEL_CARD).write_text(card.render(model.metadata), encoding="utf-8")
    keys = ("model_sha256", "trees", "counts", "calibration", "thresholds", "metrics")
    return _report({key: model.metadata[key] for key in keys}, started=started)


def _rules(path: Path | None) -> RuleSet:
    return parse(path.read_text(encoding="utf-8"), features.REGISTRY) if path else RuleSet()


def _score(asked: argparse.Namespace) -> int:
    started = time.perf_counter()
    model = artifacts.load(asked.model)
    table = features.build(open_tables(asked.lake), asked.as_of)
    scores = predict.score(model, table)
    drawn = draw.make_list(
        scores.assign(department=table["department"]),
        thresholds=model.thresholds,
        as_of=asked.as_of,
        draw=draw.Draw(seed=asked.seed),
        history=pd.read_parquet(asked.history) if asked.history else None,
    )
    listed = table[table["siren"].isin(drawn["siren"])]
    why = explain.reasons(model.booster, listed, model.registry, thread_count=model.thread_count)
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, frame in (("scores", scores), ("list", drawn), ("reasons", why)):
        frame.to_parquet(asked.out / f"{name}.parquet", index=False)
    return _report(
        {"firms": len(scores), "listed": len(drawn), "reasons": len(why)}, started=started
    )


def _report(content: dict[str, Any], *, started: float) -> int:
    """Print what was done, with the time it took and the peak memory of the process."""
    content |= {
        "seconds": round(time.perf_counter() - started, 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")
    return 0
