"""What makes the pages of busy firms quick gives nobody more than they read: totals, threads, functions of the database."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.companies import queries as companies
from app.companies.models import CompanyTotals
from app.core import journal
from app.core.access.identity import Nature, system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.core.work.events import DomainEvent, EventKind
from app.extensions import db
from app.network import queries, services, timeline
from app.network.queries import CommentRange
from tests.factories import companies as given
from tests.factories.cases import add_member, open_case
from tests.factories.network import follow, network_id, system, working_as, write_comment
from tests.factories.people import World, identity, lacking, reading_as

SYSTEM = system_identity("tests")
#: more than are added up when they are read
PLACES = 22
REFUSED = r"permission denied|only a publication|row-level security"


@pytest.fixture
def large(world: World) -> World:
    """A firm of many establishments: the last one knows a month less, and one month is known of nobody."""
    with unit_of_work(SYSTEM) as writing:
        for number in range(PLACES):
            siret = f"{world.siren_21}{30000 + number}"
            given.establishment(writing, siret)
            given.series(writing, siret, "effectif", [1.0, None, 2.5])
            given.series(
                writing, siret, "cotisation", [10.0, None, float(number)][: 3 if number else 2]
            )
        given.store_figures(writing)
    return world


def test_totals_are_the_sums_of_what_is_known(large: World, session: Session) -> None:
    with reading_as(session, large.alice) as alice:
        series = companies.list_series(session, alice, large.siren_21)
        told = {row.code: list(row.values) for row in series}
        assert session.scalars(select(CompanyTotals.code)).all()
    assert told == {
        "effectif": [PLACES, None, PLACES * 2.5],
        "cotisation": [PLACES * 10, None, sum(range(1, PLACES))],
    }


def test_totals_are_read_as_the_series_are(large: World, session: Session) -> None:
    for agent_id, codes in (
        (large.alice, {"effectif", "cotisation"}),
        (large.stranger, {"effectif"}),
        (large.admin, set()),
    ):
        with reading_as(session, agent_id) as agent:
            rows = companies.list_series(session, agent, large.siren_21)
            assert {row.code for row in rows} == codes, agent_id
            assert set(session.scalars(select(CompanyTotals.code))) == codes, agent_id
    who = lacking(identity(session, large.alice), Nature.URSSAF)
    session.rollback()
    with acting_as(who):
        rows = companies.list_series(session, who, large.siren_21)
        assert {row.code for row in rows} == {"effectif"}


def test_totals_follow_the_series_of_the_next_publication(large: World, session: Session) -> None:
    with unit_of_work(SYSTEM) as writing:
        writing.execute(
            text("""update company_series set "values" = '{5}' where code = 'effectif'""")
        )
        given.store_figures(writing)
    with reading_as(session, large.alice) as alice:
        series = companies.list_series(session, alice, large.siren_21)
        assert {tuple(row.values) for row in series if row.code == "effectif"} == {(PLACES * 5.0,)}


@pytest.mark.parametrize(
    "statement",
    [
        "select vigie_opened('100000009')",
        "select vigie_opened_among(array['100000009'])",
        "select totals_query('company_series_part_')",
        "select totals_store('company_series_part_')",
        "insert into company_totals values ('100000009', 'x', null, '2026-01-01', '{1}')",
    ],
)
def test_nobody_asks_the_database_what_it_keeps_for_itself(world: World, session: Session, statement: str) -> None:  # fmt: skip
    with reading_as(session, world.alice), pytest.raises(ProgrammingError, match=REFUSED):
        session.execute(text(statement))


def test_the_lines_of_others_who_saw_vigie_as_me_are_mine_alone(world: World, session: Session) -> None:  # fmt: skip
    admin = identity(session, world.admin)
    session.rollback()
    seen_as = {"agent": world.alice, "name": "Alice Fictif"}
    journal.record_apart(db.engine, admin, Event.SEARCHED, query="forges", seen_as=seen_as)
    question = text("select count(*) from journal_seen_as(:asked)")
    for asker, count in ((world.alice, 1), (world.bob, 0), (world.controller, 0)):
        with reading_as(session, asker):
            assert session.scalar(question, {"asked": world.alice}) == count, asker
    assert session.scalar(question, {"asked": world.alice}) == 0


def test_a_comment_that_is_not_read_moves_no_page(world: World) -> None:
    mine = write_comment(world.bob, world.siren_21, to="codefi", body="à tous")
    theirs = write_comment(world.alice, world.siren_21, to="crp", body="entre nous")
    later = write_comment(world.bob, world.siren_21, to="codefi", body="ensuite")
    with working_as(world.bob) as (session, who):
        for until, shown in ((None, [later, mine]), (mine, [mine]), (theirs, [later, mine])):
            page = queries.page_of_comments(session, who, world.siren_21, CommentRange(until=until))
            assert [comment.id for comment in page.rows] == shown
            assert page.total == 2


def test_an_alert_of_a_firm_accompanied_elsewhere_is_in_the_feed(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.stranger)
    alert(world)
    for agent_id, count in ((world.stranger, 1), (world.alice, 1), (world.bob, 1)):
        with working_as(agent_id) as (session, who):
            found = [
                event.kind
                for event, *_ in timeline.slice_of_feed(session, who).rows
                if event.kind == EventKind.SIGNAL_WRITTEN
            ]
            assert len(found) == count, agent_id


def test_a_firm_of_several_places_is_told_once_and_elsewhere_not_at_all(world: World) -> None:
    alert(world, ["21", "58"])
    follow(world.carol, world.siren_21)
    for agent_id, count in ((world.bob, 1), (world.carol, 1), (world.manager, 1), (world.stranger, 0)):  # fmt: skip
        with working_as(agent_id) as (session, who):
            assert len(timeline.slice_of_feed(session, who).rows) == count, agent_id


def alert(world: World, departments: list[str] | None = None) -> None:
    """Somebody flags the firm: an event that the whole zone hears of."""
    event = DomainEvent(
        kind=EventKind.SIGNAL_WRITTEN,
        siren=world.siren_21,
        departments=departments or ["21"],
        subject_kind="signal",
        subject_id=1,
        occurred_on=date(2026, 11, 1),
        details={"source": "presse"},
    )
    with system() as session:
        services.record_event(session, SYSTEM, event)
    assert network_id("crp")
