"""What a study read is told apart from anything else that it could have read."""

from datetime import date

import pandas as pd

from app.evidence.studies.computing import version_of


def supports(*days: date) -> pd.DataFrame:
    return pd.DataFrame({"siren": [f"{rank:09}" for rank in range(len(days))], "on": days})


def test_as_many_supports_on_other_days_are_other_data() -> None:
    first, other = date(2025, 1, 1), date(2025, 4, 1)
    known = version_of({"lake": "a"}, supports(first, first))
    assert version_of({"lake": "a"}, supports(first, first)) == known
    assert version_of({"lake": "a"}, supports(first, first)[::-1]) == known
    assert version_of({"lake": "a"}, supports(first, other)) != known
    assert version_of({"lake": "b"}, supports(first, first)) != known
