"""``python -m bench.features LAKE``: the features of one day, against hand-written DuckDB SQL for the same columns."""

import argparse
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from bench import conditions
from bench.by_hand import by_hand, columns
from bench.measuring import apart
from scoring import features
from scoring.data.lake import open_tables

HEAD = "| work | columns | seconds | ratio | peak MB |\n|---|---|---|---|---|"
TOLERANCE = 1e-6  # the SQL sums floats, the features sum integers


def check(lake: Path, as_of: date) -> None:
    """Raise ValueError where the SQL and the features differ."""
    ours = features.build(open_tables(lake), as_of).set_index("siren")
    theirs = by_hand(lake, as_of).drop_duplicates("siren").set_index("siren").loc[ours.index]
    for name in theirs:
        same = np.isclose(
            ours[name],
            theirs[name].astype("float64"),
            rtol=TOLERANCE,
            atol=TOLERANCE,
            equal_nan=True,
        )
        if not same.all():
            rows = pd.DataFrame({"ours": ours[name], "by_hand": theirs[name]})[~same]
            raise ValueError(f"{name} differs for {len(rows)} firms:\n{rows.head()}")


def table(lake: Path, *, as_of: date) -> str:
    """Return Markdown: the floor, then the features, each in its own process."""
    floor, ours = apart(_floor, lake, as_of), apart(_ours, lake, as_of)
    lines = [
        ("SQL by hand, every firm of Sirene", len(columns()), floor),
        ("`features.build`, firms at risk", len(features.REGISTRY), ours),
    ]
    rows = [
        f"| {work} | {count} | {cost.seconds:.1f} | {cost.seconds / floor.seconds:.2f} | {cost.megabytes:,.0f} |"
        for work, count, cost in lines
    ]
    return "\n".join([HEAD, *rows])


def _floor(lake: Path, as_of: date) -> None:
    by_hand(lake, as_of)


def _ours(lake: Path, as_of: date) -> None:
    features.build(open_tables(lake), as_of)


def main() -> None:
    """Check that both give the same values if asked to, then time them."""
    parser = argparse.ArgumentParser(prog="python -m bench.features", description=__doc__)
    parser.add_argument("lake", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--check", action="store_true", help="compare the values first")
    arguments = parser.parse_args()
    if arguments.check:
        check(arguments.lake, arguments.as_of)
    sys.stdout.write(f"{conditions.sentence()}\n\n{table(arguments.lake, as_of=arguments.as_of)}\n")


if __name__ == "__main__":
    main()
