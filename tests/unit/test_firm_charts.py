"""The charts of a firm: gaps that are named, the median of the sector at its own workforce, its ratios before the others'."""

from datetime import date

import pytest

from app.companies.charts import charts_of, gaps
from app.companies.models import AnnualAccounts
from app.companies.presenters import SeriesTable
from app.companies.sectors.models import SectorMedian, SectorRatio
from app.companies.sectors.presenters import RATIOS, median_lines, ratio_bars
from app.portal.firm.drawings import drawing
from app.portal.firm.questions import ALWAYS, QUESTIONS, questions_of
from scoring.vocabulary import Theme

MONTHS = [date(2026, month, 1) for month in range(1, 7)]


def table(**series: list[float | None]) -> SeriesTable:
    return SeriesTable(months=MONTHS, series=series)


def median(code: str, *values: float | None) -> SectorMedian:
    return SectorMedian(
        sector="25", code=code, nature=None, first_month=MONTHS[0], values=list(values)
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0] * 6, ""),
        ([None] * 6, "Sans donnée"),
        ([None, None, 1.0, None, 1.0, 1.0], "Sans donnée jusqu’à févr. 2026, en avr. 2026"),
        ([1.0, None, None, 1.0, 1.0, None], "Sans donnée de févr. 2026 à mars 2026, à partir de juin 2026"),
        ([None, 1.0, None, 1.0, None, 1.0], "Sans donnée 3 mois sur 6"),
    ],
)  # fmt: skip
def test_the_months_that_nobody_knows_are_named(values: list[float | None], said: str) -> None:
    assert gaps(MONTHS, values) == said


def test_what_is_after_the_freshness_of_the_source_is_no_gap() -> None:
    assert gaps(MONTHS, [1.0, 1.0, 1.0, 1.0, None, None], until=MONTHS[3]) == ""


def test_a_median_is_what_the_firm_would_have_with_its_own_employees() -> None:
    firm = table(effectif=[10.0, 10.0, 20.0, None, 20.0, 20.0], cotisation=[1.0] * 6)
    lines = median_lines(
        firm,
        {
            "cotisation": median("cotisation", 300.0, None, 300.0, 300.0, 300.0, 300.0),
            "effectif": median("effectif", 1.0, 1.1, 1.2, 1.2, 1.2, 1.2),
        },
    )
    assert lines["cotisation"] == [3000.0, None, 6000.0, None, 6000.0, 6000.0]
    # The workforce of January, moved as that of the median firm: in whole people.
    assert lines["effectif"] == [10, 11, 12, 12, 12, 12]


def test_a_firm_without_workforce_has_no_median() -> None:
    assert (
        median_lines(table(cotisation=[1.0] * 6), {"cotisation": median("cotisation", 1.0)}) == {}
    )


def test_a_sector_that_owes_nothing_is_said_not_drawn() -> None:
    firm = table(dette_patronale=[5.0] * 6)
    chart = charts_of(firm, {}, medians={"dette": [0.0] * 6}).debt
    assert chart is not None
    assert "Médiane du secteur" not in [line["label"] for line in chart.lines]
    assert "Médiane du secteur\xa0: 0" in chart.note
    owing = charts_of(firm, {}, medians={"dette": [1.0] * 6}).debt
    assert owing is not None
    assert owing.lines[-1]["label"] == "Médiane du secteur"


def spread(name: str, *quantiles: float) -> SectorRatio:
    return SectorRatio(sector="25", year=2025, ratio=name, firms=12, quantiles=list(quantiles))


def filed(**figures: float) -> AnnualAccounts:
    return AnnualAccounts(siren="100000009", closed_on=date(2025, 12, 31), **figures)


@pytest.mark.parametrize(
    ("name", "value", "place", "is_bad"),
    [
        ("ebitda_margin", 0.5, "parmi les 10 % les plus bas", True),
        ("ebitda_margin", 3.5, "au-dessus de la médiane", False),
        ("ebitda_margin", 9.0, "parmi les 10 % les plus hauts", False),
        ("supplier_days", 9.0, "parmi les 10 % les plus hauts", True),
        ("supplier_days", 0.5, "parmi les 10 % les plus bas", False),
        ("working_capital_days", 9.0, "parmi les 10 % les plus hauts", False),
        ("debt_ratio", -40.0, "fonds propres, EBE ou autofinancement négatifs", True),
    ],
)
def test_a_ratio_says_where_it_stands_and_whether_that_is_bad(
    name: str, value: float, place: str, is_bad: bool
) -> None:
    bars = ratio_bars(filed(**{name: value}), {name: spread(name, 1.0, 2.0, 3.0, 4.0, 5.0)})
    assert bars is not None
    (bar,) = bars.bars
    assert (bar.place, bar.is_bad, bars.bad) == (place, is_bad, int(is_bad))
    assert 0 <= bar.mark <= 200
    assert bar.low < bar.median < bar.high


def test_there_are_sixteen_ratios_and_none_without_its_sector() -> None:
    assert len({ratio.name for ratio in RATIOS}) == 16
    assert ratio_bars(filed(ebitda_margin=1.0), {}) is None
    assert ratio_bars(None, {"ebitda_margin": spread("ebitda_margin", 1, 2, 3, 4, 5)}) is None


def test_a_drawing_for_paper_goes_from_zero_and_leaves_its_holes() -> None:
    charts = charts_of(table(effectif=[1.0, 2.0, None, 3.0, 4.0, 4.0]), {})
    drawn = drawing(charts.others[0], charts.months)
    assert drawn is not None
    assert len(drawn.lines[0].runs) == 2
    assert drawn.top == "4\xa0salariés"
    # Months that stand alone make no line: there is nothing to print.
    alone = charts_of(table(effectif=[1.0, None, 2.0, None, 3.0, None]), {})
    assert drawing(alone.others[0], alone.months) is None


def test_questions_follow_the_themes_that_raise_the_risk() -> None:
    asked = questions_of(["contexte", *QUESTIONS])
    assert [theme.label for theme in asked][:2] == [
        Theme.FINANCIAL_HEALTH.label,
        Theme.SOCIAL_DEBTS.label,
    ]
    assert len(asked) == 4
    assert questions_of([])[0].questions == ALWAYS
    # Each theme that may raise a risk, the context apart, has its questions.
    assert set(QUESTIONS) == {theme.value for theme in Theme} - {Theme.CONTEXT.value}
