"""A figure that somebody may not read neither orders nor narrows a list, nor is it in a cursor."""

import base64
from datetime import date

import pytest
from sqlalchemy import func, select, text

from app.companies.models import AnnualAccounts, Company, CompanyAlert, CompanyFigures
from app.core import now
from app.core.access.identity import Nature
from app.detections.lists import queries
from app.detections.lists.filters import AccountsSign, DrawSign, Filters, Order, Sort
from app.detections.lists.models import DetectionTheme
from app.detections.lists.rows.listing import Listing
from app.detections.models import DRAWN, HumanSignal, SignalSource
from scoring.vocabulary import Level, Novelty, Theme
from tests.factories import companies
from tests.factories.detections import AS_OF, Alerted, publish_list
from tests.factories.network import system, working_as
from tests.factories.people import World, newcomer

HERE, ELSEWHERE = "21", "58"
#: the larger the figure, the smaller the siren; the last three are elsewhere
SIRENS = [f"{600_000_000 + number}" for number in range(6)]
OPEN, CLOSED = SIRENS[:3], SIRENS[3:]
#: sort -> the nature that its figure is of
SECRET = {
    Sort.DEBT: Nature.URSSAF,
    Sort.SHORT_TIME: Nature.ACTIVITE_PARTIELLE,
    Sort.LEVEL: Nature.SCORE,
    Sort.NOVELTY: Nature.SCORE,
}
#: filters that keep every firm whose figure is read, by the nature of the figure
NARROW = {
    "debt": (Nature.URSSAF, Filters(debt_min=1)),
    "turnover": (Nature.COMPTES_CONFIDENTIELS, Filters(revenue_min=1)),
    "turnover at most": (Nature.COMPTES_CONFIDENTIELS, Filters(revenue_max=10)),
    "result": (Nature.COMPTES_CONFIDENTIELS, Filters(accounts_signs=(AccountsSign.LOSS,))),
    "level": (Nature.SCORE, Filters(levels=(Level.ELEVEE, Level.MODEREE))),
    "draw": (Nature.SCORE, Filters(draw_signs=(DrawSign.DRAWN,))),
    "novelty": (Nature.SCORE, Filters(novelties=(Novelty.FIRST_ALERT, Novelty.AGGRAVATION))),
}


@pytest.fixture
def firms(world: World) -> World:
    """Six listed and signalled firms, of which three in another département."""
    with system() as session:
        model = session.get_one(Company, world.siren_21)
        for number, siren in enumerate(SIRENS):
            department = HERE if siren in OPEN else ELSEWHERE
            session.add(
                Company(
                    siren=siren, name=f"Firme {number}", name_sort=f"FIRME {number}", naf="25.50A", is_active=True,
                    department=department, departments=[department], commune=None, workforce=20.0,
                    procedure_status=model.procedure_status, in_perimeter=True,
                )
            )  # fmt: skip
            session.flush()
            session.add(CompanyAlert(siren=siren, first_on=AS_OF))
            session.add(
                HumanSignal(
                    siren=siren, departments=[department], author_id=world.alice, source=SignalSource.PRESSE,
                    comment="Plan social annoncé",
                )
            )  # fmt: skip
            session.add(
                AnnualAccounts(
                    siren=siren, closed_on=date(2025, 12, 31), nature=Nature.COMPTES_CONFIDENTIELS.value,
                    revenue=1_000.0 * (6 - number), ebit=-1.0,
                )
            )  # fmt: skip
            for code in ("dette_patronale", "ap_consommee"):
                companies.series(session, f"{siren}00001", code, [10.0 * (6 - number)])
        publish_list(session, *(_alerted(number) for number in range(6)))
    return world


def _alerted(number: int) -> Alerted:
    department = HERE if SIRENS[number] in OPEN else ELSEWHERE
    matters = number % 3 == 0
    return Alerted(
        siren=SIRENS[number],
        department=department,
        level=Level.ELEVEE if matters else Level.MODEREE,
        novelty=Novelty.FIRST_ALERT if matters else Novelty.AGGRAVATION,
        rank=number + 1,
        arm=DRAWN,
        p_select=0.5,
    )


