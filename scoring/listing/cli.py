"""`python -m scoring try-rules FEATURES SCORES RULED`: the effect of other expert rules, as JSON."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click
import pandas as pd

from scoring.dictionary.registry import REGISTRY
from scoring.learning.thresholds import Thresholds
from scoring.listing import draw, rules_file, trial


@click.command("try-rules", help="try expert rules on a list")
@click.argument("features", type=click.Path(path_type=Path))
@click.argument("scores", type=click.Path(path_type=Path))
@click.argument("ruled", type=click.Path(path_type=Path))
@click.option("--day", type=date.fromisoformat, required=True)
@click.option("--elevee", type=float, required=True, help="the threshold of the list")
@click.option("--moderee", type=float, required=True)
def try_rules(
    features: Path, scores: Path, ruled: Path, *, day: date, elevee: float, moderee: float
) -> int:
    """Write the result of `trial.effect` for the rules read from standard input.

    ``features`` and ``scores`` are those of the run, in the same order; ``ruled`` is the result of its own expert rules.
    """
    rules = rules_file.parse(sys.stdin.read(), REGISTRY)
    cuts = Thresholds(elevee=elevee, moderee=moderee)
    levels = draw.levels(pd.read_parquet(scores, columns=["p18"])["p18"], cuts)
    table, former = pd.read_parquet(features), pd.read_parquet(ruled)
    print(json.dumps(trial.effect(rules, table, levels, former=former, day=day)))
    return 0
