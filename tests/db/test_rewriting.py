"""What of each row its author, a manager or an agent may read and rewrite, as the database decides it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.identity import Nature, Role
from app.core.now import utcnow
from app.habilitations.models import Membership
from app.unlocks.models import Unlock
from tests.factories.confidences import Confidences
from tests.factories.network import network_id, system, write_comment
from tests.factories.people import World, newcomer, read, reading_as
from tests.factories.unlocks import unlock
from tests.factories.visits import log_visit

MANAGER = Role.MANAGER


# Texts keep their audience.


@pytest.mark.parametrize("table", ["comment", "visit_note"])
def test_an_author_moves_no_text_to_another_network(
    confidences: Confidences, session: Session, table: str
) -> None:
    with reading_as(session, confidences.world.alice):
        with pytest.raises(ProgrammingError, match=r"permission denied|never replaced"):
            session.execute(text(f"update {table} set network_id = network_id + 1"))
        session.rollback()
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(f"update {table} set departments = '{{75}}'"))


@pytest.mark.parametrize("table", ["comment", "visit_note"])
def test_an_author_corrects_their_text_while_they_read_it(
    confidences: Confidences, session: Session, table: str
) -> None:
    world = confidences.world

    def corrected(agent_id: int) -> int:
        with reading_as(session, agent_id):
            return session.execute(text(f"update {table} set body = 'x'")).rowcount  # type: ignore[attr-defined, no-any-return]

    assert corrected(world.carol) == 0
    assert corrected(world.bob) == 0
    assert corrected(world.alice) > 0
    direccte = network_id("crp")
    with system() as writer:
        left = writer.get_one(Membership, (world.alice, direccte))
        writer.delete(left)
    # What remains is what she wrote to CODEFI.
    assert corrected(world.alice) == (1 if table == "comment" else 0)


def test_a_notification_cannot_be_pointed_at_another_event(
    confidences: Confidences, session: Session
) -> None:
    with reading_as(session, confidences.world.carol):
        read_now = session.execute(text("update notification set read_at = now()"))
        assert read_now.rowcount == 1  # type: ignore[attr-defined]
        session.rollback()
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text("update notification set event_id = event_id + 1"))


def test_a_visit_is_corrected_by_its_author_and_not_moved(world: World, session: Session) -> None:
    log_visit(world.alice, world.siret_21, to="crp")
    for agent_id, rows in ((world.alice, 1), (world.carol, 0)):
        with reading_as(session, agent_id):
            done = session.execute(text("update visit set severity = 1"))
            assert done.rowcount == rows  # type: ignore[attr-defined]
    with (
        reading_as(session, world.alice),
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(text("update visit set siren = siren"))


# Unlocks: their author, and who oversees.


@pytest.fixture
def overseers(world: World) -> dict[str, int]:
    """Managers of several networks and zones."""
    with system() as session:
        return {
            name: newcomer(
                session, name, natures={zone: [Nature.SCORE]}, networks=["codefi", network],
                roles=[world_role],
            )
            for name, zone, network, world_role in (
                ("urssaf", "R27", "urssaf", MANAGER), ("paris", "75", "crp", MANAGER),
                ("region", "R27", "crp", MANAGER),
            )
        }  # fmt: skip


def test_an_unlock_is_read_by_its_author_and_the_managers_of_network_and_zone(
    world: World, overseers: dict[str, int], session: Session
) -> None:
    unlock(world.alice, world.siren_21_quiet)
    readers = {"alice": world.alice, "manager": world.manager, **overseers}
    silent = {"carol": world.carol, "bob": world.bob, "stranger": world.stranger}
    reading = {name for name, who in {**readers, **silent}.items() if read(session, who, "unlock")}
    assert reading == {"alice", "manager", "region"}


@pytest.mark.parametrize(
    "forgery",
    [
        {"agent_id": "bob"},
        {"network_id": "urssaf"},
        {"departments": ["75"]},
    ],
)
def test_an_unlock_is_not_forged(
    world: World, session: Session, forgery: dict[str, object]
) -> None:
    now = utcnow()
    values: dict[str, object] = {
        "siren": world.siren_21_quiet, "departments": ["21"], "agent_id": world.alice,
        "network_id": network_id("crp"), "source": "interne", "motive": "x",
        "opened_at": now, "expires_at": now + timedelta(days=30), **forgery,
    }  # fmt: skip
    if forgery.get("agent_id") == "bob":
        values["agent_id"] = world.bob
    if forgery.get("network_id") == "urssaf":
        values["network_id"] = network_id("urssaf")
    with reading_as(session, world.alice):
        session.add(Unlock(**values))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()
        session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "update unlock set expires_at = expires_at + interval '1 day'",
        "update unlock set motive = 'autre'",
        "delete from unlock",
    ],
)
def test_an_unlock_is_not_rewritten(world: World, session: Session, statement: str) -> None:
    unlock(world.alice, world.siren_21_quiet)
    with (
        reading_as(session, world.alice),
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(text(statement))


def test_an_unlock_is_ended_by_its_author_alone(world: World, session: Session) -> None:
    unlock(world.alice, world.siren_21_quiet)
    for agent_id, rows in ((world.manager, 0), (world.carol, 0), (world.alice, 1)):
        with reading_as(session, agent_id):
            done = session.execute(text("update unlock set ended_at = now()"))
            assert done.rowcount == rows  # type: ignore[attr-defined]


# The directory, the reference lists, what runs.


def test_whoever_is_signed_in_reads_names_and_changes_their_own_line(
    world: World, session: Session
) -> None:
    for agent_id in (world.alice, world.admin):
        with reading_as(session, agent_id):
            assert session.get_one(Agent, world.bob).full_name == "Bob Fictif"
    for agent_id, is_all in ((world.alice, False), (world.controller, False), (world.admin, True)):
        with reading_as(session, agent_id):
            everybody = session.scalar(text("select count(*) from agent"))
            done = session.execute(text("update agent set wants_at_once = false"))
            assert done.rowcount == (everybody if is_all else 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change", ["suspended_at = null", "active = true", "administration = 'dge'"]
)
def test_nobody_rewrites_more_than_preferences_on_their_own_line(
    world: World, session: Session, change: str
) -> None:
    statement = text(f"update agent set {change}, last_name = 'Autre' where id = vigie_agent()")
    for agent_id in (world.alice, world.admin, world.correspondent):
        with (
            reading_as(session, agent_id),
            pytest.raises(ProgrammingError, match="nothing of their own account"),
        ):
            session.execute(statement)


def test_a_correspondant_rewrites_the_accounts_of_their_administration_only(
    world: World, session: Session
) -> None:
    statement = text("update agent set active = false where id = :id")
    with reading_as(session, world.correspondent):
        assert session.execute(statement, {"id": world.alice}).rowcount == 1  # type: ignore[attr-defined]
    with (
        reading_as(session, world.correspondent),
        pytest.raises(ProgrammingError, match="of their administration only"),
    ):
        session.execute(statement, {"id": world.bob})


#: table -> who of alice, the scientist, the administrator and the controller reads it
REFERENCE = {
    "role": (True, True, True, True),
    "department": (True, True, True, True),
    "zone": (True, True, True, True),
    "source_freshness": (True, True, True, True),
    "batch": (True, True, True, False),
    "detection_run": (False, True, True, False),
    "run_step": (False, True, True, False),
}


@pytest.mark.parametrize("table", REFERENCE)
def test_reference_lists_and_runs_have_their_readers(
    confidences: Confidences, session: Session, table: str
) -> None:
    world = confidences.world
    seen = []
    for agent_id in (world.alice, world.scientist, world.admin, world.controller):
        with reading_as(session, agent_id):
            seen.append(bool(session.scalar(text(f"select count(*) from {table}"))))
    assert tuple(seen) == REFERENCE[table]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into role (name) values ('roi')",
        "insert into department (code, label, region_code) values ('00', 'x', '00')",
        "insert into zone (code, label, kind, departments) values ('00', 'x', 'france', '{}')",
        "insert into source_freshness (source, label, batch_id) values ('x', 'x', 'x')",
        "insert into batch (id, state, origin) values ('x', 'published', 'x')",
        (
            "insert into agent (email, first_name, last_name, administration, fs_uniquifier)"
            " values ('x@x', 'x', 'x', 'vigie', 'x')"
        ),
        "insert into detection_run (as_of, state, trigger) values ('2026-01-01', 'done', 'x')",
        "insert into model_version (directory, sha256, trained_as_of, metrics) values ('x', 'x', '2026-01-01', '{}')",
    ],
)
def test_an_agent_writes_none_of_them(world: World, session: Session, statement: str) -> None:
    with (
        reading_as(session, world.alice),
        pytest.raises(ProgrammingError, match=r"row-level security|of their administration only"),
    ):
        session.execute(text(statement))


def test_a_comment_on_a_firm_out_of_the_zone_is_refused(world: World, session: Session) -> None:
    write_comment(world.alice, world.siren_21, to="crp")
    with (
        reading_as(session, world.stranger),
        pytest.raises(ProgrammingError, match=r"row-level security|of their administration only"),
    ):
        session.execute(
            text(
                "insert into comment (siren, author_id, network_id, departments, body)"
                " values (:siren, :me, :network, '{21}', 'x')"
            ),
            {"siren": world.siren_21, "me": world.stranger, "network": network_id("crp")},
        )
