"""Random streams of the simulated economy: an independent generator for each named purpose.

Adding a draw to one part of the simulation must not change the others, and the same seed must
give the same bytes on every machine: names are hashed with CRC-32, never with `hash`.
"""

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Seed:
    """The seed of every draw: the number of the economy and the rank of the cohort of firms."""

    number: int
    cohort: int = 0

    @property
    def economy(self) -> "Seed":
        """The seed of what is common to all cohorts of the economy."""
        return Seed(self.number)


def stream(seed: Seed, purpose: str) -> np.random.Generator:
    """Return the generator of `purpose` in the world of `seed` (numbers >= 0)."""
    return np.random.default_rng([seed.number, zlib.crc32(purpose.encode("utf-8")), seed.cohort])
