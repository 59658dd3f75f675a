"""Simulate a country, measure each of its regions and each trial that is not measured yet, then print the tables."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench import conditions
from bench.regions import national, stable, tables, trials
from bench.regions.country import MONTHS, Country, SimulatedRegion

REGIONS, FIRMS, SEED = 12, 3000, 1
LIST = date(2026, 11, 1)


def report(regions: Sequence[SimulatedRegion], lists: Sequence[date], names: Sequence[str]) -> str:
    """Return Markdown; what is on disk is not measured again."""
    chapters, of = [], {}
    for as_of in lists:
        of[as_of] = [trials.product(region, as_of=as_of) for region in regions]
        chapters += [f"### {tables.titled(as_of)}", tables.levels(of[as_of])]
    for as_of in lists:
        judged = [trials.judged(region, as_of=as_of, names=names) for region in regions]
        chapters += [f"### Trials, {tables.titled(as_of).lower()}", tables.gains(judged)]
    country = regions[0].country
    counted = national.counts(country)
    tested = [national.backtest(one["quarters"], counted) for one in of[max(lists)]]
    chapters += ["### The level of the country", tables.backtests(tested)]
    chapters += [
        "### What carries the year",
        tables.carried(stable.carried(country, *stable.YEARS)),
    ]
    return "\n\n".join(chapters)


def main() -> None:
    """Print the tables; twelve regions are one to two hours of a processor, and 2 GB of disk."""
    parser = argparse.ArgumentParser(prog="python -m bench.regions", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--regions", type=int, default=REGIONS)
    parser.add_argument("--firms", type=int, default=FIRMS)
    parser.add_argument("--measure", type=int, help="how many of them (default: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--list",
        type=date.fromisoformat,
        action="append",
        dest="lists",
        help=f"day of a list (default: {LIST})",
    )
    parser.add_argument(
        "--trial", action="append", dest="trials", choices=list(trials.FITTED), help="default: all"
    )
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    country = Country(
        directory=arguments.out,
        seed=arguments.seed,
        regions=arguments.regions,
        firms=arguments.firms,
    )
    regions = [
        SimulatedRegion(country=country, numbers=frozenset({number}))
        for number in range(min(country.regions, arguments.measure or country.regions))
    ]
    text = report(regions, arguments.lists or [LIST], arguments.trials or list(trials.FITTED))
    size = (
        f"{len(regions)} of the {country.regions} regions, of some {country.firms:,} firms × {MONTHS} months each, "
        f"of a country of seed {country.seed}"
    )
    sys.stdout.write(f"{conditions.sentence()} {size}.\n\n{text}\n")


if __name__ == "__main__":
    main()
