"""A known-truth region or country written in the partners' own file formats.

Owns the invented firms, their latent distress, what the partners would see of it, and the
invented conduct of the agents who follow them. Nothing here reads a clock: same seed, same bytes.

- ``assembly``: files of cohorts, put one after the other into those of the economy.
- ``randomness``: random streams of the simulated economy: one independent generator for each named purpose.
- ``simulation``: write a simulated economy: the partners' files, and the truth apart, one cohort at a time.
- ``timeline``: the simulated calendar: observed months, burn-in, and what each source has published.
- ``truth``: what only the simulation knows, kept apart from the files: distress, risks, fates.
"""

from scoring.lab.simulate.simulation import SimulationSummary, simulate
from scoring.lab.simulate.truth import Truth, load_truth

__all__ = ["SimulationSummary", "Truth", "load_truth", "simulate"]
