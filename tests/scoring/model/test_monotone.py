"""Declared signs hold because categories are never joined to numbers: at CatBoost's default they are,
and the check that follows each training sees it.
"""

import numpy as np
import pandas as pd
import pytest

from scoring.dictionary.feature import Feature
from scoring.learning import hazard
from scoring.vocabulary import Theme, Unit

CATBOOST_DEFAULT = 4  # of max_ctr_complexity
SECTORS = hazard.ONE_HOT + 45  # more than are read one by one
REGISTRY = (
    Feature(
        name="sector", theme=Theme.CONTEXT, unit=Unit.TEXT, source="made", sentence="Secteur : {value}"
    ),
    Feature(
        name="debt",
        theme=Theme.CONTEXT,
        unit=Unit.EUROS,
        source="made",
        sentence="Dette : {value}",
        monotone=1,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def firms() -> pd.DataFrame:
    """In one of two sectors debt causes failures, in the other it prevents them."""
    rng, size = np.random.default_rng(1), 30 * SECTORS
    sector, debt = rng.integers(0, SECTORS, size), rng.random(size)
    risk = np.where(sector % 2, debt > 0.5, debt <= 0.5) * 0.8 + 0.1
    failed = (rng.random(size) < risk).astype(int)
    return pd.DataFrame({"sector": sector.astype(str), "debt": debt, "y": failed, "weight": 1.0})


def violations(firms: pd.DataFrame, params: hazard.Params) -> dict[str, int]:
    frame = hazard.design(firms, REGISTRY, intervals=np.ones(len(firms)))
    model = hazard.fit(hazard.pool(frame, REGISTRY, rows=firms), REGISTRY, params=params)
    return hazard.monotone_violations(model, firms, REGISTRY)


def test_signs_hold_with_the_parameters_of_the_product(firms: pd.DataFrame) -> None:
    assert violations(firms, hazard.Params(iterations=60, thread_count=1)) == {}


def test_they_are_broken_at_the_default_of_catboost_and_that_is_seen(firms: pd.DataFrame) -> None:
    params = hazard.Params(iterations=60, thread_count=1, max_ctr_complexity=CATBOOST_DEFAULT)
    assert violations(firms, params)["debt"] > 100
