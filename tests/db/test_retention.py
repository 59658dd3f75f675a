"""What is kept as long as it must be goes, what is not stays; no case goes without the visa of the archives; figures of the past stay."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.accounts.models import Agent
from app.audit.keeping import seals
from app.cases.queries import get_case
from app.core import journal
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import DomainError, NotFoundError
from app.core.journal import Event
from app.core.now import today
from app.impact.breakdowns import Breakdown
from app.impact.queries import Period, measured, outcome_counts
from app.impact.queries import jobs as jobs_of
from app.network.comments import services as comments
from app.network.queries import get_comment
from app.records.retention import jobs, queries, services
from app.records.retention.models import FinalFate, KeptObject, RetentionRule
from app.records.retention.objects import OBJECTS
from app.records.retention.slips.models import EliminationItem, SlipState
from app.records.retention.slips.packages.building import MANIFEST, path_of
from tests.factories.confidences import Confidences
from tests.factories.journal import Superuser, command, seal_today, superuser_of, write_lines
from tests.factories.network import system, working_as, write_comment
from tests.factories.people import World
from tests.factories.records import Planter, due, receive, sign, slip_of, spend_night, years_ago
from tests.support.journaled import journaled
from tests.support.nursery import Nursery, Order, nursery_for

SIGNED = [each for each in KeptObject if OBJECTS[each].takes_visa]
ALONE = [each for each in KeptObject if not OBJECTS[each].takes_visa]
#: what stays of an accompagnement, and is read by nobody's name
STAYS = {"support_case", "case_outcome", "visit", "solicitation"}


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


@pytest.fixture
def planter(world: World, superuser: Superuser) -> Planter:
    """Plants what is old."""
    return Planter(world, superuser)


@pytest.fixture(scope="module")
def nursery(app: TransactionalFlask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """The process whose children are killed."""
    with nursery_for(app, tmp_path_factory.mktemp("nursery")) as nursery:
        yield nursery


def months_of(about: KeptObject) -> int:
    with system() as session:
        return session.get_one(RetentionRule, about).months


@pytest.mark.parametrize("about", KeptObject, ids=str)
def test_what_is_due_goes_and_what_is_due_the_day_after_stays(
    about: KeptObject, planter: Planter, world: World
) -> None:
    last = years_ago(months_of(about))
    planter.plant(about, last, 0)
    planter.plant(about, last + timedelta(days=1), 1)
    assert due(about, last + timedelta(days=1)) == 2
    jobs.night()
    with system() as session:
        rehearsed = queries.list_rehearsals(session)[about]
        assert rehearsed.quantity == 2, "both are due tomorrow"
        assert rehearsed.newest_on == last + timedelta(days=1)
    if about in ALONE:
        assert due(about, last) == 1, "nothing was announced the day before"
        spend_night(planter.superuser)
    else:
        sign(world.archivist, slip_of(about).id)
        jobs.execute()
    assert due(about, last) == 0
    assert due(about, last + timedelta(days=1)) == 1
    slip = slip_of(about)
    assert (slip.state, slip.quantity, slip.oldest_on, slip.newest_on) == (
        SlipState.DONE,
        1,
        last,
        last,
    )
    spend_night(planter.superuser)
    assert slip_of(about).id == slip.id, "nothing is due: there is no other slip"


def test_an_eliminated_accompagnement_leaves_no_text_and_the_same_figures(
    confidences: Confidences, superuser: Superuser, app: Flask
) -> None:
    world, number = confidences.world, int(str(confidences.arguments["case_id"]))
    last = years_ago(months_of(KeptObject.CASE))
    close = "insert into case_outcome (case_id, outcome, occurred_on, jobs_at_stake, jobs_kept, comment, recorded_by)"
    superuser.execute(
        f"{close} values (%s, 'stabilisee', %s, 30, 20, 'Secret', %s)", [number, last, world.alice]
    )
    Planter(world, superuser).end(number, last)
    superuser.execute("update detection_list set as_of = %s", [last - timedelta(days=100)])
    superuser.execute(
        "update visit set case_id = %s, visited_on = %s", [number, last - timedelta(days=80)]
    )
    superuser.execute("update comment set case_id = %s", [number])
    before, labels = figures(world), labels_of(superuser)
    assert before["total"].supported == 1
    assert before["jobs"].kept == 20
    seal_today()
    jobs.night()
    sign(world.archivist, slip_of(KeptObject.CASE).id)
    jobs.execute()

    assert figures(world) == before
    assert labels_of(superuser) == labels
    left = {table: count for table, count in rows_of(superuser, number).items() if count}
    assert left.keys() <= STAYS
    for table, column in (
        ("case_outcome", "comment"),
        ("comment", "body"),
        ("visit_note", "body"),
        ("case_summary", "context"),
    ):
        texts = superuser.execute(f"select count(*) from {table} where {column} <> ''").fetchone()
        assert texts == (0,), table
    assert superuser.execute("select count(*) from text_search").fetchone() == (0,)
    (line,) = journaled(Event.RECORD_ELIMINATED)
    assert line.siren is None
    assert line.details["choice"] == "éliminé"
    assert "Journal intact" in command(app, "verify").output
    with working_as(world.alice) as (session, who):
        assert get_case(session, who, number).eliminated_at is not None
    with pytest.raises(IntegrityError), system() as session:
        session.execute(
            text("update support_case set state = 'en_cours', closed_on = null where id = :n"),
            {"n": number},
        )


def figures(world: World) -> dict[str, Any]:
    """The figures of impact that count what is old, by whoever reads them."""
    period = Period(since=years_ago(120), until=today())
    with working_as(world.manager) as (session, who):
        by_administration = measured(session, who, period, by=Breakdown.ADMINISTRATION)
        return {
            "total": measured(session, who, period).total,
            "groups": by_administration.groups,
            "outcomes": [tuple(row) for row in outcome_counts(session, who, period)],
            "jobs": jobs_of(session, who, period),
        }


def labels_of(superuser: Superuser) -> list[Any]:
    return superuser.execute("select * from label order by id").fetchall()


def rows_of(superuser: Superuser, number: int) -> dict[str, int]:
    """Table -> how many rows lead to the accompagnement, whatever the table."""
    keys = superuser.execute(
        "select conrelid::regclass::text, a.attname from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid"
        " and a.attnum = c.conkey[1] where contype = 'f' and confrelid = 'support_case'::regclass"
    ).fetchall()
    found = {"support_case": 1}
    for table, column in keys:
        (count,) = superuser.execute(
            f"select count(*) from {table} where {column} = %s", [number]
        ).fetchone() or (0,)
        found[table] = count
    return found


def test_killed_between_two_accompagnements_nothing_is_half_erased_and_it_goes_on(
    planter: Planter, world: World, nursery: Nursery, app: Flask
) -> None:
    last = years_ago(months_of(KeptObject.CASE))
    for turn in (0, 1):
        planter.case(last, turn)
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    sign(world.archivist, slip.id)
    place = "app.core.journal.record"
    ended, _ = nursery.run(
        Order(
            home=str(app.config["VIGIE"].home),
            call="app.records.retention.jobs.execute",
            dies_at=place,
        )
    )
    assert ended == -SIGKILL
    assert settled(slip.id) == 0, "the erasure was not committed without its line"
    assert due(KeptObject.CASE, last) == 2
    jobs.execute()
    assert settled(slip.id) == 2
    assert len(journaled(Event.RECORD_ELIMINATED)) == 2
    assert slip_of(KeptObject.CASE).state is SlipState.DONE


def settled(slip_id: int) -> int:
    with system() as session:
        items = select(EliminationItem).where(
            EliminationItem.slip_id == slip_id, EliminationItem.is_gone
        )
        return len(session.scalars(items).all())


def test_what_changed_since_it_was_signed_is_left(planter: Planter, world: World) -> None:
    number = planter.case(years_ago(months_of(KeptObject.CASE)), 0)
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    sign(world.archivist, slip.id)
    planter.end(number, today())
    jobs.execute()
    with system() as session:
        (item,) = session.scalars(select(EliminationItem)).all()
        assert item.is_gone is False
    (line,) = journaled(Event.RECORD_ELIMINATED)
    assert line.details["choice"] == "laissé"


def test_what_was_written_since_it_was_proposed_is_signed_for_by_nobody(
    planter: Planter, world: World
) -> None:
    number = planter.case(years_ago(months_of(KeptObject.CASE)), 0)
    first = write_comment(world.alice, world.siren_21, to="codefi")
    planter.superuser.execute("update comment set case_id = %s", [number])
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    with working_as(world.alice) as (session, who):
        comments.reply(session, who, get_comment(session, who, first), body="Du nouveau, hier")
    sign(world.archivist, slip.id)
    jobs.execute()
    assert settled(slip.id) == 0
    with working_as(world.alice) as (session, who):
        assert get_comment(session, who, first + 1).body == "Du nouveau, hier"
    jobs.night()
    again = slip_of(KeptObject.CASE)
    assert again.id > slip.id, "it is proposed again, as it is now"
    sign(world.archivist, again.id)
    jobs.execute()
    assert settled(again.id) == 1


def test_what_the_rule_keeps_longer_since_it_was_proposed_is_left(
    planter: Planter, world: World
) -> None:
    last = years_ago(months_of(KeptObject.CASE))
    planter.case(last, 0)
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    planter.superuser.execute(
        "update retention_rule set in_use_months = in_use_months + 1 where object = 'accompagnement'"
    )
    sign(world.archivist, slip.id)
    jobs.execute()
    assert settled(slip.id) == 0
    assert due(KeptObject.CASE, last) == 1


def test_a_package_made_again_once_all_is_gone_replaces_nothing(
    planter: Planter, world: World, app: Flask
) -> None:
    planter.case(years_ago(months_of(KeptObject.CASE)), 0)
    planter.superuser.execute(
        "update retention_rule set fate = 'archivage' where object = 'accompagnement'"
    )
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    sign(world.archivist, slip.id)
    jobs.package(slip_id=slip.id)
    receive(world.archivist, slip.id)
    jobs.execute()
    received = slip_of(KeptObject.CASE)
    jobs.package(slip_id=slip.id)
    assert slip_of(KeptObject.CASE).package_sha256 == received.package_sha256
    assert not path_of(app.config["VIGIE"].home, slip.id).exists()


def test_nothing_goes_without_the_visa_whoever_asks(planter: Planter, world: World) -> None:
    last = years_ago(months_of(KeptObject.CASE))
    number = planter.case(last, 0)
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    jobs.execute()
    spend_night(planter.superuser)
    assert due(KeptObject.CASE, last) == 1
    by_hand = text("select record_eliminate(:slip, :number)")
    with pytest.raises(ProgrammingError, match="visa"), system() as session:
        session.execute(by_hand, {"slip": slip.id, "number": number})
    with (
        pytest.raises(ProgrammingError, match="system alone"),
        working_as(world.archivist) as (session, _),
    ):
        session.execute(by_hand, {"slip": slip.id, "number": number})
    forged = text(
        "update elimination_slip set is_accepted = true, decided_by = :me, decided_at = now() returning id"
    )
    for stranger in (world.admin, world.controller, world.alice):
        with working_as(stranger) as (session, _):
            assert session.execute(forged, {"me": stranger}).all() == [], stranger
    with pytest.raises(ProgrammingError), working_as(world.archivist) as (session, _):
        session.execute(forged, {"me": world.admin})
    for table in ("elimination_slip", "elimination_item", "retention_rule"):
        with pytest.raises(ProgrammingError), system() as session:
            session.execute(text(f"delete from {table}"))


def test_what_is_refused_stays_a_year_and_is_signed_once(planter: Planter, world: World) -> None:
    last = years_ago(months_of(KeptObject.COMMENT))
    planter.comment(last, 0)
    jobs.night()
    slip = slip_of(KeptObject.COMMENT)
    with pytest.raises(DomainError, match="pourquoi"):
        sign(world.archivist, slip.id, is_accepted=False)
    sign(world.archivist, slip.id, is_accepted=False, remark="Fonds à garder jusqu’au classement")
    with pytest.raises(DomainError, match="déjà visé"):
        sign(world.archivist, slip.id)
    jobs.night()
    assert due(KeptObject.COMMENT, last) == 1
    assert slip_of(KeptObject.COMMENT).id == slip.id
    planter.superuser.execute(
        "update elimination_slip set decided_at = decided_at - interval '366 days'"
    )
    jobs.night()
    again = slip_of(KeptObject.COMMENT)
    assert again.id > slip.id
    assert again.state is SlipState.WAITING


def test_what_goes_to_the_archives_is_handed_over_whole_before_it_goes(
    confidences: Confidences, superuser: Superuser, app: Flask
) -> None:
    world, number = confidences.world, int(str(confidences.arguments["case_id"]))
    last = years_ago(months_of(KeptObject.CASE))
    Planter(world, superuser).end(number, last)
    superuser.execute(
        "update retention_rule set fate = 'archivage' where object = 'accompagnement'"
    )
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    sign(world.archivist, slip.id)
    jobs.execute()
    assert due(KeptObject.CASE, last) == 1
    with pytest.raises(DomainError, match="pas encore prêt"):
        receive(world.archivist, slip.id)
    jobs.package(slip_id=slip.id)
    home = app.config["VIGIE"].home
    path = path_of(home, slip.id)
    signed = slip_of(KeptObject.CASE)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == signed.package_sha256
    with zipfile.ZipFile(path) as package:
        told = dict(
            line.split("  ", 1)[::-1] for line in package.read(MANIFEST).decode().splitlines()
        )
        assert set(told) == set(package.namelist()) - {MANIFEST}
        for name, digest in told.items():
            assert hashlib.sha256(package.read(name)).hexdigest() == digest, name
        whole = json.loads(package.read(f"accompagnement-{number}/donnees.json"))
        files = [name for name in package.namelist() if "/fichiers/" in name]
    assert len(files) == len(whole.get("attachment", []))
    receive(world.archivist, slip.id)
    jobs.execute()
    assert due(KeptObject.CASE, last) == 0
    assert not path.exists(), "the archives hold it: nothing of it stays here"
    with system() as session:
        item = session.scalars(
            select(EliminationItem).where(EliminationItem.slip_id == slip.id)
        ).one()
        kept = {table: len(rows) for table, rows in whole.items()}
        for table, count in item.erased.items():
            if table not in (
                "attachment_content",
                "feed_event",
                "notification",
                "text_search",
                "sitting_task",
            ):
                assert kept[table] == count, table


def test_an_agent_who_left_is_named_nowhere_and_the_journal_still_holds(
    planter: Planter, world: World, superuser: Superuser, app: Flask
) -> None:
    last = years_ago(months_of(KeptObject.AGENT))
    number = planter.agent(last, 0)
    superuser.execute(
        "insert into comment (siren, author_id, network_id, departments, body)"
        " values (%s, %s, (select id from network where code = 'codefi'), '{21}', 'Un texte')",
        [world.siren_21, number],
    )
    superuser.execute(
        "insert into email (agent_id, dedup_key, subject, body_text, body_html, due_at, sent_at)"
        " values (%s, 'd', 'Objet', 'Bonjour Parti-0 Disparu', '', null, now())",
        [number],
    )
    write_lines(2)
    seal_today()
    jobs.night()
    spend_night(superuser)
    with working_as(world.alice) as (session, _):
        agent = session.get_one(Agent, number)
        assert agent.full_name == "Agent parti (Direccte (Dreets))"
        assert not agent.active
    assert named(superuser, "disparu") == {}
    assert named(superuser, "parti-0@") == {}
    (line,) = journaled(Event.AGENT_ANONYMISED)
    assert line.details == {"agent": number}
    assert "Journal intact" in command(app, "verify").output


def test_nobody_is_anonymised_while_the_journal_names_them(
    planter: Planter, world: World, superuser: Superuser
) -> None:
    last = years_ago(months_of(KeptObject.AGENT))
    number = planter.agent(last, 0)
    with working_as(number) as (session, who):
        journal.record(session, who, Event.SEARCHED, count=0)
    assert due(KeptObject.AGENT, last) == 0
    with pytest.raises(IntegrityError, match="journal"), system() as session:
        session.execute(text("select agent_anonymise(:number, '(x)')"), {"number": number})
    with pytest.raises(DomainError, match="mois au moins"):
        ask(world.admin, KeptObject.AGENT, in_use_months=6)


def named(superuser: Superuser, word: str) -> dict[str, int]:
    """Table -> how many rows hold a word, whatever the column."""
    tables = superuser.execute(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    ).fetchall()
    found = {}
    for (table,) in tables:
        row = superuser.execute(
            f'select count(*) from "{table}" t where t::text ilike %s', [f"%{word}%"]
        ).fetchone()
        if row and row[0]:
            found[table] = row[0]
    return found


def ask(agent_id: int, about: KeptObject, **said: Any) -> int:
    """Somebody asks that a rule change; the number of the request."""
    with working_as(agent_id) as (session, who):
        rule = queries.get_rule(session, who, about)
        asked = {
            "in_use_months": rule.in_use_months, "intermediate_months": rule.intermediate_months, "fate": rule.fate,
            "basis": rule.basis, "reason": "Nouveau tableau de gestion", **said,
        }  # fmt: skip
        return services.ask(session, who, rule, services.AskedRule(**asked)).id


def decide(agent_id: int, change_id: int, *, is_accepted: bool = True) -> None:
    with working_as(agent_id) as (session, who):
        change = queries.get_change(session, who, change_id)
        services.decide(session, who, change, is_accepted=is_accepted)


def test_a_rule_is_changed_by_two_people_and_applies_after_another_rehearsal(
    planter: Planter, world: World
) -> None:
    planter.draft(years_ago(3), 0)
    jobs.night()
    change = ask(world.admin, KeptObject.DRAFT, in_use_months=2)
    with pytest.raises(DomainError, match="attend déjà"):
        ask(world.archivist, KeptObject.DRAFT, in_use_months=1)
    with pytest.raises(DomainError, match="autre personne"):
        decide(world.admin, change)
    forged = text(
        "update retention_change set decided_by = :a, decided_at = now(), is_accepted = true"
    )
    with pytest.raises(ProgrammingError), working_as(world.archivist) as (session, _):
        session.execute(forged, {"a": world.alice})
    assert months_of(KeptObject.DRAFT) == 6
    decide(world.archivist, change)
    assert months_of(KeptObject.DRAFT) == 2
    with pytest.raises(DomainError, match="déjà décidé"):
        decide(world.archivist, change)
    spend_night(planter.superuser)
    assert due(KeptObject.DRAFT, years_ago(2)) == 1, "the new rule was announced to nobody"
    spend_night(planter.superuser)
    assert due(KeptObject.DRAFT, years_ago(2)) == 0


def test_a_rule_asks_nothing_that_cannot_be(world: World) -> None:
    with pytest.raises(DomainError, match="sort final"):
        ask(world.admin, KeptObject.DRAFT, fate=FinalFate.ARCHIVING)
    with pytest.raises(DomainError, match="Rien ne change"):
        ask(world.admin, KeptObject.DRAFT)
    with pytest.raises(DomainError, match="pourquoi"):
        ask(world.admin, KeptObject.DRAFT, in_use_months=2, reason="Non")
    with pytest.raises(NotFoundError):
        ask(world.alice, KeptObject.DRAFT, in_use_months=2)


def test_what_is_due_is_found_by_index_whatever_the_size(superuser: Superuser) -> None:
    superuser.execute("set session_replication_role = replica")
    superuser.execute(
        "insert into support_case (siret, siren, department, state, opened_on, opened_by, closed_on)"
        " select '10000000900008', '100000009', '21', 'termine', date '2020-01-01', 1, date '2024-01-01' + (n % 1000)::integer"
        " from generate_series(1, 50000) n"
    )
    superuser.execute(
        "insert into notification (agent_id, event_id, kind, reason, created_at)"
        " select 1, n, 'commentaire', 'followed', timestamptz '2026-06-01' + n * interval '1 minute' from generate_series(1, 50000) n"
    )
    superuser.execute("analyze support_case, notification")
    for about, index in (
        ("accompagnement", "ix_support_case_to_eliminate"),
        ("notification", "ix_notification_created_at"),
    ):
        (source,) = superuser.execute("select retention_source(%s)", [about]).fetchone() or ("",)
        plan = superuser.execute("explain " + source.replace("$1", "date '2024-01-03'")).fetchall()
        assert any(index in line for (line,) in plan), plan
