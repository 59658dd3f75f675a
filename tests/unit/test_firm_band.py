"""The top of a firm: its figures say which way they went, its risk what it is beside the others'."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.companies.models import AnnualAccounts
from app.companies.presenters import SeriesTable
from app.portal.firm.band import KeyFigure, key_figures, yardstick

MONTHS = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(14)]


def table(**series: list[float | None]) -> SeriesTable:
    return SeriesTable(months=MONTHS, series=series)


def only(**series: list[float | None]) -> KeyFigure:
    (figure,) = key_figures(table(**series))
    return figure


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_debt_is_the_sum_of_its_parts_and_says_what_it_was() -> None:
    debt = only(
        dette_patronale=[10_000.0] * 13 + [25_000.0], dette_salariale=[0.0] * 13 + [5_000.0]
    )
    assert plain(debt.value) == "30 000 €"
    assert (debt.way, debt.is_good) == ("up", False)
    assert plain(debt.move) == "3 fois plus qu’il y a un an"
    assert debt.detail == "févr. 2026"


def test_a_workforce_that_falls_is_bad_news_and_one_that_stays_is_none() -> None:
    falls = only(effectif=[20.0] * 13 + [15.0])
    assert (falls.value, falls.way, falls.is_good) == ("15 salariés", "down", False)
    assert plain(falls.move) == "-25 % sur un an"
    stays = only(effectif=[20.0] * 14)
    assert (stays.way, stays.is_good, stays.move) == ("flat", None, "stable sur un an")


def test_what_is_not_known_is_neither_zero_nor_compared() -> None:
    assert key_figures(table()) == []
    assert key_figures(table(effectif=[None] * 14)) == []
    late = only(effectif=[20.0] * 12 + [None, None])
    assert (late.detail, late.way, late.move) == ("déc. 2025", None, "")


def test_a_debt_out_of_nothing_is_said_so() -> None:
    debt = only(dette_patronale=[0.0] * 13 + [900.0])
    assert (debt.way, debt.move) == ("up", "rien il y a un an")


def test_a_hole_in_a_curve_is_not_crossed() -> None:
    figure = only(effectif=[1.0, 2.0, None, 3.0, 4.0, 5.0, *[6.0] * 8])
    assert len(figure.curves) == 2


@pytest.mark.parametrize(
    ("p18", "naf", "said"),
    [
        (0.36, "41.20A", "36 % à 18 mois, 9 fois la moyenne des entreprises du secteur « Construction »"),
        (0.08, "41.20A", "8 % à 18 mois, 2 fois la moyenne des entreprises du secteur « Construction »"),
        (0.04, "41.20A", "4 % à 18 mois, proche de la moyenne des entreprises du secteur « Construction »"),
        (0.06, "62.01Z", "6 % à 18 mois, 3 fois la moyenne des entreprises suivies"),
        (0.01, None, "1 % à 18 mois, au-dessous de la moyenne des entreprises suivies (2,0 %)"),
    ],
)  # fmt: skip
def test_a_risk_is_set_beside_that_of_comparable_firms(
    p18: float, naf: str | None, said: str
) -> None:
    averages = {"all": 0.02, "sections": {"F": 0.04}}
    entry: Any = SimpleNamespace(p18=p18)
    assert plain(yardstick(entry, averages, naf)) == said


def test_a_list_older_than_the_yardstick_gives_the_risk_alone() -> None:
    entry: Any = SimpleNamespace(p18=0.28)
    assert plain(yardstick(entry, {}, "41.20A")) == "28 % à 18 mois"


@pytest.mark.parametrize(
    ("before", "value", "way", "move"),
    [
        (-100.0, 200.0, "up", ""),
        (-100.0, -200.0, "down", ""),
        (0.0, -100.0, "down", "rien il y a un an"),
        (1.0, 900.0, "up", "plus de 10 fois plus qu’il y a un an"),
    ],
)
def test_a_change_that_no_share_says_is_said_in_words(
    before: float, value: float, way: str, move: str
) -> None:
    debt = only(dette_patronale=[before] * 13 + [value])
    assert (debt.way, debt.move) == (way, move)


def test_a_part_of_a_debt_is_not_its_whole() -> None:
    debt = only(dette_patronale=[10_000.0] * 14, dette_salariale=[5_000.0] * 13 + [None])
    assert (plain(debt.value), debt.detail) == ("15 000 €", "janv. 2026")


def test_a_workforce_is_written_as_it_is_counted() -> None:
    assert only(effectif=[1.5] * 14).value == "2 salariés"


def test_a_turnover_is_compared_with_the_closing_before_and_none_older() -> None:
    def filed(year: int, revenue: float) -> AnnualAccounts:
        return AnnualAccounts(siren="1", closed_on=date(year, 12, 31), revenue=revenue)

    (close,) = key_figures(table(), [filed(2025, 90.0), filed(2024, 100.0)])
    assert (close.way, plain(close.move)) == ("down", "-10 % sur un an")
    (far,) = key_figures(table(), [filed(2025, 90.0), filed(2019, 100.0)])
    assert (far.way, far.move) == (None, "")
