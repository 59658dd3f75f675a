"""`python -m scoring try-rules FEATURES SCORES RULED`: the effect of other expert rules, as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

import pandas as pd

from scoring.dictionary.registry import REGISTRY
from scoring.learning.thresholds import Thresholds
from scoring.listing import draw, rules_file, trial


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the `try-rules` command."""
    parser = subparsers.add_parser("try-rules", help="try expert rules on a list")
    parser.add_argument("features", type=Path, help="the features of the run, Parquet")
    parser.add_argument("scores", type=Path, help="its scores, in the same order")
    parser.add_argument("ruled", type=Path, help="what its own expert rules made of them")
    parser.add_argument("--day", type=date.fromisoformat, required=True)
    parser.add_argument("--elevee", type=float, required=True, help="the threshold of the list")
    parser.add_argument("--moderee", type=float, required=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write what `trial.effect` says of the rules read from the standard input."""
    rules = rules_file.parse(sys.stdin.read(), REGISTRY)
    cuts = Thresholds(elevee=args.elevee, moderee=args.moderee)
    levels = draw.levels(pd.read_parquet(args.scores, columns=["p18"])["p18"], cuts)
    table, former = pd.read_parquet(args.features), pd.read_parquet(args.ruled)
    print(json.dumps(trial.effect(rules, table, levels, former=former, day=args.day)))
    return 0
