"""The months of the journal: made ahead, purged once sealed, and missed when somebody takes one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.audit import jobs
from app.audit.jobs import KEEPER
from app.audit.keeping import services
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import at, utcnow
from tests.factories.journal import (
    Superuser,
    command,
    months_ago,
    owner,
    partitions,
    verdict,
    write_lines,
    write_then,
)


def test_lines_that_came_before_their_month_are_moved_into_it(
    app: Flask, superuser: Superuser
) -> None:
    moment = utcnow() + timedelta(days=150)
    write_lines(2)
    write_then(superuser, moment)
    write_then(superuser, moment + timedelta(days=62))
    assert superuser.execute("select count(*) from journal_default").fetchall() == [(2,)]
    with unit_of_work(KEEPER) as session:
        session.scalar(text("select journal_prepare(:month)"), {"month": moment.date()})
    assert superuser.execute(f"select count(*) from journal_{moment:%Y_%m}").fetchall() == [(1,)]
    assert superuser.execute("select count(*) from journal_default").fetchall() == [(1,)]
    assert "Journal non prouvé : 4 lignes" in verdict(app)
    with owner(app) as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text("truncate journal_default"))


def test_months_are_made_ahead_and_no_further(app: Flask, superuser: Superuser) -> None:
    with at(utcnow() + timedelta(days=62)):
        jobs.prepare.func()
    ahead = (utcnow() + timedelta(days=140)).date()
    assert f"journal_{ahead:%Y_%m}" in partitions(superuser)
    with pytest.raises(IntegrityError, match="one year ahead"), unit_of_work(KEEPER) as session:
        session.scalar(text("select journal_prepare(current_date + 800)"))


@pytest.fixture
def old_months(superuser: Superuser) -> date:
    """Lines of fifteen and fourteen months ago, then of now; the first of these months."""
    first = months_ago(15)
    for month in (first, months_ago(14)):
        with unit_of_work(KEEPER) as session:
            session.scalar(text("select journal_prepare(:month)"), {"month": month})
        for day in (1, 12, 27):
            write_then(superuser, datetime(month.year, month.month, day, 9, tzinfo=UTC))
    write_lines(2)
    return first


def test_sealed_months_are_purged_and_what_is_left_is_still_proved(
    app: Flask, superuser: Superuser, old_months: date, seals_file: Path
) -> None:
    jobs.seal_days()
    assert "Lignes supprimées : 6" in command(app, "purge").output
    assert f"journal_{old_months:%Y_%m}" not in partitions(superuser)
    assert superuser.execute("select min(id) from journal").fetchall() == [(7,)]
    told = superuser.execute(
        "select actor_name, details from journal where event = %s order by id",
        [Event.JOURNAL_PURGED.value],
    ).fetchall()
    assert [(name, line["first"], line["last"], line["lines"]) for name, line in told] == [
        ("Tenue du journal", 1, 3, 3), ("Tenue du journal", 4, 6, 3),
    ]  # fmt: skip
    assert "Journal intact : 5 lignes" in verdict(app)
    superuser.execute("update journal set actor_name = 'Personne' where id = 7")
    assert "ligne 7," in verdict(app)


def test_what_is_not_sealed_is_not_purged(
    app: Flask, superuser: Superuser, old_months: date
) -> None:
    with pytest.raises(DomainError, match="only what is sealed"):
        jobs.purge_months()
    assert superuser.execute("select count(*) from journal").fetchall() == [(8,)]


def test_twelve_whole_months_are_kept_whoever_asks(
    app: Flask, superuser: Superuser, old_months: date
) -> None:
    jobs.seal_days()
    for month in (months_ago(12), months_ago(1)):
        with (
            pytest.raises(DomainError, match="twelve whole months"),
            unit_of_work(KEEPER) as session,
        ):
            services.purge(session, month)
    with pytest.raises(DomainError, match="older month"), unit_of_work(KEEPER) as session:
        services.purge(session, months_ago(14))


def test_a_month_dropped_by_hand_is_found(
    app: Flask, superuser: Superuser, old_months: date
) -> None:
    jobs.seal_days()
    superuser.execute(f"drop table journal_{old_months:%Y_%m}")
    assert "ne dit pas que ce qui précède a été purgé" in verdict(app)


def test_a_recent_day_removed_from_the_beginning_is_found(app: Flask, superuser: Superuser) -> None:
    write_then(superuser, utcnow() - timedelta(days=3))
    write_then(superuser, utcnow() - timedelta(days=2))
    jobs.seal_days()
    superuser.execute("delete from journal where id = 1")
    assert "supprimées avant l’heure" in verdict(app)
