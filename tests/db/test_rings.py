"""The third ring, seen from the application's role: no context, no row; and a journal that nobody rewrites unseen."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, make_url, select, text
from sqlalchemy.exc import DatabaseError, ProgrammingError
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.identity import Identity, Nature, system_identity
from app.core.localpg import SUPERUSER, LocalCluster
from app.core.scope import acting_as
from app.extensions import db
from tests.factories.confidences import Confidences, confide
from tests.factories.people import World, identity

#: each line with the text its hash covers, as the trigger reads it
LINES = """
    select id, previous_hash, hash, jsonb_build_array(id, extract(epoch from recorded_at), actor_id,
        actor_name, event, siren, details)::text from journal order by id
"""
ORIGIN = hashlib.sha256(b"vigie").digest()
Superuser = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def confidences(world: World) -> Confidences:
    """A firm about which much is known."""
    return confide(world)


@pytest.fixture
def superuser(app: Flask, cluster: LocalCluster, fresh_database: None) -> Iterator[Superuser]:
    """Whoever runs the server: neither rights nor row-level security stop them."""
    database = make_url(app.config["VIGIE_ENDPOINTS"].owner_url).database
    with psycopg.connect(
        host=str(cluster.socket_dir), user=SUPERUSER, dbname=database, autocommit=True
    ) as connection:
        yield connection


def rows(session: Session, who: Identity, table: str) -> int:
    """How many rows of ``table`` somebody reads."""
    session.rollback()
    with acting_as(who):
        count = session.scalar(text(f"select count(*) from {table}"))
        session.rollback()
    return int(count or 0)


def first_broken_link(superuser: Superuser) -> object:
    """The number of the first line whose hash, or whose link to the one before, is not the right one."""
    before = ORIGIN
    for number, previous, found, covered in superuser.execute(LINES).fetchall():
        assert isinstance(covered, str)
        if previous != before or found != hashlib.sha256(before + covered.encode()).digest():
            return number
        before = found
    (head,) = superuser.execute("select hash from journal_head").fetchone() or (None,)
    return None if head == before else "head"


def test_without_identity_no_firm_is_read(world: World, session: Session) -> None:
    assert session.scalars(select(Company)).all() == []


def test_a_habilitated_agent_reads_public_identity_everywhere(
    world: World, session: Session
) -> None:
    alice = identity(session, world.alice)
    session.rollback()
    with acting_as(alice):
        assert len(session.scalars(select(Company)).all()) == 3
        session.rollback()


#: table -> rows read by alice and carol (Direccte 21), bob (Urssaf 21), a stranger (Direccte 75), an administrator
SPOTS = {
    "company": (3, 3, 3, 3, 0),
    "company_series": (1, 1, 1, 0, 0),
    "payment_plan": (1, 1, 1, 0, 0),
    "detection_list": (1, 1, 1, 1, 0),
    "detection_entry": (1, 1, 1, 0, 0),
    "detection_reason": (5, 5, 5, 0, 0),
    "human_signal": (1, 1, 1, 0, 0),
    "comment": (2, 2, 1, 0, 0),
    "visit": (1, 1, 1, 0, 0),
    "visit_note": (1, 1, 0, 0, 0),
    "support_case": (1, 1, 1, 0, 0),
    "case_member": (2, 2, 2, 0, 0),
    "case_state_change": (1, 1, 1, 0, 0),
    "draft": (1, 0, 0, 0, 0),
    "label": (0, 0, 0, 0, 0),
    "notification": (0, 1, 1, 0, 0),
}


@pytest.mark.parametrize("table", SPOTS)
def test_each_one_reads_what_their_policy_says(
    confidences: Confidences, session: Session, table: str
) -> None:
    world = confidences.world
    people = (world.alice, world.carol, world.bob, world.stranger, world.admin)
    read = tuple(rows(session, identity(session, person), table) for person in people)
    assert read == SPOTS[table]


@pytest.mark.parametrize(
    ("nature", "table"),
    [
        (Nature.SCORE, "detection_entry"),
        (Nature.SCORE, "detection_reason"),
        (Nature.URSSAF, "company_series"),
        (Nature.URSSAF, "payment_plan"),
    ],
)
def test_without_the_nature_there_is_no_row(
    confidences: Confidences, session: Session, nature: Nature, table: str
) -> None:
    alice = identity(session, confidences.world.alice)
    less = Identity(
        agent_id=alice.agent_id, name=alice.name, departments=alice.departments, roles=alice.roles,
        natures=alice.natures - {nature},
    )  # fmt: skip
    assert rows(session, alice, table) > 0
    assert rows(session, less, table) == 0


def test_a_nature_held_on_a_part_of_the_zone_is_not_read_on_the_whole(
    world: World, session: Session
) -> None:
    alice = identity(session, world.alice)
    assert Nature.URSSAF in alice.natures
    session.rollback()
    with acting_as(system_identity("tests")):
        session.execute(
            text(
                "insert into habilitation (agent_id, zone_code, natures, function, starts_on, ends_on, requested_by, validated_by)"
                " select agent_id, 'R27', '{score}', function, starts_on, ends_on, requested_by, validated_by"
                " from habilitation where agent_id = :agent"
            ),
            {"agent": world.alice},
        )
        wider = identity(session, world.alice)
        session.rollback()
    assert set(alice.departments) < set(wider.departments)
    assert wider.natures == {Nature.SCORE}


@pytest.mark.parametrize(
    "statement",
    [
        "insert into company_series (siret, code, siren, first_month, values) values ('1', 'x', '1', '2026-01-01', '{}')",
        "insert into detection_list (run_id, as_of, label, parameters) select 1, '2026-01-01', 'x', '{}'",
        "insert into notification (agent_id, event_id, reason) select 1, 1, 'x'",
        "insert into email (agent_id, dedup_key, subject, body_text, body_html) values (1, 'x', '', '', '')",
        "insert into procedure_event (siren, effective_on, stage, label) values ('1', '2026-01-01', '', '')",
    ],
)
def test_system_tables_are_written_by_the_system_only(
    world: World, session: Session, statement: str
) -> None:
    alice = identity(session, world.alice)
    session.rollback()
    with acting_as(alice):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(text(statement))
        session.rollback()


def test_an_agent_changes_no_row_of_the_system(confidences: Confidences, session: Session) -> None:
    alice = identity(session, confidences.world.alice)
    session.rollback()
    with acting_as(alice):
        for table in ("company", "detection_entry", "company_series"):
            touched = session.execute(text(f"update {table} set siren = siren"))
            assert touched.rowcount == 0, table  # type: ignore[attr-defined]
            assert session.execute(text(f"delete from {table}")).rowcount == 0  # type: ignore[attr-defined]
        session.rollback()


def test_nobody_writes_in_the_name_of_another(confidences: Confidences, session: Session) -> None:
    alice = identity(session, confidences.world.alice)
    session.rollback()
    with acting_as(alice):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text(
                    "insert into comment (siren, author_id, network_id, departments, body)"
                    " select siren, :bob, network_id, departments, 'x' from comment limit 1"
                ),
                {"bob": confidences.world.bob},
            )
        session.rollback()
        with pytest.raises(ProgrammingError, match="row-level security"):
            journal.record(
                session,
                Identity(agent_id=confidences.world.bob, name="Bob"),
                journal.Event.SEARCHED,
            )
        session.rollback()


FORGERIES = [
    "update journal set actor_name = 'x'",
    "delete from journal",
    "truncate journal",
]


@pytest.mark.parametrize("statement", [*FORGERIES, "select * from journal_head"])
def test_the_application_cannot_rewrite_the_journal(
    world: World, session: Session, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))


@pytest.mark.parametrize("statement", FORGERIES)
def test_the_owner_cannot_either(app: Flask, world: World, statement: str) -> None:
    engine = create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    with engine.connect() as owner, pytest.raises(DatabaseError, match="append-only"):
        owner.execute(text(statement))


def test_each_line_is_chained_to_the_one_before(
    confidences: Confidences, superuser: Superuser
) -> None:
    assert len(superuser.execute(LINES).fetchall()) > 5
    assert first_broken_link(superuser) is None


@pytest.mark.parametrize(
    "forgery",
    [
        "update journal set actor_name = 'Personne' where id = %s",
        "update journal set details = details || '{\"x\": 1}' where id = %s",
        "update journal set recorded_at = recorded_at - interval '1 hour' where id = %s",
        "update journal set siren = '999999999' where id = %s",
    ],
)
def test_a_rewritten_line_is_found(
    confidences: Confidences, superuser: Superuser, forgery: str
) -> None:
    ids = [line[0] for line in superuser.execute(LINES).fetchall()]
    superuser.execute("alter table journal disable trigger user")
    superuser.execute(forgery, [ids[2]])
    assert first_broken_link(superuser) == ids[2]


def test_what_is_taken_from_a_text_and_given_to_the_next_is_found(
    world: World, superuser: Superuser
) -> None:
    journal.record_apart(db.engine, system_identity("Un|Deux"), journal.Event.SEARCHED)
    assert first_broken_link(superuser) is None
    superuser.execute("alter table journal disable trigger user")
    superuser.execute("update journal set actor_name = 'Un', event = 'Deux|' || event")
    assert first_broken_link(superuser) is not None


def test_a_removed_line_is_found(confidences: Confidences, superuser: Superuser) -> None:
    ids = [line[0] for line in superuser.execute(LINES).fetchall()]
    superuser.execute("alter table journal disable trigger user")
    superuser.execute("delete from journal where id = %s", [ids[2]])
    assert first_broken_link(superuser) == ids[3]
    superuser.execute("delete from journal where id > %s", [ids[1]])
    assert first_broken_link(superuser) == "head"


def test_lines_written_at_once_make_one_chain(
    app: Flask, world: World, superuser: Superuser
) -> None:
    engine = db.engine

    def write(author: int) -> None:
        for turn in range(10):
            journal.record_apart(
                engine, system_identity(f"Auteur {author}"), journal.Event.SEARCHED, turn=turn
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(superuser.execute(LINES).fetchall()) == 40
    assert first_broken_link(superuser) is None
