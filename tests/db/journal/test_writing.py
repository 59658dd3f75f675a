"""Lines of the journal are written one way, in one’s own name, and rewritten by nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, ProgrammingError
from sqlalchemy.orm import Session

from app.audit import jobs
from app.audit.jobs import KEEPER
from app.core import journal
from app.core.access.identity import Identity, system_identity
from app.core.access.rows import acting_as, carry
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.core.now import utcnow
from app.extensions import db
from config import ROOT
from tests.factories.journal import (
    Superuser,
    owner,
    partitions,
    verdict,
    write_lines,
    write_then,
)
from tests.factories.people import World, identity

FORGERIES = ["update {} set actor_name = 'x'", "delete from {}", "truncate {}"]


@pytest.mark.parametrize("statement", FORGERIES)
def test_the_application_cannot_rewrite_the_journal_nor_any_month_of_it(
    session: Session, superuser: Superuser, statement: str
) -> None:
    for table in ("journal", *partitions(superuser), "journal_seal", "journal_head"):
        forgery = statement.replace("actor_name = 'x'", "hash = hash").format(table)
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(forgery))
        session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "insert into {} select * from {}",
        "alter table {} disable trigger all",
        "drop table {}",
        "select * from journal_head",
        "select journal_guard('journal_default')",
    ],
)
def test_the_application_has_one_way_to_write_a_line(session: Session, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        session.execute(text(statement.format("journal", "journal")))


@pytest.mark.parametrize("statement", FORGERIES)
def test_the_owner_cannot_rewrite_any_month_either_nor_those_to_come(
    app: Flask, superuser: Superuser, statement: str
) -> None:
    write_lines(1)
    later = utcnow().date() + timedelta(days=200)
    with unit_of_work(KEEPER) as session:
        assert session.scalar(text("select journal_prepare(:month)"), {"month": later})
    tables = ["journal", *partitions(superuser)]
    assert f"journal_{later:%Y_%m}" in tables
    with owner(app) as connection:
        for table in tables:
            with pytest.raises(DatabaseError, match="append-only"):
                connection.execute(text(statement.format(table)))
            connection.rollback()


def test_a_month_made_without_vigie_keeps_its_lines(app: Flask, superuser: Superuser) -> None:
    with owner(app) as connection:
        connection.execute(
            text(
                "create table by_hand partition of journal"
                " for values from ('2020-01-01') to ('2020-02-01')"
            )
        )
        connection.commit()
        write_then(superuser, datetime(2020, 1, 5, tzinfo=UTC))
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text("delete from by_hand"))


def test_a_temporary_table_does_not_pass_for_the_head(world: World, session: Session) -> None:
    """Whoever runs statements as the application cannot make the function chain lines to something else."""
    session.execute(
        text(
            "create temporary table journal_head (id integer, number bigint, hash bytea, recorded_at timestamptz)"
        )
    )
    session.execute(text("insert into journal_head values (1, 5000, 'x', now())"))
    carry(session.connection(), system_identity("Essai"))
    journal.record(session, system_identity("Essai"), Event.SEARCHED)
    session.execute(text("drop table journal_head"))
    session.commit()
    with unit_of_work(KEEPER) as reader:
        assert reader.scalar(text("select max(id) from journal")) == 1


def test_nobody_signs_for_another_and_one_reads_ones_own(world: World, session: Session) -> None:
    alice, bob = identity(session, world.alice), identity(session, world.bob)
    session.rollback()
    for who in (alice, bob):
        journal.record_apart(db.engine, who, Event.SEARCHED)
    with acting_as(alice):
        with pytest.raises(ProgrammingError, match="names the agent in scope"):
            journal.record(session, bob, Event.SEARCHED)
        session.rollback()
        assert session.scalars(text("select actor_id from journal")).all() == [world.alice]
        session.rollback()


@pytest.mark.parametrize(
    ("scope", "line"),
    [
        ({}, "{alice}, 'x', null, '{{}}'"),
        ({}, "null, 'x', null, '{{}}'"),
        ({"vigie.system": "on"}, "null, 'x', null, '{{}}'"),
        ({"vigie.system": "on", "vigie.actor": "Essai"}, "{alice}, 'x', null, '{{}}'"),
        ({"vigie.agent_id": "{bob}"}, "{alice}, 'x', null, '{{}}'"),
        ({"vigie.agent_id": "{bob}"}, "null, 'x', null, '{{}}'"),
        ({"vigie.agent_id": "999999"}, "999999, 'x', null, '{{}}'"),
        ({"vigie.agent_id": "{alice}"}, """{alice}, 'x', null, '{{"seen_as": {{"agent": 999999}}}}'"""),
        ({"vigie.agent_id": "{alice}"}, """{alice}, 'x', null, '{{"seen_as": "{bob}"}}'"""),
    ],
)  # fmt: skip
def test_a_line_has_no_other_author_than_whoever_the_transaction_acts_for(
    world: World, session: Session, scope: dict[str, str], line: str
) -> None:
    people = {"alice": world.alice, "bob": world.bob}
    for name, value in scope.items():
        session.execute(
            text("select set_config(:name, :value, true)"),
            {"name": name, "value": value.format(**people)},
        )
    with pytest.raises(ProgrammingError, match="a line of the journal"):
        session.execute(text(f"select journal_append({line.format(**people)})"))
    session.rollback()


def test_names_are_those_of_the_accounts_whatever_the_caller_calls_them(world: World) -> None:
    alice = Identity(agent_id=world.alice, name="Personne d’autre")
    seen_as = {"agent": world.bob, "name": "Quelqu’un"}
    journal.record_apart(db.engine, alice, Event.SEARCHED, seen_as=seen_as)
    with unit_of_work(KEEPER) as reader:
        ((author, seen, bob),) = reader.execute(
            text(
                "select actor_name, details -> 'seen_as' ->> 'name', (select first_name || ' ' || last_name from agent"
                " where id = :bob) from journal"
            ),
            {"bob": world.bob},
        ).all()
    assert "Alice" in author
    assert seen == bob != "Quelqu’un"


def test_numbers_have_no_hole_even_after_a_failure(session: Session, superuser: Superuser) -> None:
    for turn in range(4):
        carry(session.connection(), system_identity("Essai"))
        journal.record(session, system_identity("Essai"), Event.SEARCHED, turn=turn)
        session.rollback() if turn % 2 else session.commit()
    assert superuser.execute("select id from journal order by id").fetchall() == [(1,), (2,)]


def test_lines_written_at_once_make_one_chain(app: Flask, superuser: Superuser) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_lines_of(app), range(4)))
    assert verdict(app).startswith("Journal non prouvé : 40 lignes")


def write_lines_of(app: Flask) -> object:
    engine = db.engine

    def write(author: int) -> None:
        for turn in range(10):
            journal.record_apart(engine, system_identity(f"{author}"), Event.SEARCHED, turn=turn)

    return write


def test_a_clock_that_goes_back_does_not_break_the_order(app: Flask, superuser: Superuser) -> None:
    write_then(superuser, utcnow() + timedelta(hours=1))
    write_lines(1)
    moments = superuser.execute("select recorded_at from journal order by id").fetchall()
    assert moments == sorted(moments)
    assert "Journal non prouvé : 2 lignes" in verdict(app)


def test_the_chain_outlives_everything_that_migrations_make_after_it(
    app: Flask, superuser: Superuser
) -> None:
    write_then(superuser, utcnow() - timedelta(days=70))
    write_lines(3)
    lines = superuser.execute("select id, hash from journal order by id").fetchall()
    db.session.remove()
    db.engine.dispose()
    downgrade(directory=str(ROOT / "migrations"), revision="0003")
    with pytest.raises(DatabaseError, match="append-only"), owner(app) as connection:
        connection.execute(text("delete from journal"))
    upgrade(directory=str(ROOT / "migrations"))
    write_lines(1)
    assert superuser.execute("select id, hash from journal order by id").fetchall()[:4] == lines
    jobs.seal_days()
    assert "Journal intact : 6 lignes" in verdict(app)
