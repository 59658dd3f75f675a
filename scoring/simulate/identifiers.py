"""Invented siren and siret numbers that pass Luhn's check.

All start with `09`, a range Sirene hardly uses: an invented firm is told at a glance, and the
leading zero catches readers that take identifiers for numbers.
"""

import numpy as np
from numpy.typing import NDArray

FICTIONAL_PREFIX = "09"
CAPACITY = 10 ** (8 - len(FICTIONAL_PREFIX))
"""How many distinct sirens the range holds."""


def luhn_check_digits(bodies: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the digit that completes each body (strings of digits, all of one length)."""
    width = len(bodies[0]) if len(bodies) else 0
    digits = np.array([list(body) for body in bodies], dtype=np.int64).reshape(len(bodies), width)
    doubled = digits[:, ::-1].copy()
    doubled[:, ::2] *= 2
    total = (doubled // 10 + doubled % 10).sum(axis=1)
    checks: NDArray[np.str_] = ((10 - total % 10) % 10).astype(str)
    return checks


def draw_sirens(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    """Return `count` distinct sirens. Raises ValueError beyond the capacity of the range."""
    if count > CAPACITY:
        raise ValueError(f"at most {CAPACITY} firms can be invented, not {count}")
    numbers = rng.choice(CAPACITY, size=count, replace=False)
    width = 8 - len(FICTIONAL_PREFIX)
    bodies = np.array([f"{FICTIONAL_PREFIX}{number:0{width}d}" for number in numbers], dtype=str)
    return np.char.add(bodies, luhn_check_digits(bodies))


def number_sirets(sirens: NDArray[np.str_], ranks: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the siret of the establishment of each rank (1 = first created) of each siren."""
    bodies = np.char.add(sirens, np.array([f"{rank:04d}" for rank in ranks], dtype=str))
    return np.char.add(bodies, luhn_check_digits(bodies))
