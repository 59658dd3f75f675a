"""Annual accounts as a page shows them: figures that were filed, which way they went, and what is late."""

from datetime import date, timedelta

import pytest

from app.companies.accounts import accounts_table, way_of
from app.companies.models import AnnualAccounts
from app.core.now import today

DECEMBER = date(today().year - 1, 12, 31)


def filed(years_ago: int = 0, **figures: float) -> AnnualAccounts:
    day = DECEMBER.replace(year=DECEMBER.year - years_ago)
    return AnnualAccounts(siren="100000009", closed_on=day, **figures)


@pytest.mark.parametrize(
    ("value", "before", "way"),
    [
        (110.0, 100.0, "up"),
        (90.0, 100.0, "down"),
        (103.0, 100.0, "flat"),
        (-200.0, -100.0, "down"),
        (-50.0, -100.0, "up"),
        (50.0, 0.0, None),
        (None, 100.0, None),
        (100.0, None, None),
    ],
)
def test_an_arrow_says_which_way_a_figure_went(
    value: float | None, before: float | None, way: str | None
) -> None:
    assert way_of(value, before) == way


def test_a_line_a_figure_and_a_column_a_closing() -> None:
    table = accounts_table(
        [filed(revenue=1_200_000.0, ebit=-20_000.0), filed(1, revenue=1_000_000.0)],
        reads_all=True,
    )
    lines = {
        label: [(cell.text.replace("\u202f", " "), cell.way) for cell in cells]
        for label, cells in table.lines
    }
    assert lines == {
        "Chiffre d’affaires": [("1 200 000\xa0€", "up"), ("1 000 000\xa0€", None)],
        "Résultat d’exploitation": [("-20 000\xa0€", None), ("–", None)],
    }
    assert [column["label"] for column in table.columns] == [
        "Exercice clos en", f"déc. {DECEMBER.year}", f"déc. {DECEMBER.year - 1}",
    ]  # fmt: skip
    assert not table.has_confidential


def test_what_is_missing_or_late_is_said() -> None:
    assert "non déposés, ou déclarés confidentiels" in accounts_table([], reads_all=True).remark
    old = AnnualAccounts(siren="100000009", closed_on=today() - timedelta(days=700), revenue=1.0)
    assert accounts_table([old], reads_all=True).remark.startswith("Comptes en retard")
    recent = AnnualAccounts(siren="100000009", closed_on=today() - timedelta(days=200), revenue=1.0)
    assert accounts_table([recent], reads_all=True).remark == ""
    empty = AnnualAccounts(siren="100000009", closed_on=today() - timedelta(days=200))
    assert "sans ses chiffres" in accounts_table([empty], reads_all=True).remark


def test_confidential_accounts_are_marked() -> None:
    table = accounts_table(
        [
            AnnualAccounts(
                siren="1", closed_on=DECEMBER, nature="comptes_confidentiels", revenue=1.0
            )
        ],
        reads_all=True,
    )
    assert table.has_confidential
    assert table.closings[0].endswith("(confidentiels)")


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(371.0, "371 %"), (-210.2, "fonds propres négatifs"), (5642.1, "plus de 1 000 %")],
)
def test_a_debt_ratio_that_says_nothing_is_said_in_words(ratio: float, said: str) -> None:
    ((label, (cell,)),) = accounts_table([filed(debt_ratio=ratio)], reads_all=True).lines
    assert label == "Taux d’endettement"
    assert cell.text.replace("\u202f", " ").replace("\xa0", " ") == said


def test_a_year_that_is_lacking_is_neither_compared_nor_called_late() -> None:
    latest, former = filed(revenue=1_200_000.0), filed(2, revenue=1_000_000.0)
    ((_, cells),) = accounts_table([latest, former], reads_all=True).lines
    assert [cell.way for cell in cells] == [None, None]
    seven_years_ago = today().replace(year=today().year - 7, day=1)
    old = AnnualAccounts(siren="100000009", closed_on=seven_years_ago, revenue=1.0)
    # Whoever may not read the confidential ones does not know that the firm is late.
    remark = accounts_table([old], reads_all=False).remark
    assert "en retard" not in remark
    assert remark.startswith("Le dernier exercice que vous pouvez lire est clos depuis 84 mois")
