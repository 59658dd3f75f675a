"""Random streams of the simulated economy: one independent generator for each named purpose.

Adding a draw to one part of the simulation must not change the others, and the same seed must
give the same bytes on every machine: names are hashed with CRC-32, never with `hash`.
"""

import zlib

import numpy as np


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the generator that belongs to `purpose` in the world of `seed` (seed >= 0)."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode("utf-8"))])
