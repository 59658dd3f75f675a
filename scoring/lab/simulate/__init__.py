"""A known-truth region or country written in the partners' own file formats.

Owns the invented firms, their latent distress, what the partners would see of it, and the
invented conduct of the agents who follow them. Nothing here reads a clock: same seed, same bytes.
"""

from scoring.lab.simulate.simulation import SimulationSummary, simulate
from scoring.lab.simulate.truth import Truth, load_truth

__all__ = ["SimulationSummary", "Truth", "load_truth", "simulate"]
