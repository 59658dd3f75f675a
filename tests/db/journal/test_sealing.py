"""Each day of the journal is sealed once, whatever is lost on the way."""

import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.audit import jobs
from app.audit.jobs import KEEPER
from app.audit.keeping import seals, services
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import unit_of_work
from app.core.now import at, utcnow
from tests.factories.journal import (
    Superuser,
    command,
    seal_today,
    verdict,
    write_lines,
    write_then,
)
from tests.factories.people import World, identity


def test_a_day_is_sealed_once_it_is_over_and_once(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    write_lines(2)
    assert "Jours scellés : 0" in command(app, "seal").output
    seal_today()
    seal_today()
    (seal,) = seals.read(seals_file)
    assert (seal.day, seal.number, seal.lines, seal.previous) == (utcnow().date(), 2, 2, "")
    assert stat.S_IMODE(seals_file.stat().st_mode) == 0o600
    assert app.config["VIGIE"].journal_key not in seals_file.read_text()
    assert superuser.execute("select number, lines from journal_seal").fetchall() == [(2, 2)]


def test_a_clock_that_was_stopped_seals_each_day_it_missed(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    write_then(superuser, utcnow() - timedelta(days=4))
    write_then(superuser, utcnow() - timedelta(days=2))
    jobs.seal_days()
    assert [(seal.number, seal.lines) for seal in seals.read(seals_file)] == [
        (1, 1),
        (1, 0),
        (2, 1),
        (2, 0),
    ]
    assert "Journal intact : 3 lignes, 4 scellés" in verdict(app)


def test_a_seal_whose_transaction_was_lost_is_not_doubled(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    config = app.config["VIGIE"]
    write_lines(2)
    with at(utcnow() + timedelta(days=1)):
        with unit_of_work(KEEPER) as session:
            services.seal(session, KEEPER, home=config.home, key=config.journal_key)
            session.rollback()
        jobs.seal_days()
    assert len(seals.read(seals_file)) == 1
    assert "Journal intact" in verdict(app)


def test_a_file_that_cannot_be_written_leaves_the_day_to_be_sealed(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    write_lines(2)
    seals_file.parent.write_text("une place prise")
    with pytest.raises(OSError, match="exists"):
        seal_today()
    seals_file.parent.unlink()
    seal_today()
    assert "Journal intact : 3 lignes, 1 scellés" in verdict(app)


def test_a_seal_signed_with_another_key_is_no_seal() -> None:
    seal = seals.Seal(day=date(2026, 1, 1), number=1, hash="00", lines=1, previous="").signed("clé")
    assert seal.is_authentic("clé")
    assert not seal.is_authentic("autre")
    assert not replace(seal, hash="01").is_authentic("clé")


def test_an_agent_keeps_no_seal(world: World, session: Session) -> None:
    alice = identity(session, world.alice)
    session.rollback()
    with acting_as(alice):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text("insert into journal_seal values ('2026-01-01', 1, '', 1, '', '', now())")
            )
        session.rollback()
