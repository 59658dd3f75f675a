"""``python -m bench.impact``: worlds where the effect of support is known, beside what is measured and what a table says."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench import conditions
from scoring.impact.judging.conclusion import verdict
from scoring.impact.results import Effect
from scoring.impact.trials import sequential_trials, trials_att
from scoring.lab.worlds import support
from scoring.vocabulary import ImpactVerdict

SEEDS = 24
#: hazard ratios of support: it halves the hazard, it does nothing
RATIOS = (0.5, 1.0)
HEAD = (
    "| hazard ratio | worlds | truth | bias | RMSE | mean standard error | intervals that hold it | non concluant | bias of the table |\n"
    f"|{'---|' * 9}"
)


@dataclass(frozen=True)
class Lived:
    """What was measured in a world, what is true, what a table of supported and other firms says."""

    effect: Effect
    truth: float
    table: float

    @property
    def is_held(self) -> bool:
        """Whether the interval holds the truth."""
        return self.effect.low <= self.truth <= self.effect.high


def lived(ratio: float, seed: int) -> Lived:
    """Return one world."""
    world = support.live(ratio=ratio, seed=seed)
    trials = sequential_trials(panel=world.panel, horizon=support.HORIZON, starts=support.STARTS)
    return Lived(
        effect=trials_att(trials=trials),
        truth=world.truth(trials),
        table=support.supported_less_others(trials, world.panel),
    )


def line(ratio: float, worlds: Sequence[Lived]) -> str:
    """Return the line of the worlds of one ratio, in points."""
    error = 100 * np.array([each.effect.estimate - each.truth for each in worlds])
    unsure = [verdict(effect=each.effect).verdict is ImpactVerdict.NON_CONCLUANT for each in worlds]
    means = [
        100 * np.mean([each.truth for each in worlds]),
        error.mean(),
        np.sqrt((error**2).mean()),
        100 * np.mean([each.effect.se for each in worlds]),
    ]
    figures = [f"{each:+.2f}" if rank < 2 else f"{each:.2f}" for rank, each in enumerate(means)]
    held = f"{sum(each.is_held for each in worlds)}/{len(worlds)}"
    table = 100 * np.mean([each.table - each.truth for each in worlds])
    cells = [f"{ratio:g}", f"{len(worlds)}", *figures, held, f"{sum(unsure)}/{len(worlds)}"]
    return f"| {' | '.join(cells)} | {table:+.2f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.impact", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    count = parser.parse_args().seeds
    before = time.process_time()
    lines = [line(ratio, [lived(ratio, seed) for seed in range(1, count + 1)]) for ratio in RATIOS]
    spent = time.process_time() - before
    text = "\n".join([HEAD, *lines])
    sys.stdout.write(f"{conditions.sentence()}\n\n{spent:.0f} s of processor.\n\n{text}\n")


if __name__ == "__main__":
    main()
