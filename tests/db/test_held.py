"""What a test wrote is not there for the next one, whichever way its database is given back."""

from datetime import date

from sqlalchemy import text

from app.extensions import db
from tests.factories.network import system
from tests.factories.people import World
from tests.support.held import digests, told
from tests.support.stages import Stages
from tests.support.waiting import wait_for


def put_back(stages: Stages) -> bool:
    assert stages.standing
    assert stages.standing.held
    return stages.standing.held.put_back(stages.standing.watched)


def is_as_held(stages: Stages) -> bool:
    assert stages.standing
    assert stages.standing.held
    held = stages.standing.held.digests
    return digests(stages.standing.watched, tuple(held)) == held


def next_network() -> int:
    """The number that the next network would have, which takes it."""
    with system() as session:
        return int(session.scalars(text("select nextval('network_id_seq')")).one())


def test_rows_written_changed_and_removed_are_put_back_and_so_are_numbers(
    world: World, stages: Stages
) -> None:
    number = next_network()
    assert stages.standing
    before = told(stages.standing.watched)
    with system() as session:
        session.execute(text("update company set name = 'AUTRE'"))
        session.execute(text("delete from establishment"))
        session.execute(
            text("insert into follow select :agent, siren, 'all', now() from company limit 1"),
            {"agent": world.carol},
        )
    db.session.remove()
    after = told(stages.standing.watched)
    assert {"company", "establishment", "follow"} <= {
        name for name in before if before[name] != after[name]
    }
    assert not is_as_held(stages)
    assert put_back(stages)
    assert is_as_held(stages)
    assert next_network() == number


def test_what_is_declared_is_not_put_back_and_is_known(world: World, stages: Stages) -> None:
    assert put_back(stages)
    assert stages.standing
    stages.standing.watched.execute("create index ix_of_a_test on company (name)")
    assert not put_back(stages)


def test_a_reading_may_leave_the_journal_and_nothing_else(world: World, stages: Stages) -> None:
    assert stages.standing
    before = told(stages.standing.watched)
    with system() as session:
        session.execute(text("update agent set last_signed_in_at = now()"))
    assert told(stages.standing.watched) == before
    with system() as session:
        session.execute(text("update agent set last_name = 'Autre', created_at = :day"), {"day": date(2020, 1, 1)})  # fmt: skip
    assert told(stages.standing.watched) != before


def test_a_lock_left_by_a_test_is_known_and_let_go(world: World, stages: Stages) -> None:
    with db.engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(1, 1)"))
    assert stages.forget_locks()
    wait_for(lambda: not stages.forget_locks())
