"""Invented identifiers: sirens and sirets that pass the Luhn check, accounts, request numbers.

All sirens start with `09`, a range Sirene hardly uses: invented firms are easy to recognise, and the
leading zero catches readers that parse identifiers as numbers. Each cohort has its own share of every
range, so that no two cohorts produce the same identifier.
"""

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms import cohorts
from scoring.lab.simulate.randomness import Seed, stream

FICTIONAL_PREFIX = "09"
CAPACITY = 10 ** (8 - len(FICTIONAL_PREFIX))
"""Number of distinct sirens in the range."""
SHARE = cohorts.with_spares(cohorts.FIRMS)
"""Number of sirens reserved for a cohort."""
FIRST_ACCOUNT, ACCOUNT_STEP = 270_000_000_000_000_000, 97
REQUESTS = 10**7 // cohorts.MOST
"""Number of requests for activité partielle a cohort can number, with seven digits for all."""


def luhn_check_digits(bodies: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the check digit of each body (strings of digits, all of the same length)."""
    width = len(bodies[0]) if len(bodies) else 0
    digits = np.array([list(body) for body in bodies], dtype=np.int64).reshape(len(bodies), width)
    doubled = digits[:, ::-1].copy()
    doubled[:, ::2] *= 2
    total = (doubled // 10 + doubled % 10).sum(axis=1)
    checks: NDArray[np.str_] = ((10 - total % 10) % 10).astype(str)
    return checks


def draw_sirens(seed: Seed, count: int) -> NDArray[np.str_]:
    """Return `count` distinct sirens, none of which belongs to another cohort of the economy.

    Raises ValueError beyond the share of one cohort.
    """
    if count > SHARE:
        raise ValueError(f"at most {SHARE} firms can be invented in a cohort, not {count}")
    width = 8 - len(FICTIONAL_PREFIX)
    numbers = _siren_numbers(seed, count).tolist()
    bodies = np.array([f"{FICTIONAL_PREFIX}{number:0{width}d}" for number in numbers], dtype=str)
    return np.char.add(bodies, luhn_check_digits(bodies))


def number_sirets(sirens: NDArray[np.str_], ranks: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the siret of the establishment of each rank (1 = first created) of each siren."""
    bodies = np.char.add(sirens, np.array([f"{rank:04d}" for rank in ranks], dtype=str))
    return np.char.add(bodies, luhn_check_digits(bodies))


def number_accounts(seed: Seed, count: int) -> NDArray[np.str_]:
    """Return the Urssaf account of each of the `count` establishments of a cohort."""
    before = seed.cohort * cohorts.FIRMS * cohorts.MAX_ESTABLISHMENTS
    numbers: NDArray[np.str_] = (FIRST_ACCOUNT + (before + np.arange(count)) * ACCOUNT_STEP).astype(
        str
    )
    return numbers


def number_requests(seed: Seed, departments: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return eleven digits for each request: its département, a serial number, two zeros."""
    if len(departments) >= REQUESTS:
        raise ValueError(f"at most {REQUESTS} requests can be numbered in a cohort")
    before = seed.cohort * REQUESTS
    serial = [f"{before + rank:07d}00" for rank in range(1, len(departments) + 1)]
    return np.char.add(departments, np.array(serial, dtype=str))


def _siren_numbers(seed: Seed, count: int) -> NDArray[np.int64]:
    """Draw from the entire range for the first cohort; the others share the remaining numbers."""
    rng = stream(seed.economy, "sirens")
    if seed.cohort == 0:
        return rng.choice(CAPACITY, size=count, replace=False)
    first = rng.choice(CAPACITY, size=SHARE, replace=False)
    left = np.setdiff1d(np.arange(CAPACITY), first)
    shuffled = stream(seed.economy, "sirens of later cohorts").permutation(left)
    start = (seed.cohort - 1) * SHARE
    return shuffled[start : start + count]
