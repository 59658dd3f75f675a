"""Accounts: the last closing known, what it says, and what must not be told."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from scoring import features
from scoring.data.lake import Lake
from scoring.dictionary import accounts
from tests.scoring.model.conftest import DAY, rewritten

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")


def closing(siren: str, closed: date, known: date, **said: Any) -> dict[str, Any]:
    told = {"revenue": 1000.0, "ebitda_margin": 8.0, "statement_type": "C", "filed_on": None}
    said = {**told, "confidentiality": "Public", **said}
    return {"siren": siren, "closed_on": closed, "known_at": known, **said}


def closings(sirens: list[str]) -> list[dict[str, Any]]:
    yearly, group, secret, old, gap, twice = sirens[:6]
    known, soon = date(2024, 7, 31), date(2025, 6, 1)
    last, before = date(2023, 12, 31), date(2022, 12, 31)
    return [
        closing(yearly, before, date(2023, 7, 31), revenue=800.0, ebitda_margin=1.0),
        closing(yearly, last, known, debt_ratio=-150.0, financial_autonomy=30.0),
        closing(yearly, date(2024, 12, 31), soon, revenue=1.0),
        closing(group, last, known, statement_type="K"),
        closing(secret, last, known, confidentiality="Confidentiel"),
        closing(old, date(2019, 12, 31), date(2020, 7, 31)),
        closing(gap, date(2021, 12, 31), date(2022, 7, 31)),
        closing(gap, last, known),
        closing(twice, last, known, statement_type="S", ebitda_margin=2.0),
        closing(twice, last, known, ebitda_margin=3.0),
    ]


@pytest.fixture(scope="module")
def told(lake: Lake, built: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The accounts of six firms, in the order of `closings`; those of the others are unknown."""
    sirens = built["siren"].tolist()

    def replace(source: str, rows: pd.DataFrame) -> pd.DataFrame:
        if source != "comptes":
            return rows
        return pd.DataFrame(closings(sirens), columns=rows.columns)

    table = features.build(rewritten(lake, tmp_path_factory.mktemp("told"), replace), DAY)
    names = [feature.name for feature in accounts.FEATURES]
    return table.set_index("siren").reindex(sirens)[names]


def test_the_last_closing_known_speaks(told: pd.DataFrame) -> None:
    row = told.iloc[0]
    assert row["accounts_age"] == 16
    assert row["accounts_ebitda_margin"] == pytest.approx(0.08)
    assert row["accounts_autonomy"] == pytest.approx(0.3)
    assert row["accounts_debt_ratio"] == pytest.approx(-1.5)
    assert row["accounts_revenue_change"] == pytest.approx(0.25)


def test_the_accounts_of_a_group_are_not_those_of_the_firm(told: pd.DataFrame) -> None:
    assert told.iloc[1].isna().all()


def test_confidential_accounts_say_only_that_they_exist(told: pd.DataFrame) -> None:
    row = told.iloc[2]
    assert row["accounts_age"] == 16
    assert row["accounts_overdue"] == 0
    assert row.drop(["accounts_age", "accounts_overdue"]).isna().all()


def test_old_accounts_are_overdue_and_say_nothing_else(told: pd.DataFrame) -> None:
    row = told.iloc[3]
    assert row["accounts_age"] == 64
    assert row["accounts_overdue"] == 1
    assert row.drop(["accounts_age", "accounts_overdue"]).isna().all()


def test_revenues_two_years_apart_are_not_compared(told: pd.DataFrame) -> None:
    row = told.iloc[4]
    assert pd.isna(row["accounts_revenue_change"])
    assert row["accounts_ebitda_margin"] == pytest.approx(0.08)


def test_the_complete_statement_stands_before_the_simplified_one(told: pd.DataFrame) -> None:
    assert told.iloc[5]["accounts_ebitda_margin"] == pytest.approx(0.03)


def test_accounts_are_public_and_read_in_french() -> None:
    row = {"accounts_ebitda_margin": 0.081, "accounts_age": 16.0}
    told = {feature.name: feature for feature in accounts.FEATURES}
    assert {feature.nature for feature in accounts.FEATURES} == {None}
    assert told["accounts_ebitda_margin"].sentence_for(row) == (
        "Excédent brut d’exploitation : 8\u202f% du chiffre d’affaires"
    )
    assert told["accounts_age"].sentence_for(row) == (
        "Derniers comptes connus : exercice clos depuis 16 mois"
    )
