"""The journal that cannot lie: what nobody may do to it, and how what is done to it all the same is found."""

import json
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.audit import jobs
from app.audit.jobs import KEEPER
from app.audit.keeping import seals, services
from app.core import journal
from app.core.access.identity import Identity, system_identity
from app.core.access.rows import acting_as, carry
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import at, utcnow
from app.core.text.french import date_fr
from app.extensions import db
from config import ROOT
from tests.factories.journal import (
    Superuser,
    chain_again,
    superuser_of,
    write_lines,
    write_then,
)
from tests.factories.people import World, identity

FORGERIES = ["update {} set actor_name = 'x'", "delete from {}", "truncate {}"]


@pytest.fixture(autouse=True)
def seals_file(app: Flask) -> Iterator[Path]:
    """The file of seals of the instance, absent at first."""
    path = seals.file_of(app.config["VIGIE"].home)
    shutil.rmtree(path.parent, ignore_errors=True)
    yield path
    shutil.rmtree(path.parent, ignore_errors=True)


@pytest.fixture
def superuser(app: Flask, cluster: LocalCluster, fresh_database: None) -> Iterator[Superuser]:
    """Whoever runs the server."""
    with superuser_of(app, cluster) as connection:
        yield connection


EXITS = {"Journal intact": 0, "Journal rompu": 1, "Journal non prouvé": 2}


def seal_today() -> None:
    """Seal the present day, tomorrow."""
    with at(utcnow() + timedelta(days=1)):
        jobs.seal_days()


def command(app: Flask, *words: str) -> Result:
    """What `flask journal …` answers."""
    return app.test_cli_runner().invoke(args=["journal", *words])


def verdict(app: Flask) -> str:
    """What verification says; its exit code goes with it."""
    answer = command(app, "verify")
    expected = next(code for told, code in EXITS.items() if told in answer.output)
    assert answer.exit_code == expected, answer.output
    return answer.output.strip()


def owner(app: Flask) -> object:
    return create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool).connect()


def partitions(superuser: Superuser) -> list[str]:
    """The tables that hold the lines, the default one included."""
    names = "select inhrelid::regclass::text from pg_inherits where inhparent = 'journal'::regclass order by 1"
    return [name for (name,) in superuser.execute(names).fetchall()]


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


TAMPERED = {
    "update journal set actor_name = 'Personne' where id = 3": "ligne 3,",
    "update journal set details = details || '{\"x\": 1}' where id = 3": "ligne 3,",
    "update journal set recorded_at = recorded_at - interval '1 microsecond' where id = 3": "ligne 3,",
    "update journal set siren = '999999999' where id = 3": "son contenu n’est plus celui",
    "update journal set actor_name = 'Un', event = 'Deux|' || event where id = 3": "ligne 3,",
    "update journal set actor_name = 'Intrus', hash = sha256(previous_hash || convert_to(jsonb_build_array(id,"
    " extract(epoch from recorded_at), actor_id, 'Intrus'::text, event, siren, details)::text, 'UTF8')) where id = 3":
    "elle ne suit pas la ligne 3",
    "delete from journal where id = 3": "la ligne 3 manque avant celle-ci",
    "delete from journal where id between 2 and 4": "les lignes 2 à 4 manquent",
    "delete from journal where id = 1": "les lignes précédentes manquent",
    "delete from journal where id > 4": "les lignes 5 à 6, que la tête de chaîne compte, manquent",
    "delete from journal": "les lignes 1 à 6, que la tête de chaîne compte, manquent",
    "update journal_head set hash = 'x'": "la tête de chaîne n’est pas cette dernière ligne",
    "update journal_head set number = 5": "la tête de chaîne s’arrête à la ligne 5",
    "insert into journal select id, recorded_at + interval '1 microsecond', actor_id, 'Intrus', event, siren,"
    " details, previous_hash, hash from journal where id = 3": "ligne 3,",
}  # fmt: skip


