"""Panels whose truth is known."""

import numpy as np
import pandas as pd
import pytest

YEARS = range(2000, 2012)


def simulated(*, firms: int = 700, seed: int = 1) -> pd.DataFrame:
    """One row per firm and year until it fails: `risk`, its true probability of failing within the
    year, depends on two numbers, their product, and a sector; `noise` on nothing.
    """
    rng = np.random.default_rng(seed)
    sector = rng.choice(["bois", "textile", "transport"], firms)
    level = rng.normal(size=firms)
    alive, rows = np.ones(firms, dtype=bool), []
    for year in YEARS:
        debt, cash = level + 0.5 * rng.normal(size=firms), rng.normal(size=firms)
        score = -4.2 + 1.2 * debt - 0.8 * cash + 0.7 * (sector == "textile") + 0.6 * debt * cash
        risk = 1 / (1 + np.exp(-score))
        failed = rng.random(firms) < risk
        rows.append(
            pd.DataFrame(
                {
                    "firm": [f"E{number}" for number in range(firms)],
                    "year": year,
                    "debt": np.where(rng.random(firms) < 0.1, np.nan, debt),
                    "cash": cash,
                    "sector": sector,
                    "noise": rng.normal(size=firms),
                    "risk": risk,
                    "event": failed.astype(int),
                }
            )[alive]
        )
        alive &= ~failed
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="session")
def world() -> pd.DataFrame:
    """The simulated panel, with the true risk of each row."""
    return simulated()
