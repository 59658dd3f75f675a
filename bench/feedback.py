"""``python -m bench.feedback``: four generations of retraining with support, with our recipe and three harmful ones, through the gate."""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence

import numpy as np

from bench import conditions
from scoring.lab.worlds.feedback import FeedbackWorld, Size
from scoring.lab.worlds.generations import MONTHS, OURS, POISONED, Effort, Generation, generations

EFFORT = Effort(size=Size(learning=16_000, calibrating=28_000, tested=48_000))
SEEDS = (1, 2, 3)
SHOWN = ("auc", "citl", "zone_citl")
#: allowed error of the evaluation under IPCW
ALLOWED = {"auc": 0.01, "citl": 0.05, "precision_at_capacity": 0.02}
COLUMNS = ("seed", "recipe", "generation", "failures", "AUC: truth", "IPCW", "CITL: truth", "IPCW")
HEAD = f"| {' | '.join((*COLUMNS, 'top 5 %: truth', 'IPCW', 'gate'))} |\n|{'---|' * 11}"


def table(effort: Effort, seeds: Sequence[int]) -> str:
    """Return Markdown: a line for each recipe, seed and generation, then the error of the evaluation."""
    lines, results = [HEAD], []
    for seed in seeds:
        for recipe in (OURS, *POISONED):
            world = FeedbackWorld(effort.size, seed=seed)
            for rank, generation in enumerate(generations(world, recipe, effort=effort), start=1):
                results.append(generation)
                lines.append(_line(f"{seed} | {recipe.name} | {rank}", generation))
                sys.stderr.write(f"{lines[-1]}\n")
    return "\n".join([*lines, "", _evaluator(results)])


def _line(name: str, generation: Generation) -> str:
    figures = [
        f"{each[measure]:.3f}".removeprefix("0" if measure == "auc" else "")
        for measure in SHOWN
        for each in (generation.true, generation.measured)
    ]
    verdict = "promoted" if generation.is_promoted else f"refused: {', '.join(generation.refusals)}"
    return f"| {name} | {generation.failures} | {' | '.join(figures)} | {verdict} |"


def _evaluator(results: Iterable[Generation]) -> str:
    """Return the errors of measures under IPCW: mean and largest distance from the truth."""
    lines = ["| IPCW less truth | mean | largest distance | allowed |", "|---|---|---|---|"]
    for measure, allowed in ALLOWED.items():
        gaps = np.array([each.measured[measure] - each.true[measure] for each in results])
        lines.append(
            f"| {measure} | {gaps.mean():+.3f} | {np.abs(gaps).max():.3f} | {allowed} ({np.mean(np.abs(gaps) <= allowed):.0%} within) |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table; it takes about half an hour."""
    parser = argparse.ArgumentParser(prog="python -m bench.feedback", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    arguments = parser.parse_args()
    before = time.process_time()
    text = table(EFFORT, arguments.seeds)
    sys.stdout.write(
        f"{conditions.sentence()}\n\nModels at months {MONTHS}; {time.process_time() - before:.0f} s of processor.\n\n{text}\n"
    )


if __name__ == "__main__":
    main()