@pytest.mark.parametrize("forgery", TAMPERED)
def test_what_is_done_to_the_lines_is_found_and_named(
    app: Flask, superuser: Superuser, forgery: str
) -> None:
    write_lines(6)
    assert "Journal non prouvé : 6 lignes" in verdict(app)
    superuser.execute(forgery)
    assert TAMPERED[forgery] in verdict(app)


def test_lines_removed_from_the_end_with_the_head_are_found_by_the_seal(
    app: Flask, superuser: Superuser
) -> None:
    write_lines(6)
    seal_today()
    rewind(superuser, to=4)
    assert "la tête de chaîne est à la ligne 4" in verdict(app)
    assert "a signé la ligne 6 : elle est revenue en arrière" in verdict(app)


def rewind(superuser: Superuser, *, to: int) -> None:
    """Forget what follows a line, and say that the chain ends there."""
    superuser.execute("delete from journal where id > %s", [to])
    superuser.execute(
        "update journal_head h set number = j.id, hash = j.hash, recorded_at = j.recorded_at from journal j where j.id = %s",
        [to],
    )


def test_a_chain_recomputed_whole_is_found_by_the_seal_alone(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    write_lines(6)
    seal_today()
    superuser.execute("update journal set actor_name = 'Personne' where id = 3")
    chain_again(superuser)
    assert "la chaîne a été recalculée" in verdict(app)
    seals_file.unlink()
    assert "la chaîne a été recalculée" in verdict(app)
    superuser.execute("delete from journal_seal")
    assert "que le journal mentionne, manque" in verdict(app)
    superuser.execute("delete from journal where event = %s", [Event.JOURNAL_SEALED.value])
    chain_again(superuser)
    assert "sans aucun scellé" in verdict(app), (
        "today’s forgery cannot be told: it is not said intact"
    )
    with at(utcnow() + timedelta(days=2)):
        assert "rien ne scelle cette ligne" in verdict(app)


def test_a_seal_that_was_rewritten_is_found(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    write_lines(3)
    seal_today()
    told = json.loads(seals_file.read_text())
    seals_file.write_text(json.dumps({**told, "number": 2}) + "\n")
    assert "n’est pas signé de la clé du journal" in verdict(app)
    seals_file.write_text("illisible\n")
    assert "la ligne 1 du fichier des scellés n’est pas un scellé" in verdict(app)


def test_a_file_of_seals_that_was_shortened_is_found(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    for day in range(3):
        write_lines(2)
        with at(utcnow() + timedelta(days=1 + day)):
            jobs.seal_days()
    first, second, last = seals_file.read_text().splitlines()
    for kept, told in (
        ([first, second], "manque dans le fichier des scellés"),
        ([first, last], "ne suit pas celui qui le précède"),
        ([second, last], "ne suit pas celui qui le précède"),
        ([], "le fichier des scellés est absent ou vide, alors que la table des scellés tient 3"),
    ):
        seals_file.write_text("".join(f"{line}\n" for line in kept))
        assert told in verdict(app), kept


@pytest.fixture
def six_days(superuser: Superuser, seals_file: Path) -> list[str]:
    """A journal of six sealed days; what its file of seals holds."""
    for day in range(6, 0, -1):
        write_then(superuser, utcnow() - timedelta(days=day))
    jobs.seal_days()
    return seals_file.read_text().splitlines(keepends=True)


@pytest.mark.parametrize("keeps_file", [True, False])
def test_a_journal_emptied_with_its_head_is_found_by_either_place_of_the_seals(
    app: Flask, superuser: Superuser, six_days: list[str], seals_file: Path, keeps_file: bool
) -> None:
    superuser.execute("delete from journal")
    superuser.execute(
        "update journal_head set number = 0, hash = sha256('vigie'), recorded_at = '-infinity'"
    )
    superuser.execute("delete from journal_seal") if keeps_file else seals_file.unlink()
    told = verdict(app)
    assert "la tête de chaîne est à la ligne 0" in told
    assert "elle est revenue en arrière" in told
    empty, full = ("la table", "le fichier") if keeps_file else ("le fichier", "la table")
    assert f"{empty} des scellés est" in told
    assert f"{full} des scellés tient 6 scellés" in told


TOUCHED = {
    "delete from journal_seal": "la table des scellés est vide, alors que le fichier des scellés tient 6",
    "delete from journal_seal where number = 3": "dans la table des scellés, ne suit pas celui qui le précède",
    "delete from journal_seal where number = 6": "manque dans la table des scellés",
    "update journal_seal set number = 1 where number = 3": "dans la table des scellés, n’est pas signé",
    "update journal_seal set hash = 'x' where number = 3": "n’est pas le même dans le fichier des scellés (ligne 3)",
}


@pytest.mark.parametrize("forgery", TOUCHED)
def test_a_table_of_seals_that_was_touched_is_found_by_the_file(
    app: Flask, superuser: Superuser, six_days: list[str], forgery: str
) -> None:
    assert "Journal intact : 7 lignes, 6 scellés" in verdict(app)
    superuser.execute(forgery)
    assert TOUCHED[forgery] in verdict(app)


def test_every_discrepancy_is_told_not_only_the_first(
    app: Flask, superuser: Superuser, six_days: list[str], seals_file: Path
) -> None:
    seals_file.write_text("".join(six_days[:4]))
    superuser.execute("delete from journal where id = 2")
    told = verdict(app)
    days = [date.fromisoformat(json.loads(line)["day"]) for line in six_days]
    for day in days[4:]:
        assert f"le scellé du {date_fr(day)} manque dans le fichier des scellés" in told
    assert "la ligne 2 manque avant celle-ci" in told


def test_what_another_key_verifies_is_not_said_intact(
    app: Flask, superuser: Superuser, six_days: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = app.config["VIGIE"].replace(journal_key="une autre clé")
    monkeypatch.setitem(app.config, "VIGIE", other)
    assert "ce n’est pas sa clé (VIGIE_JOURNAL_KEY)" in verdict(app)


def test_a_month_taken_out_of_the_journal_is_named(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    month = months_ago(2)
    with unit_of_work(KEEPER) as session:
        session.scalar(text("select journal_prepare(:month)"), {"month": month})
    for day in (3, 4):
        write_then(superuser, datetime(month.year, month.month, day, tzinfo=UTC))
    write_lines(1)
    jobs.seal_days()
    superuser.execute(f"alter table journal detach partition journal_{month:%Y_%m}")
    told = verdict(app)
    assert f"ces partitions n’existent plus : journal_{month:%Y_%m}" in told


def test_the_log_of_an_instance_verifies_as_the_file_does(
    app: Flask, superuser: Superuser, six_days: list[str], tmp_path: Path
) -> None:
    lines = [{**json.loads(line), "event": "journal sealed", "level": "info"} for line in six_days]
    shipped = tmp_path / "vigie.log"
    told = [json.dumps({"event": "tick"}), *map(json.dumps, lines)]
    shipped.write_text("\n".join(told) + "\n")
    assert command(app, "verify", "--seals", str(shipped)).exit_code == 0
    shipped.write_text("\n".join(told[:-1]) + "\n")
    assert command(app, "verify", "--seals", str(shipped)).exit_code == 1


def test_another_copy_of_the_seals_can_be_verified(
    app: Flask, superuser: Superuser, seals_file: Path, tmp_path: Path
) -> None:
    write_lines(2)
    seal_today()
    shipped = tmp_path / "ailleurs.jsonl"
    shutil.move(seals_file, shipped)
    assert command(app, "verify").exit_code == 1
    assert command(app, "verify", "--seals", str(shipped)).exit_code == 0


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


def months_ago(count: int) -> date:
    months = utcnow().year * 12 + utcnow().month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


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


def test_an_agent_keeps_no_seal(world: World, session: Session) -> None:
    alice = identity(session, world.alice)
    session.rollback()
    with acting_as(alice):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text("insert into journal_seal values ('2026-01-01', 1, '', 1, '', '', now())")
            )
        session.rollback()
