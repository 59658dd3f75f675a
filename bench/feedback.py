"""``python -m bench.feedback``: four generations of retraining with support, by our recipe and by three that poison, through the gate."""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence

import numpy as np

from bench import conditions
from scoring.lab.worlds.feedback import Size, World
from scoring.lab.worlds.generations import MONTHS, OURS, POISONED, Effort, Generation, generations

EFFORT = Effort(size=Size(learning=16_000, calibrating=28_000, tested=48_000))
SEEDS = (1, 2, 3)
SHOWN = ("auc", "citl", "zone_citl")
#: what the evaluation under IPCW may miss the truth by
ALLOWED = {"auc": 0.01, "citl": 0.05, "precision_at_capacity": 0.02}
COLUMNS = ("seed", "recipe", "generation", "failures", "AUC: truth", "IPCW", "CITL: truth", "IPCW")
HEAD = f"| {' | '.join((*COLUMNS, 'top 5 %: truth', 'IPCW', 'gate'))} |\n|{'---|' * 11}"


def table(effort: Effort, seeds: Sequence[int]) -> str:
    """Markdown: a line for each recipe, seed and generation, then how far the evaluation was from the truth."""
    lines, every = [HEAD], []
    for seed in seeds:
        for recipe in (OURS, *POISONED):
            world = World(effort.size, seed=seed)
            for rank, found in enumerate(generations(world, recipe, effort=effort), start=1):
                every.append(found)
                lines.append(_line(f"{seed} | {recipe.name} | {rank}", found))
                sys.stderr.write(f"{lines[-1]}\n")
    return "\n".join([*lines, "", _evaluator(every)])


def _line(name: str, found: Generation) -> str:
    figures = [
        f"{each[measure]:.3f}".removeprefix("0" if measure == "auc" else "")
        for measure in SHOWN
        for each in (found.true, found.measured)
    ]
    verdict = "promoted" if found.is_promoted else f"refused: {', '.join(found.refusals)}"
    return f"| {name} | {found.failures} | {' | '.join(figures)} | {verdict} |"


def _evaluator(every: Iterable[Generation]) -> str:
    """How far measures under IPCW are from the truth: mean and largest distance."""
    lines = ["| IPCW less truth | mean | largest distance | allowed |", "|---|---|---|---|"]
    for measure, allowed in ALLOWED.items():
        gaps = np.array([found.measured[measure] - found.true[measure] for found in every])
        lines.append(
            f"| {measure} | {gaps.mean():+.3f} | {np.abs(gaps).max():.3f} | {allowed} ({np.mean(np.abs(gaps) <= allowed):.0%} within) |"
        )
    return "\n".join(lines)


def main() -> None:
    """The table; about half an hour."""
    parser = argparse.ArgumentParser(prog="python -m bench.feedback", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    arguments = parser.parse_args()
    before = time.process_time()
    told = table(EFFORT, arguments.seeds)
    sys.stdout.write(
        f"{conditions.sentence()}\n\nModels at months {MONTHS}; {time.process_time() - before:.0f} s of processor.\n\n{told}\n"
    )


if __name__ == "__main__":
    main()
