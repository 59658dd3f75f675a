"""The third ring on rights: a check forgotten in the code raises nobody's rights."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.core.access.identity import Role
from app.core.access.rows import acting_as
from app.core.now import today
from app.habilitations.models import Network
from app.habilitations.roles import services as roles
from app.habilitations.roles.models import RoleRequest
from tests.factories.habilitations import ask, ask_role, item_of, open_review, right_of, validate
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World, identity

GIVE = """
    insert into habilitation (agent_id, zone_code, natures, function, starts_on, ends_on, requested_by, validated_by, request_id)
    values (:agent, 'FR', '{score}', 'x', cast(:today as date), cast(:today as date) + 10, :requester, :validator, :request)
"""
ASK = """
    insert into habilitation_request (agent_id, zone_code, natures, networks, function, wanted_end, reason, requested_by)
    values (:agent, 'FR', '{score}', '{}', 'x', cast(:today as date) + 10, 'x', :requester)
"""


def refused(session: Session, person: int, statement: str, **values: object) -> bool:
    """Whether the database refuses ``statement`` to ``person``, by an error or by touching no row.

    ``:today`` in it is the product's day, that of Paris; the database's own may be another.
    """
    with system() as reading:
        who = identity(reading, person)
    with acting_as(who):
        session.rollback()
        try:
            touched = session.execute(text(statement), {**values, "today": today()}).rowcount  # type: ignore[attr-defined]
        except (ProgrammingError, IntegrityError):
            return True
        finally:
            session.rollback()
    return bool(touched == 0)


def rows(session: Session, person: int, table: str) -> int:
    """How many rows of ``table`` somebody reads."""
    with system() as reading:
        who = identity(reading, person)
    with acting_as(who):
        session.rollback()
        count = session.scalar(text(f"select count(*) from {table}"))
        session.rollback()
    return int(count or 0)


def test_who_reads_what(world: World, session: Session) -> None:
    validate(world.admin, ask(world.correspondent, world.carol))
    ask(world.correspondent, world.stranger)
    open_review(world.admin)
    readers = (
        world.carol, world.bob, world.correspondent, world.correspondent_urssaf, world.admin, world.controller,
    )  # fmt: skip
    seen = {
        table: tuple(rows(session, reader, table) for reader in readers)
        for table in (
            "habilitation",
            "habilitation_request",
            "agent_role",
            "review_item",
            "review_campaign",
        )
    }
    everything = {table: rows_of_system(table) for table in seen}
    assert seen == {
        "habilitation": (2, 1, 5, 1, everything["habilitation"], 0),
        "habilitation_request": (1, 0, 2, 0, 2, 0),
        "agent_role": (1, 1, 6, 2, everything["agent_role"], everything["agent_role"]),
        "review_item": (0, 0, 5, 1, everything["review_item"], 0),
        "review_campaign": (0, 0, 1, 1, 1, 0),
    }


def rows_of_system(table: str) -> int:
    with system() as session:
        return int(session.scalar(text(f"select count(*) from {table}")) or 0)


def test_nobody_gives_a_right_that_nobody_asked_for(world: World, session: Session) -> None:
    for person in (world.alice, world.correspondent, world.admin):
        forged = {"requester": world.correspondent_urssaf, "validator": person, "request": None}
        assert refused(session, person, GIVE, agent=world.carol, **forged), person


def test_one_person_cannot_give_what_they_asked_nor_under_another_name(
    world: World, session: Session
) -> None:
    request_id = ask(
        world.correspondent,
        world.carol,
        zone="FR",
        ends_on=today() + timedelta(days=10),
        function="x",
    )
    for validator in (world.correspondent, world.admin):
        forged = {"requester": world.correspondent, "validator": validator, "request": request_id}
        assert refused(session, world.correspondent, GIVE, agent=world.carol, **forged)
    right = {"requester": world.correspondent, "validator": world.admin, "request": request_id}
    assert not refused(session, world.admin, GIVE, agent=world.carol, **right), (
        "the honest way works"
    )


@pytest.mark.parametrize(
    "wider",
    [{"agent": "stranger"}, {"zone": "'25'"}, {"natures": "'{score,urssaf}'"}, {"end": "11"}],
)
def test_nobody_gives_more_than_what_was_asked(
    world: World, session: Session, wider: dict[str, str]
) -> None:
    request_id = ask(
        world.correspondent,
        world.carol,
        zone="FR",
        ends_on=today() + timedelta(days=10),
        function="x",
    )
    statement = GIVE.replace("'FR'", wider.get("zone", "'FR'"))
    statement = statement.replace("'{score}'", wider.get("natures", "'{score}'"))
    statement = statement.replace("+ 10", f"+ {wider.get('end', '10')}")
    agent = getattr(world, wider.get("agent", "carol"))
    forged = {"requester": world.correspondent, "validator": world.admin, "request": request_id}
    assert refused(session, world.admin, statement, agent=agent, **forged)


def test_nobody_asks_for_themselves_for_another_administration_or_under_another_name(
    world: World, session: Session
) -> None:
    for person, agent, requester in (
        (world.alice, world.alice, world.alice),
        (world.alice, world.carol, world.alice),
        (world.correspondent, world.correspondent, world.correspondent),
        (world.correspondent, world.bob, world.correspondent),
        (world.correspondent, world.carol, world.admin),
        (world.admin, world.admin, world.admin),
    ):
        assert refused(session, person, ASK, agent=agent, requester=requester)
    honest = {"agent": world.carol, "requester": world.correspondent}
    assert not refused(session, world.correspondent, ASK, **honest)


@pytest.mark.parametrize(
    "change",
    [
        "ends_on = ends_on + 1",
        "zone_code = 'FR'",
        "natures = '{score,urssaf}'",
        "agent_id = :agent",
        "withdrawn_at = null",
    ],
)
def test_a_right_is_never_rewritten(world: World, session: Session, change: str) -> None:
    statement = f"update habilitation set {change} where id = :id and :agent = :agent"
    values = {"id": right_of(world.carol), "agent": world.correspondent}
    for person in (world.carol, world.correspondent, world.admin):
        assert refused(session, person, statement, **values), person


def test_a_right_is_withdrawn_in_ones_own_name_and_never_given_back(
    world: World, session: Session
) -> None:
    withdraw = "update habilitation set withdrawn_at = now(), withdrawn_by = :by where id = :id"
    right = right_of(world.carol)
    assert refused(session, world.correspondent, withdraw, by=world.admin, id=right)
    assert refused(
        session, world.correspondent_urssaf, withdraw, by=world.correspondent_urssaf, id=right
    )
    assert refused(session, world.carol, withdraw, by=world.carol, id=right)
    assert not refused(session, world.correspondent, withdraw, by=world.correspondent, id=right)
    with system() as writing:
        writing.execute(text(withdraw), {"by": world.admin, "id": right})
    back = "update habilitation set withdrawn_at = null, withdrawn_by = null where id = :id"
    assert refused(session, world.admin, back, id=right)


def test_a_request_is_decided_by_a_third_person_and_not_rewritten(
    world: World, session: Session
) -> None:
    request_id = ask(world.correspondent, world.carol)
    decide = "update habilitation_request set state = 'validee', decided_at = now(), decided_by = :by where id = :id"
    assert refused(session, world.correspondent, decide, by=world.correspondent, id=request_id)
    assert refused(session, world.correspondent, decide, by=world.admin, id=request_id)
    assert refused(session, world.carol, decide, by=world.carol, id=request_id)
    wider = decide.replace("set ", "set natures = '{score,urssaf}', ")
    assert refused(session, world.admin, wider, by=world.admin, id=request_id)
    assert not refused(session, world.admin, decide, by=world.admin, id=request_id)


@pytest.mark.parametrize("role", ["administrateur", "correspondant", "controleur"])
def test_nobody_raises_their_own_role_and_a_correspondant_nobodys(
    world: World, session: Session, role: str
) -> None:
    give = "insert into agent_role select :agent, id from role where name = :role"
    for person, agent in (
        (world.alice, world.alice),
        (world.alice, world.carol),
        (world.correspondent, world.correspondent),
        (world.correspondent, world.carol),
        (world.admin, world.admin),
    ):
        if (agent, role) == (world.correspondent, "correspondant"):
            continue
        assert refused(session, person, give, agent=agent, role=role), (person, agent)
    held = (world.admin, world.carol)
    assert not refused(session, held[0], give, agent=held[1], role="manager")


GIVE_ROLE = (
    "insert into agent_role (agent_id, role_id) select :agent, id from role where name = :role"
)
ASK_ROLE = """
    insert into role_request (agent_id, role, reason, requested_by) values (:agent, :role, 'x', :requester)