def reader_without(nature: Nature) -> int:
    """Somebody who reads everything in Côte-d’Or, and all but a nature in Nièvre."""
    others = [held for held in Nature if held is not nature]
    with system() as session:
        return newcomer(session, "dora", natures={HERE: list(Nature), ELSEWHERE: others})


def pages(reader: int, filters: Filters, order: Order) -> list[str]:
    """The firms of every page, in order."""
    with working_as(reader) as (session, who):
        current = queries.find_current_list(session)
        listing = Listing(who, current, until=now.utcnow(), filters=filters)
        rows, cursor = listing.page(session, order=order, cursor=None)
        assert cursor is None
        counted = listing.counts(session)["rows"]
        assert counted == len(rows)
        return [row.siren for row in rows]


@pytest.mark.parametrize("sort", SECRET)
def test_a_figure_that_is_not_read_orders_nothing(firms: World, sort: Sort) -> None:
    reader = reader_without(SECRET[sort])
    largest_first = pages(reader, Filters(), Order(sort=sort, descending=True))
    smallest_first = pages(reader, Filters(), Order(sort=sort, descending=False))
    # Those whose figure is read, by it; then the others by siren, which is the other way round than their figures.
    assert largest_first == [*OPEN, *reversed(CLOSED)]
    assert smallest_first == [*reversed(OPEN), *CLOSED]


@pytest.mark.parametrize("name", NARROW)
def test_a_figure_that_is_not_read_keeps_no_firm(firms: World, name: str) -> None:
    nature, filters = NARROW[name]
    found = pages(reader_without(nature), filters, Order(sort=Sort.COMPANY, descending=False))
    assert found == OPEN


def test_of_accounts_the_last_that_the_reader_may_read_are_asked(firms: World) -> None:
    """Public ones, then confidential ones: to whoever reads both, the latter are the last."""
    with system() as session:
        session.add_all(
            AnnualAccounts(
                siren=siren, closed_on=date(2024, 12, 31), nature=None, revenue=9e6, ebit=1.0
            )
            for siren in SIRENS
        )
        companies.store_figures(session)
    reader = reader_without(Nature.COMPTES_CONFIDENTIELS)
    by_name = Order(sort=Sort.COMPANY, descending=False)
    assert pages(reader, Filters(revenue_min=9_000), by_name) == CLOSED
    assert pages(reader, Filters(revenue_max=10), by_name) == OPEN
    profit = Filters(accounts_signs=(AccountsSign.PROFIT,))
    assert pages(reader, profit, by_name) == CLOSED


