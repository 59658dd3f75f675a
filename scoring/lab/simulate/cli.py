"""`python -m scoring simulate`: write a simulated region or country."""

from datetime import date, datetime
from pathlib import Path

import click

from scoring.lab.simulate import simulation

DEFAULT_END = "2026-10"


def _month(text: str) -> date:
    return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a month has no time zone)


@click.command(help="write a region or country of known truth in the partners' file formats")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="where to write")
@click.option("--firms", type=int, default=3000)
@click.option("--months", type=int, default=84)
@click.option("--seed", type=int, default=1)
@click.option("--jobs", type=int, default=1, help="processes, each with one cohort")
@click.option("--end", type=_month, default=DEFAULT_END, help="last month, as YYYY-MM")
def simulate(out: Path, *, firms: int, months: int, seed: int, jobs: int, end: date) -> int:
    """Write the files and print their rows; return the exit status."""
    summary = simulation.simulate(out, firms=firms, months=months, seed=seed, end=end, jobs=jobs)
    for name, rows in summary.rows.items():
        print(f"{rows:>9}  {name}")
    print(
        f"{summary.firms} firms, {summary.failures} failures, "
        f"extracted on {summary.extracted_on.isoformat()}"
    )
    return 0
