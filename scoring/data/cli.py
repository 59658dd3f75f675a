"""`python -m scoring rows LAKE BATCH first | refused`: rows of a batch, as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from scoring.data import rows
from scoring.data.lake import Lake


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the `rows` command."""
    parser = subparsers.add_parser("rows", help="show rows of a batch")
    parser.add_argument("lake", type=Path, help="directory of the lake")
    parser.add_argument("batch", help="name of the batch")
    parser.add_argument("kind", choices=["first", "refused"])
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write `first`, one object a source, or `refused`, one array a line; days as AAAA-MM-JJ."""
    asked = rows.first if args.kind == "first" else rows.refused
    for row in asked(Lake(args.lake), args.batch):
        print(json.dumps(row, default=str))
    return 0
