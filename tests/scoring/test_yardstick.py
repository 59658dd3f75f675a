"""A risk is compared with the mean of those scored the same day."""

import pandas as pd
import pytest

from scoring.listing.yardstick import FEWEST, averages


def test_the_means_are_those_of_all_and_of_each_large_section() -> None:
    p18 = pd.Series([0.1] * FEWEST + [0.4] * FEWEST + [0.9] * 10)
    divisions = pd.Series(
        ["41"] * (FEWEST // 2) + ["43"] * (FEWEST // 2) + ["56"] * FEWEST + ["62"] * 10
    )
    found = averages(p18, divisions)
    assert found["sections"] == pytest.approx({"F": 0.1, "I": 0.4})
    assert found["all"] == pytest.approx((0.1 * FEWEST + 0.4 * FEWEST + 9.0) / (2 * FEWEST + 10))


def test_a_firm_without_activity_counts_in_all() -> None:
    found = averages(pd.Series([0.2, 0.4]), pd.Series([None, "41"], dtype="object"))
    assert found == {"all": pytest.approx(0.3), "sections": {}}
