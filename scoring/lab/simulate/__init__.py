"""A region or country of known truth, written in the partners' own file formats.

It holds invented firms, their latent distress, what partners would see of it, and the behaviour of
the invented agents who follow them. Nothing here reads a clock: the same seed gives the same bytes.

- ``assembly``: concatenates the files of cohorts into those of the economy.
- ``randomness``: random streams of the simulated economy: an independent generator for each named purpose.
- ``simulation``: writes a simulated economy, one cohort at a time: the partners' files and, separately, the truth.
- ``timeline``: the simulated calendar: observed months, burn-in, and what each source has published.
- ``truth``: what only the simulation knows, stored separately from the files: distress, risks, fates.
"""

from scoring.lab.simulate.simulation import Economy, SimulationSummary, simulate, simulate_economy
from scoring.lab.simulate.truth import Truth, load_truth

__all__ = ["Economy", "SimulationSummary", "Truth", "load_truth", "simulate", "simulate_economy"]
