"""No search reads a table from end to end, whoever asks and whatever is asked: judged on as many firms as make PostgreSQL choose."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.companies import queries as companies
from app.core.access.identity import Identity
from app.core.access.rows import acting_as
from app.search import queries
from tests.factories.people import World, identity
from tests.support.plans import Plans, plans_of

pytestmark = pytest.mark.writes_nothing
TABLES = {"company", "establishment", "company_search", "search_word"}
#: of each kind: what is typed, and whether firms are found
QUESTIONS = {
    "beginning": ("transport val", True),
    "a common beginning": ("tr", True),
    "words": ("fils valmont", True),
    "a common word": ("transport", True),
    "a town": ("Beaune", True),
    "a name and a town": ("garage beaune", True),
    "mistyped": ("tranpsort valmnot", True),
    "nothing": ("xyzzyq plugh", False),
    "nothing of common words": ("boulangerie transport garage", False),
}


@pytest.fixture(params=["a département", "a region", "France"])
def asker(request: pytest.FixtureRequest, session: Session, world: World, country: int) -> Identity:
    """An agent of Côte-d’Or, a manager of a region, another of the country."""
    agent = identity(session, world.alice if request.param == "a département" else world.manager)
    session.rollback()
    if request.param != "France":
        return agent
    with acting_as(agent):
        codes = session.scalars(text("select code from department order by code")).all()
    session.rollback()
    return replace(agent, departments=tuple(codes), zones={})


def test_words_are_searched_by_index(session: Session, asker: Identity) -> None:
    for kind, (typed, is_found) in QUESTIONS.items():
        with acting_as(asker):
            with plans_of(session) as plans:
                page = queries.page_of_companies(session, asker, typed, cursor=None)
            judge(plans, asker, kind)
            with plans_of(session) as plans:
                suggested = queries.suggest(session, asker, typed)
            judge(plans, asker, kind)
            assert bool(page.rows) == is_found, kind
            assert suggested == page.rows[: queries.SUGGESTED], kind
            session.rollback()


def test_numbers_are_searched_by_index(session: Session, asker: Identity) -> None:
    with acting_as(asker), plans_of(session) as plans:
        firm = companies.find_company(session, asker, "500000042")
        place = companies.find_establishment(session, asker, "50000004200001")
        assert companies.find_company(session, asker, "599999998") is None
    assert firm is not None
    assert place is not None
    judge(plans, asker, "a number")
    session.rollback()


def test_what_is_refused_here_is_seen(session: Session, asker: Identity) -> None:
    """What search was: a comparison that row-level security keeps from its index."""
    with acting_as(asker), plans_of(session) as plans:
        session.execute(text("select siren from company where name_sort % 'VALMNOT' limit 26"))
        session.execute(text("select name from company order by naf, name limit 26"))
    session.rollback()
    assert plans.read_whole == {"company"}
    with pytest.raises(AssertionError):
        judge(plans, asker, "refused")


def judge(plans: Plans, asker: Identity, kind: str) -> None:
    """Refuse a table read whole, and a sort of more than each département may give."""
    assert plans.statements
    assert plans.read_whole.isdisjoint(TABLES), f"{kind}: reads all of {plans.read_whole}"
    searched = len(asker.departments) if len(asker.departments) <= queries.WIDE else 1
    assert plans.largest_sort <= searched * (queries.MOST + 1), kind
