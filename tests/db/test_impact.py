"""The funnel of a history written by hand, whose every number is known."""

from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Date, cast, select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.core.access.identity import Identity, Nature
from app.core.access.rows import acting_as
from app.core.now import today
from app.core.working_days import public_holidays, worked_between
from app.impact import queries
from app.impact.breakdowns import Breakdown
from app.impact.metrics import METRICS
from app.impact.queries import FunnelRow, Period
from tests.db import recounting
from tests.factories import impact
from tests.factories.network import system
from tests.factories.people import World, identity, lacking

YEAR = Period(since=date(2026, 1, 1), until=date(2026, 12, 31))
BEFORE = replace(YEAR.previous, seen_until=date(2026, 7, 1))
#: département, seven stages, five median delays in days; of three and five working days: detected for as long, contacted within them;
#: confirmed when met, accompanied when confirmed; of ninety days: detected for as long, the stages reached within them
COTE_D_OR = (
    "21", None, 2, 2, 1, 1, 1, 1, 1, 15.0, 20.0, 20.0, 40.0, 80.0, 2, 2, 0, 0, 1, 1, 2, 2, 1, 1, 1, 1,
)  # fmt: skip
DOUBS = (
    "25",
    None,
    1,
    1,
    1,
    0,
    1,
    0,
    0,
    30.0,
    30.0,
    None,
    None,
    None,
    1,
    1,
    0,
    0,
    0,
    0,
    1,
    1,
    1,
    0,
    1,
    0,
)
TOTAL = (
    None, None, 3, 3, 2, 1, 2, 1, 1, 20.0, 25.0, 20.0, 40.0, 80.0, 3, 3, 0, 0, 1, 1, 3, 3, 2, 1, 2, 1,
)  # fmt: skip


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
    assert [row.group for row in doubs] == ["25", None]
    assert astuple(doubs[0]) == DOUBS
    paris = funnel(session, manager, replace(YEAR, departments=("75",)))
    assert [(row.group, row.detected) for row in paris] == [(None, 0)]


def test_each_figure_is_what_its_definition_counts_one_firm_after_the_other(
    world: World, session: Session
) -> None:
    """Of a history drawn at random, recounted from the events by somebody who knows the definitions alone."""
    with system() as writer:
        impact.drawn_history(writer, world, seed=7)
    manager = manager_of(session, world)
    for by, period in ((by, period) for by in Breakdown for period in (YEAR, BEFORE)):
        with system() as reader:
            expected = recounting.funnel(reader, period, departments=("21", "25"), by=by)
            jobs = recounting.jobs(reader, period, departments=("21", "25"))
        session.rollback()
        with acting_as(manager):
            counted = queries.measured(session, manager, period, by=by)
            assert astuple(queries.jobs(session, manager, period)) == jobs
            session.rollback()
        found: dict[object, FunnelRow] = {
            row.quarter or row.group: row for row in [*counted.quarters, *counted.groups]
        }
        found[None] = counted.total
        for place, figures in expected.items():
            for name, value in figures.items():
                assert getattr(found[place], name) == value, (by, period, place, name)
        assert len(found) > 2
    assert known(expected[None]) >= {"within_five", "confirmed_visited", "soon_visited"}
    assert set(METRICS) - {"outcomes", "jobs_at_stake", "jobs_kept"} == set(expected[None])


def known(figures: dict[str, object]) -> set[str]:
    """The figures that are not nothing: a 0 would be right whatever is counted."""
    return {name for name, value in figures.items() if value}


def test_the_period_before_is_seen_at_the_age_of_this_one() -> None:
    """Two years of follow-up against one would always show that this year does worse."""
    ended = Period(since=today() - timedelta(days=100), until=today() - timedelta(days=41))
    before = ended.previous
    assert (before.until - before.since).days == (ended.until - ended.since).days
    assert before.until == ended.since - timedelta(days=1)
    assert before.seen_until - before.until == today() - ended.until
    running = replace(ended, until=today() + timedelta(days=9)).previous
    assert running.seen_until == running.until
    # Of a year that goes on, the first days of the one before, as many as have gone.
    assert running.until - running.since == today() - ended.since
    assert ended.since - running.since == timedelta(days=110)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-05-07", "2026-05-11", 1),  # the 8th is a holiday, then a weekend
        ("2026-05-13", "2026-05-15", 1),  # Ascension Day
        ("2026-11-06", "2026-11-12", 3),
        ("2026-11-07", "2026-11-08", 0),
        ("2026-11-09", "2026-11-09", 0),
        ("2026-12-31", "2027-01-05", 2),
    ],
)
def test_days_off_are_not_worked(session: Session, first: str, last: str, days: int) -> None:
    said = select(cast(first, Date).label("first"), cast(last, Date).label("last")).cte("said")
    off = public_holidays(date(2026, 1, 1), date(2027, 12, 31))
    worked = worked_between(said.c.first, said.c.last, off, of=said)
    assert session.scalar(select(worked).select_from(said)) == days


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
    assert [(row.group, row.detected) for row in funnel(session, less)] == [(None, 0)]


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


def test_what_was_deleted_has_no_outcome(world: World, session: Session) -> None:
    """Reopened after its outcome, then deleted: it ended nothing."""
    manager = manager_of(session, world)
    with system() as apart:
        ended = apart.scalars(select(Case).where(Case.closed_on.is_not(None))).one()
        ended.deleted_at, ended.deleted_by = datetime(2026, 5, 21, tzinfo=UTC), world.alice
    session.rollback()
    with acting_as(manager):
        assert list(queries.outcome_counts(session, manager, YEAR)) == []
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