@pytest.mark.parametrize("sort", SECRET)
def test_a_cursor_holds_nothing_of_a_figure_that_is_not_read(
    firms: World, sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.detections.lists.rows.listing.PAGE_SIZE", 4)
    with working_as(reader_without(SECRET[sort])) as (session, who):
        current = queries.find_current_list(session)
        listing = Listing(who, current, until=now.utcnow(), filters=Filters())
        rows, cursor = listing.page(session, order=Order(sort=sort), cursor=None)
        assert [row.siren for row in rows] == [*OPEN, CLOSED[-1]]
        assert cursor is not None
        _, _, written = cursor.partition(".")
        assert base64.urlsafe_b64decode(written + "==").decode() == f'["{CLOSED[-1]}"]'
        rest, _ = listing.page(session, order=Order(sort=sort), cursor=cursor)
        assert [row.siren for row in rest] == [CLOSED[1], CLOSED[0]]


@pytest.mark.parametrize(
    "nature", [Nature.URSSAF, Nature.ACTIVITE_PARTIELLE, Nature.SCORE, Nature.COMPTES_CONFIDENTIELS]
)
def test_the_figures_that_are_given_are_those_that_the_database_says(
    firms: World, nature: Nature
) -> None:
    """The policy answers by itself for the firms that are open for good: it must not answer otherwise than the rule."""
    with system() as session:
        stored = session.execute(
            select(CompanyFigures.siren, CompanyFigures.nature).distinct()
        ).all()
    assert len(stored) >= 3 * len(SIRENS)
    for reader in (reader_without(nature), firms.alice, firms.stranger, firms.manager, firms.admin):
        with working_as(reader) as (session, _):
            given = session.execute(select(CompanyFigures.siren, CompanyFigures.nature).distinct())
            said = {
                (siren, kind)
                for siren, kind in stored
                if session.scalar(select(func.vigie_reads(siren, kind)))
            }
            assert {tuple(row) for row in given} == said


def test_an_agent_rewrites_no_figure(firms: World) -> None:
    with working_as(firms.alice) as (session, _):
        session.execute(text("update company_figures set debt = 0"))
        session.execute(text("delete from company_figures"))
    with system() as session:
        assert session.scalar(select(func.count()).where(CompanyFigures.debt > 0)) == 2 * len(
            SIRENS
        )


def test_the_theme_that_dominates_is_one_that_the_reader_may_read(firms: World) -> None:
    """The debts weigh the most, then the workforce: whoever may not read the first finds the second, and not that something hides it."""
    with system() as session:
        session.execute(text("delete from detection_theme where theme = 'effectif'"))
        for theme in session.scalars(select(DetectionTheme)).all():
            session.add(
                DetectionTheme(
                    list_id=theme.list_id, siren=theme.siren, position=2, departments=theme.departments,
                    theme=Theme.SHORT_TIME.value, nature=Nature.ACTIVITE_PARTIELLE.value,
                )
            )  # fmt: skip
    reader, by_name = (
        reader_without(Nature.URSSAF),
        Order(sort=Sort.COMPANY, descending=False),
    )
    assert pages(reader, Filters(themes=(Theme.SOCIAL_DEBTS,)), by_name) == OPEN
    assert pages(reader, Filters(themes=(Theme.SHORT_TIME,)), by_name) == CLOSED
    both = Filters(themes=(Theme.SOCIAL_DEBTS, Theme.SHORT_TIME))
    assert pages(reader, both, by_name) == SIRENS


def reader_of_all() -> int:
    """Somebody who reads everything in both départements."""
    with system() as session:
        return newcomer(session, "elsa", natures={HERE: list(Nature), ELSEWHERE: list(Nature)})


@pytest.mark.parametrize("name", NARROW)
def test_a_number_counted_for_somebody_is_given_to_nobody_who_reads_less(
    firms: World, name: str
) -> None:
    nature, filters = NARROW[name]
    by_name = Order(sort=Sort.COMPANY, descending=False)
    entitled, other = reader_of_all(), reader_without(nature)
    for _ in range(2):
        # `pages` compares what is counted with what is shown.
        assert len(pages(entitled, filters, by_name)) == len(SIRENS)
        assert pages(other, filters, by_name) == OPEN


def test_what_is_counted_follows_the_next_publication_and_each_signal(firms: World) -> None:
    reader, by_debt = reader_of_all(), Order(sort=Sort.DEBT)
    owing = Filters(debt_min=1)
    assert len(pages(reader, owing, by_debt)) == len(SIRENS)
    with system() as session:
        session.execute(
            text("""update company_series set "values" = '{0}' where code like 'dette%'""")
        )
        companies.store_figures(session)
    assert pages(reader, owing, by_debt) == []
    everything = len(pages(reader, Filters(), by_debt))
    with system() as session:
        session.add(
            HumanSignal(
                siren=firms.siren_21_quiet, departments=[HERE], author_id=firms.alice, source=SignalSource.PRESSE,
                comment="Plan social annoncé",
            )
        )  # fmt: skip
    assert len(pages(reader, Filters(), by_debt)) == everything + 1
