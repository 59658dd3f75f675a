"""However a référent leaves, the head of the house sees what they leave alone, and gives it to somebody in one gesture."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import DORMANT_AFTER, Agent, agent_role
from app.cases.models import CaseMember, MemberRole
from app.core.journal import Event
from app.core.now import today, utcnow
from app.deadlines.models import Deadline
from app.habilitations.models import Habilitation
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.deadlines import plan
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

QUEUE = "/accompagnements/sans-referent"
FIRM = "Forges fictives de Dijon"


def closed(session: Session, who: int) -> None:
    session.execute(update(Agent).where(Agent.id == who).values(active=False))


def suspended(session: Session, who: int) -> None:
    session.execute(update(Agent).where(Agent.id == who).values(suspended_at=utcnow()))


def dormant(session: Session, who: int) -> None:
    long_ago = utcnow() - DORMANT_AFTER
    seen = {"created_at": long_ago, "last_signed_in_at": long_ago}
    session.execute(update(Agent).where(Agent.id == who).values(**seen))


def withdrawn(session: Session, who: int) -> None:
    session.execute(
        update(Habilitation).where(Habilitation.agent_id == who).values(withdrawn_at=func.now())
    )


def ended(session: Session, who: int) -> None:
    days = {"starts_on": today() - timedelta(days=90), "ends_on": today()}
    session.execute(update(Habilitation).where(Habilitation.agent_id == who).values(**days))


def without_role(session: Session, who: int) -> None:
    session.execute(delete(agent_role).where(agent_role.c.agent_id == who))


Way = Callable[[Session, int], None]
WAYS: tuple[Way, ...] = (closed, suspended, dormant, withdrawn, ended, without_role)


def leave(who: int, way: Way = closed) -> None:
    with system() as session:
        way(session, who)


def queue(client: InspectingClient) -> list[str]:
    return [link.get_text() for link in client.page(QUEUE).select("tbody th a")]


def referents(case_id: int) -> list[int]:
    with system() as session:
        active = (CaseMember.case_id == case_id, CaseMember.left_at.is_(None))
        theirs = select(CaseMember.agent_id).where(*active)
        return list(session.scalars(theirs.where(CaseMember.role == MemberRole.REFERENT)))


@pytest.mark.parametrize("way", WAYS)
def test_however_the_last_referent_leaves_the_head_of_the_house_is_told(
    world: World, client: InspectingClient, way: Way
) -> None:
    open_case(world.alice, world.siret_21)
    open_case(world.stranger, world.siret_75)
    sign_in_as(client, world.manager)
    assert queue(client) == []
    assert "sans référent" not in client.page("/").get_text()
    leave(world.alice, way)
    leave(world.stranger, way)
    assert queue(client) == [FIRM], "that of Paris is not in their zone"
    assert "1 accompagnement dont aucun référent" in client.page("/").get_text()
    listed = client.page("/accompagnements?reseau=sans-referent")
    assert [link.get_text() for link in listed.select("tbody th a")] == [FIRM]


def test_another_referent_at_work_is_enough_and_a_participant_is_not(
    world: World, client: InspectingClient
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    add_member(world.alice, case_id, world.bob, MemberRole.REFERENT)
    leave(world.alice)
    sign_in_as(client, world.manager)
    assert queue(client) == []
    leave(world.bob)
    assert queue(client) == [FIRM]
    with system() as session:
        session.execute(update(Agent).where(Agent.id == world.bob).values(active=True))
    assert queue(client) == [], "whoever is back follows it"


def test_what_is_over_waits_for_nobody(world: World, client: InspectingClient) -> None:
    close_case(world.alice, open_case(world.alice, world.siret_21))
    leave(world.alice)
    sign_in_as(client, world.manager)
    assert queue(client) == []


@pytest.mark.parametrize("button", ["cases", "only"])
def test_one_gesture_gives_it_with_what_was_to_be_done(
    world: World, client: InspectingClient, button: str
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    due = plan(world.alice, world.siren_21, to="crp", case_id=case_id)
    of_bob = plan(world.bob, world.siren_21, to="urssaf", case_id=case_id)
    leave(world.alice)
    leave(world.bob)
    sign_in_as(client, world.manager)
    sent = {"choice": str(world.carol), button: str(case_id)}
    assert client.submit(QUEUE, sent).status_code == 303
    assert "1 accompagnement confié à Carol Fictif." in client.page(QUEUE).get_text()
    assert referents(case_id) == [world.carol]
    assert queue(client) == []
    with system() as session:
        assert session.get_one(Deadline, due).assignee_id == world.carol
        assert session.get_one(Deadline, of_bob).assignee_id == world.bob, "he took no part in it"
    (line,) = journaled(Event.CASE_HANDED_OVER)
    assert (line.details["agent_id"], line.details["leaving"]) == (world.carol, [world.alice])
    sign_in_as(client, world.carol)
    history = client.page(f"/accompagnements/{case_id}").get_text()
    assert "Carol Fictif" in history


def test_what_somebody_else_did_meanwhile_stays(world: World, client: InspectingClient) -> None:
    given = open_case(world.alice, world.siret_21)
    leave(world.alice)
    sign_in_as(client, world.manager)
    page = client.page(QUEUE)
    client.submit(QUEUE, {"choice": str(world.carol), "cases": str(given)})
    again = client.submit(QUEUE, {"choice": str(world.manager), "cases": str(given)})
    assert again.status_code == 303
    assert "suivi de nouveau par un référent" in client.page(QUEUE).get_text()
    assert referents(given) == [world.carol]
    assert len(journaled(Event.CASE_HANDED_OVER)) == 1
    assert page.select("input[name=cases]")


def test_what_is_refused_says_why_and_keeps_what_was_ticked(
    world: World, client: InspectingClient
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    leave(world.alice)
    sign_in_as(client, world.manager)
    none = client.submit(QUEUE, {"choice": str(world.carol)})
    assert none.status_code == 422
    assert "Cochez au moins un accompagnement" in none.text
    foreign = client.submit(QUEUE, {"choice": str(world.bob), "cases": str(case_id)})
    assert foreign.status_code == 422
    assert "Choisissez un agent de votre réseau" in foreign.text
    assert f'value="{case_id}" aria-label="Choisir {FIRM}" checked' in foreign.text
    far = client.submit(QUEUE, {"choice": str(world.stranger), "cases": str(case_id)})
    assert far.status_code == 303
    assert "hors de la zone d’Etranger Fictif" in client.page(QUEUE).get_text()
    assert referents(case_id) == [world.alice]


def test_it_is_the_head_of_the_house_alone(world: World, client: InspectingClient) -> None:
    case_id = open_case(world.alice, world.siret_21)
    leave(world.bob)
    for person, status in (("carol", 403), ("stranger", 403), ("admin", 403)):
        sign_in_as(client, getattr(world, person))
        assert client.get(QUEUE).status_code == status, person
        sent = {"choice": str(world.carol), "cases": str(case_id)}
        assert client.submit(QUEUE, sent, page="/compte").status_code == status, person
        assert "sans-referent" not in client.get("/accompagnements").text
    sign_out(client)
    assert client.get(QUEUE).status_code == 401
