"""`python -m scoring simulate`: write a simulated region or country."""

import argparse
from datetime import date, datetime
from pathlib import Path

from scoring.lab.simulate.simulation import simulate

DEFAULT_END = "2026-10"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the `simulate` command."""
    parser = subparsers.add_parser(
        "simulate", help="write a known-truth region or country in the partners' file formats"
    )
    parser.add_argument("--out", type=Path, required=True, help="directory to write into")
    parser.add_argument("--firms", type=int, default=3000)
    parser.add_argument("--months", type=int, default=84)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with one cohort")
    parser.add_argument(
        "--end", type=_month, default=_month(DEFAULT_END), help="last month, as YYYY-MM"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files and print their rows; return the exit status."""
    summary = simulate(
        args.out,
        firms=args.firms,
        months=args.months,
        seed=args.seed,
        end=args.end,
        jobs=args.jobs,
    )
    for name, rows in summary.rows.items():
        print(f"{rows:>9}  {name}")
    print(
        f"{summary.firms} firms, {summary.failures} failures, "
        f"extracted on {summary.extracted_on.isoformat()}"
    )
    return 0


def _month(text: str) -> date:
    return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a month has no time zone)
