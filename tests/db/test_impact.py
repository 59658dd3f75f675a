"""The funnel of a history written by hand, whose every number is known."""

from dataclasses import astuple, replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from app.core.access.identity import Identity, Nature
from app.core.access.rows import acting_as
from app.impact import queries
from app.impact.queries import FunnelRow, Period
from tests.factories import impact
from tests.factories.network import system
from tests.factories.people import World, identity, lacking

YEAR = Period(since=date(2026, 1, 1), until=date(2026, 12, 31))
#: département, six stages, four median delays in days
COTE_D_OR = ("21", 2, 2, 1, 1, 1, 1, 15.0, 20.0, 40.0, 80.0)
DOUBS = ("25", 1, 1, 1, 1, 0, 0, 30.0, 30.0, None, None)
TOTAL = (None, 3, 3, 2, 2, 1, 1, 20.0, 25.0, 40.0, 80.0)


@pytest.fixture
def world(world: World) -> World:
    """The world, and the history of its firms."""
    with system() as session:
        impact.history(session, world)
    return world


def funnel(session: Session, who: Identity, period: Period = YEAR) -> list[FunnelRow]:
    """The funnel as somebody reads it."""
    session.rollback()
    with acting_as(who):
        found = queries.funnel(session, who, period)
        session.rollback()
    return found


def manager_of(session: Session, world: World) -> Identity:
    return identity(session, world.manager)


def test_each_stage_and_each_delay_is_the_known_one(world: World, session: Session) -> None:
    rows = funnel(session, manager_of(session, world))
    assert [astuple(row) for row in rows] == [COTE_D_OR, DOUBS, TOTAL]


def test_a_zone_narrows_and_never_widens(world: World, session: Session) -> None:
    manager = manager_of(session, world)
    doubs = funnel(session, manager, replace(YEAR, departments=("25", "75")))
    assert [row.department for row in doubs] == ["25", None]
    assert astuple(doubs[0]) == DOUBS
    paris = funnel(session, manager, replace(YEAR, departments=("75",)))
    assert [(row.department, row.detected) for row in paris] == [(None, 0)]


def test_the_period_is_that_of_the_first_detection(world: World, session: Session) -> None:
    manager = manager_of(session, world)
    later = Period(since=date(2026, 3, 2), until=date(2026, 12, 31))
    assert funnel(session, manager, later)[-1].detected == 0
    day = Period(since=date(2026, 3, 1), until=date(2026, 3, 1))
    assert funnel(session, manager, day)[-1].detected == 3
    before = Period(since=date(2024, 1, 1), until=date(2025, 12, 31))
    assert funnel(session, manager, before)[-1].detected == 1


def test_an_upside_down_period_holds_nothing(world: World, session: Session) -> None:
    upside_down = Period(since=YEAR.until, until=YEAR.since)
    assert funnel(session, manager_of(session, world), upside_down)[-1].detected == 0


def test_without_the_score_nothing_is_counted(world: World, session: Session) -> None:
    """A number that leaves alerts out would pass for the number of firms."""
    manager = manager_of(session, world)
    less = lacking(manager, Nature.SCORE)
    assert [(row.department, row.detected) for row in funnel(session, less)] == [(None, 0)]


def test_the_last_revision_of_an_outcome_counts(world: World, session: Session) -> None:
    manager = manager_of(session, world)
    session.rollback()
    with acting_as(manager):
        counted = queries.outcome_counts(session, manager, YEAR)
        assert [tuple(row) for row in counted] == [("restructuree", 1)]
        elsewhere = queries.outcome_counts(session, manager, replace(YEAR, departments=("25",)))
        assert list(elsewhere) == []
        earlier = Period(since=date(2026, 1, 1), until=date(2026, 5, 19))
        assert list(queries.outcome_counts(session, manager, earlier)) == []
        session.rollback()


def test_a_signal_of_the_night_is_of_the_day_where_agents_work(
    world: World, session: Session
) -> None:
    """At 23:30 UTC on the last day of July, it is August in Paris."""
    with system() as writer:
        impact.flag(writer, world, impact.QUIET, datetime(2026, 7, 31, 23, 30, tzinfo=UTC))
    august = Period(since=date(2026, 8, 1), until=date(2026, 8, 31))
    july = Period(since=date(2026, 7, 1), until=date(2026, 7, 31))
    manager = manager_of(session, world)
    assert funnel(session, manager, august)[-1].detected == 1
    assert funnel(session, manager, july)[-1].detected == 0
