"""Who reads which nature of which firm, as the database decides it, for two or three people each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.companies.models import Company, CompanyAlert
from app.core.access.identity import Identity, Nature, Role
from app.core.access.rows import acting_as
from app.core.now import at, utcnow
from app.habilitations.models import Membership
from app.unlocks.models import Unlock
from scoring.vocabulary import Level
from tests.factories import companies
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.confidences import Confidences
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import network_id, system, write_comment
from tests.factories.people import World, identity, newcomer, two_zones
from tests.factories.unlocks import unlock
from tests.factories.visits import log_visit

URSSAF, SCORE = Nature.URSSAF, Nature.SCORE
MANAGER = Role.MANAGER


@pytest.fixture
def figures(world: World) -> World:
    """Each firm has a debt and a délai; those of Dijon and of Paris are on a list, with their reasons."""
    with system() as session:
        companies.freshness(session)
        for siret in (world.siret_21, world.siret_21_quiet, world.siret_75):
            companies.series(session, siret, "dette_patronale", [100.0])
            companies.series(session, siret, "effectif", [10.0])
            companies.payment_plan(session, siret)
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE),
            Alerted(siren=world.siren_75, department="75", rank=2),
        )
    return world


@pytest.fixture
def dora(figures: World) -> int:
    """Score and Urssaf in Côte-d’Or, score only in Paris."""
    with system() as session:
        return two_zones(session)


@contextmanager
def reading_as(session: Session, agent_id: int) -> Iterator[Identity]:
    who = identity(session, agent_id)
    session.rollback()
    with acting_as(who):
        yield who
        session.rollback()


def read(session: Session, agent_id: int, table: str, which: str = "true") -> set[str]:
    """The sirens of the rows of a table that somebody reads."""
    with reading_as(session, agent_id):
        return set(session.scalars(text(f"select siren from {table} where {which}")))


DEBT = "nature = 'urssaf'"


def test_each_nature_has_its_own_zone(dora: int, session: Session) -> None:
    who = identity(session, dora)
    assert who.departments == ("21", "75")
    assert dict(who.zones) == {SCORE: ("21", "75"), URSSAF: ("21",)}
    assert who.natures == {SCORE, URSSAF}
    assert who.covers(["75"])
    assert who.covers(["75"], SCORE)
    assert not who.covers(["75"], URSSAF)
    assert not who.covers(["21"], Nature.BANQUE_DE_FRANCE)


def test_the_zone_of_a_nature_does_not_change_and_is_part_of_the_zone() -> None:
    who = Identity(agent_id=1, name="x", departments=("21",), zones={SCORE: ("21",), URSSAF: ()})
    assert URSSAF not in who.natures
    with pytest.raises(TypeError):
        who.zones[URSSAF] = ("21",)  # type: ignore[index]
    with pytest.raises(ValueError, match="outside the zone"):
        Identity(agent_id=1, name="x", departments=("21",), zones={SCORE: ("75",)})


def test_a_nature_is_read_where_it_is_held_only(
    figures: World, dora: int, session: Session
) -> None:
    both = {figures.siren_21, figures.siren_75}
    assert read(session, dora, "company_series", DEBT) == {figures.siren_21}
    assert read(session, dora, "payment_plan") == {figures.siren_21}
    assert read(session, dora, "detection_entry") == both
    assert read(session, dora, "detection_reason", "nature is null") == both
    assert read(session, dora, "detection_reason", DEBT) == {figures.siren_21}
    everywhere = both | {figures.siren_21_quiet}
    assert read(session, dora, "company_series", "nature is null") == everywhere


def test_the_same_person_with_the_habilitations_the_other_way_round(
    figures: World, session: Session
) -> None:
    with system() as writer:
        emma = newcomer(writer, "emma", natures={"21": [SCORE], "75": [URSSAF]})
    assert read(session, emma, "detection_entry") == {figures.siren_21}
    assert read(session, emma, "company_series", DEBT) == {figures.siren_75}
    # The reasons of an entry that is not read are not either, whatever their nature.
    assert read(session, emma, "detection_reason") == {figures.siren_21}
    assert read(session, emma, "detection_reason", DEBT) == set()


def test_a_guest_reads_what_they_hold_anywhere_of_what_their_host_reads(
    figures: World, dora: int, session: Session
) -> None:
    case_id = open_case(figures.stranger, figures.siret_75)
    add_member(figures.stranger, case_id, figures.alice)
    assert figures.siren_75 in read(session, figures.alice, "company_series", DEBT)
    assert figures.siren_75 in read(session, figures.alice, "detection_entry")
    add_member(figures.stranger, case_id, dora)
    # Urssaf, held in Côte-d’Or only, is read in Paris while the accompagnement goes on.
    assert figures.siren_75 in read(session, dora, "company_series", DEBT)
    assert figures.siren_75 in read(session, dora, "detection_reason", DEBT)
    close_case(figures.stranger, case_id)
    assert figures.siren_75 not in read(session, dora, "company_series", DEBT)
    assert figures.siren_75 not in read(session, figures.alice, "company_series", DEBT)


def test_a_contributor_reads_nothing_of_a_nature_held_nowhere(
    figures: World, session: Session
) -> None:
    with system() as writer:
        emma = newcomer(writer, "emma", natures={"21": [SCORE]})
    case_id = open_case(figures.stranger, figures.siret_75)
    add_member(figures.stranger, case_id, emma)
    assert figures.siren_75 in read(session, emma, "detection_entry")
    assert read(session, emma, "company_series", DEBT) == set()
    assert read(session, emma, "payment_plan") == set()


def test_an_unlock_opens_the_firm_to_its_author_alone_for_thirty_days(
    figures: World, session: Session
) -> None:
    quiet = figures.siren_21_quiet
    assert quiet not in read(session, figures.alice, "company_series", DEBT)
    unlock(figures.alice, quiet)
    assert quiet in read(session, figures.alice, "company_series", DEBT)
    assert quiet in read(session, figures.alice, "payment_plan")
    for other in (figures.bob, figures.carol, figures.manager):
        assert quiet not in read(session, other, "company_series", DEBT)
    with at(utcnow() + timedelta(days=29, hours=23)):
        assert quiet in read(session, figures.alice, "company_series", DEBT)
    with at(utcnow() + timedelta(days=30, minutes=1)):
        assert quiet not in read(session, figures.alice, "company_series", DEBT)
        assert quiet not in read(session, figures.alice, "payment_plan")


def test_an_unlock_opens_only_the_natures_held_where_the_firm_works(
    figures: World, dora: int, session: Session
) -> None:
    with system() as writer:
        writer.execute(delete(CompanyAlert).where(CompanyAlert.siren == figures.siren_75))
    unlock(dora, figures.siren_75)
    assert identity(session, dora).unlocked_sirens == (figures.siren_75,)
    assert figures.siren_75 not in read(session, dora, "company_series", DEBT)


def test_what_a_firm_says_is_readable_is_what_the_database_shows(
    figures: World, dora: int, session: Session
) -> None:
    unlock(dora, figures.siren_21_quiet)
    unlock(figures.bob, figures.siren_21_quiet)
    case_id = open_case(figures.alice, figures.siret_21_quiet)
    add_member(figures.alice, case_id, figures.stranger)
    people = (dora, figures.alice, figures.bob, figures.carol, figures.stranger, figures.manager)
    for agent_id in people:
        with reading_as(session, agent_id) as who:
            firms = session.query(Company).all()
            said = {firm.siren for firm in firms if URSSAF in firm.readable}
            shown = set(
                session.scalars(text(f"select siren from company_series where {DEBT}")).all()
            )
        assert said == shown, who.name


def test_an_alert_is_heard_of_where_the_score_is_held(
    figures: World, dora: int, session: Session
) -> None:
    for siren, nature in ((figures.siren_21, "urssaf"), (figures.siren_75, "urssaf")):
        with system() as writer:
            writer.execute(
                text(
                    "insert into feed_event (siren, departments, kind, nature, subject_kind, details)"
                    " select siren, departments, 'detections:entry:alerted', :nature, 'x', '{}' from company where siren = :siren"
                ),
                {"siren": siren, "nature": nature},
            )
    assert read(session, dora, "feed_event") == {figures.siren_21}
    assert read(session, figures.stranger, "feed_event") == {figures.siren_75}


# Texts keep their audience.


@pytest.mark.parametrize("table", ["comment", "visit_note"])
def test_an_author_moves_no_text_to_another_network(
    confidences: Confidences, session: Session, table: str
) -> None:
    with reading_as(session, confidences.world.alice):
        with pytest.raises(ProgrammingError, match="permission denied"):
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
                session, name, natures={zone: [SCORE]}, networks=["codefi", network],
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
            done = session.execute(text("update agent set wants_digest = false"))
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
