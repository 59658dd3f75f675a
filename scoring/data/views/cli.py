"""`python -m scoring views OUT_DIR`: the monthly tables of a directory of sources."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from scoring.data.engine import connect
from scoring.data.lake import open_tables
from scoring.data.views import write_views

# The views of the country are larger than that: the engine spills to disk.
MEMORY = "4GB"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the `views` command."""
    parser = subparsers.add_parser("views", help="derive the monthly tables")
    parser.add_argument("out_dir", type=Path, help="directory of <source>.parquet, or of a lake")
    parser.add_argument("--as-of", type=date.fromisoformat, help="what was known that day")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write `<out_dir>/views/<view>.parquet` and say how many rows each has."""
    if not args.out_dir.is_dir():
        print(f"Le dossier {args.out_dir} n’existe pas.", file=sys.stderr)
        return 1
    out = args.out_dir / "views"
    con = connect(memory_limit=MEMORY, spill=out / ".spill")
    rows = write_views(open_tables(args.out_dir), con, out, as_of=args.as_of)
    for view, count in rows.items():
        print(f"{count:>10}  {view}")
    return 0