"""
ACCEPT_ROLE = """
    update role_request set state = 'validee', decided_at = now(), decided_by = :me where id = :number
"""


@pytest.mark.parametrize("role", ["correspondant", "controleur", "administrateur"])
def test_a_role_that_decides_is_given_by_somebody_who_answers_for_it_once_it_is_asked(
    world: World, session: Session, role: str
) -> None:
    given = {"agent": world.carol, "role": role}
    people = (
        world.alice, world.correspondent, world.correspondent_urssaf, world.admin, world.controller,
        world.manager, world.scientist,
    )  # fmt: skip
    assert all(refused(session, person, GIVE_ROLE, **given) for person in people), "nobody asked"
    number = ask_role(world.admin, world.carol, Role(role))
    answering = {world.controller} | ({world.correspondent} if role == "correspondant" else set())
    for person in people:
        expected = person not in answering
        assert refused(session, person, GIVE_ROLE, **given) is expected, person
        decision = {"me": person, "number": number}
        assert refused(session, person, ACCEPT_ROLE, **decision) is expected, person
        forged = {"agent": world.stranger, "role": role}
        assert refused(session, person, GIVE_ROLE, **forged), "another agent"
    # Under another name, on what it says, or for oneself.
    assert refused(session, world.controller, ACCEPT_ROLE, me=world.alice, number=number)
    change = f"update role_request set agent_id = {world.stranger}"
    assert refused(session, world.controller, change)
    assert refused(session, world.controller, "delete from role_request")


def test_only_an_administrateur_asks_for_a_role_in_their_own_name_for_somebody_else(
    world: World, session: Session
) -> None:
    usual = {"agent": world.carol, "role": "correspondant"}
    for person in (world.alice, world.correspondent, world.controller):
        assert refused(session, person, ASK_ROLE, **usual, requester=person)
    assert refused(session, world.admin, ASK_ROLE, **usual, requester=world.correspondent)
    own = {"agent": world.admin, "role": "correspondant"}
    assert refused(session, world.admin, ASK_ROLE, **own, requester=world.admin)
    assert not refused(session, world.admin, ASK_ROLE, **usual, requester=world.admin)


def test_a_role_that_was_given_once_is_not_given_again(world: World, session: Session) -> None:
    number = ask_role(world.admin, world.carol)
    with working_as(world.controller) as (acting, who):
        roles.accept(acting, who, acting.get_one(RoleRequest, number))
    with system() as acting:
        acting.execute(text("delete from agent_role where agent_id = :a"), {"a": world.carol})
    given = {"agent": world.carol, "role": "correspondant"}
    assert refused(session, world.controller, GIVE_ROLE, **given)


@pytest.mark.parametrize(
    "change",
    ["email = 'autre@exemple.invalid'", "administration = 'urssaf'", "proconnect_sub = 'x'", "fs_uniquifier = 'x'"],
)  # fmt: skip
def test_whose_an_account_is_is_never_rewritten(
    world: World, session: Session, change: str
) -> None:
    """Whoever took over the address of a correspondant would hold what others gave them."""
    for person in (world.admin, world.correspondent):
        statement = f"update agent set {change} where id = {world.carol}"
        assert refused(session, person, statement), person


def test_networks_are_joined_through_those_who_manage(world: World, session: Session) -> None:
    join = "insert into membership values (:agent, :network)"
    with system() as writing:
        writing.add(Network(code="tous", label="Tous", position=98))
    shared = network_id("tous")
    for person, agent in (
        (world.alice, world.alice),
        (world.correspondent, world.correspondent),
        (world.correspondent, world.bob),
        (world.admin, world.admin),
    ):
        assert refused(session, person, join, agent=agent, network=shared)
    assert not refused(session, world.correspondent, join, agent=world.carol, network=shared)
    # Another administration's network is not theirs to open, nor an administrateur's.
    for person in (world.correspondent, world.admin):
        assert refused(session, person, join, agent=world.carol, network=network_id("dge"))
    make = "insert into network (code, label, position) values ('x', 'X', 99)"
    assert refused(session, world.correspondent, make)
    assert refused(session, world.correspondent, "update network set label = 'X'")
    assert not refused(session, world.admin, make)


def test_a_review_is_opened_by_an_administrateur_and_decided_once(
    world: World, session: Session
) -> None:
    make = "insert into review_campaign (opened_by, opened_on, due_on) values (:by, cast(:today as date), cast(:today as date) + 9)"
    assert refused(session, world.correspondent, make, by=world.correspondent)
    assert not refused(session, world.admin, make, by=world.admin)
    open_review(world.admin)
    decide = "update review_item set decision = 'maintenir', decided_at = now(), decided_by = :by where id = :id"
    item = item_of(world.carol)
    assert refused(session, world.carol, decide, by=world.carol, id=item)
    assert refused(session, world.correspondent, decide, by=world.admin, id=item)
    assert refused(
        session, world.correspondent_urssaf, decide, by=world.correspondent_urssaf, id=item
    )
    assert not refused(session, world.correspondent, decide, by=world.correspondent, id=item)
    assert refused(session, world.correspondent, "update review_campaign set due_on = due_on + 90")


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("habilitation_request", "agent_id = requested_by"),
        (
            "habilitation_request",
            "state = 'validee', decided_at = now(), decided_by = requested_by",
        ),
        ("habilitation_request", "state = 'validee', decided_at = now(), decided_by = agent_id"),
        ("habilitation_request", "state = 'validee'"),
        ("habilitation", "validated_by = requested_by"),
        ("habilitation", "validated_by = agent_id"),
        ("habilitation", "ends_on = starts_on + 200"),
    ],
)
def test_even_the_system_keeps_two_people(world: World, table: str, values: str) -> None:
    ask(world.correspondent, world.carol)
    with pytest.raises(IntegrityError), system() as session:
        session.execute(text(f"update {table} set {values}"))
