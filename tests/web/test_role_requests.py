"""Roles that decide on others’ rights: asked by an administrateur, given by somebody who answers for the agent."""

import re
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from app.habilitations import reach
from app.habilitations.models import DECIDING, RequestState
from app.habilitations.roles.models import RoleRequest
from app.messages.models import Announcement, Email
from tests.factories.habilitations import (
    ask_entry,
    ask_role,
    events,
    get_agent,
    second_correspondent,
)
from tests.factories.network import system
from tests.factories.people import Grants, World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

ACCEPT = {"decision": "valider"}


def roles_of(agent_id: int) -> list[Role]:
    with system() as session:
        return reach.list_roles(session, session.get_one(Agent, agent_id))


def requests() -> Sequence[RoleRequest]:
    with system() as session:
        found = session.scalars(select(RoleRequest).order_by(RoleRequest.id)).all()
        session.expunge_all()
        return found


def told(agent_id: int) -> list[str]:
    """What the bell of somebody says and was not read."""
    with system() as session:
        mine = (Announcement.agent_id == agent_id, Announcement.read_at.is_(None))
        return list(session.scalars(select(Announcement.subject).where(*mine)))


def person(world: World, name: str, administration: Administration, *roles: Role) -> int:
    with system() as session:
        grants = Grants(session, session.get_one(Agent, world.admin))
        return grants.agent(name, administration, list(roles))


def page_of(number: int) -> str:
    return f"/habilitations/roles/{number}"


def ask_on_the_page(client: InspectingClient, agent: int, *roles: str, reason: str = "") -> object:
    return client.submit(
        f"/habilitations/agents/{agent}/roles", {"roles": [*roles], "reason": reason}
    )


def test_an_administrateur_alone_opens_no_network_by_a_false_correspondant(
    client: InspectingClient, world: World
) -> None:
    """The attack: an account of one’s own, made correspondant of the Urssaf, that lets an accomplice into its network."""
    false = person(world, "faux", Administration.URSSAF, Role.AGENT)
    entry = ask_entry(world.correspondent, world.carol, "urssaf")
    sign_in_as(client, world.admin)
    path = f"/habilitations/agents/{false}/roles"
    sent = {"roles": ["agent", "correspondant"], "reason": "Nouveau correspondant"}
    assert client.submit(path, sent).status_code == 303
    assert "en attente d’une décision" in client.page(f"/habilitations/agents/{false}").get_text()
    (request,) = requests()
    # Neither whoever asks, nor whom it concerns, nor an administrateur of their own making decides.
    other = {"roles": ["agent", "administrateur"], "reason": "Un deuxième administrateur"}
    assert client.submit(path, other).status_code == 303
    for somebody in (world.admin, false):
        sign_in_as(client, somebody)
        for number in (request.id, request.id + 1):
            answer = client.submit(page_of(number), ACCEPT, page="/compte/notifications")
            assert answer.status_code == 403
    assert roles_of(false) == [Role.AGENT]
    sign_in_as(client, false)
    assert client.get(f"/habilitations/entrees/{entry}").status_code == 403


@pytest.mark.parametrize("decider", ["correspondent", "controller"])
def test_somebody_of_the_administration_or_a_controleur_gives_it(
    client: InspectingClient, world: World, decider: str
) -> None:
    sign_in_as(client, world.admin)
    assert ask_on_the_page(client, world.carol, "agent", "correspondant", reason="Prend la suite")
    (request,) = requests()
    someone = getattr(world, decider)
    assert told(someone) == ["Un rôle attend votre décision"]
    sign_in_as(client, someone)
    assert "1 rôle à décider" in client.page("/").get_text()
    assert "Carol Fictif" in client.page("/habilitations/roles").get_text()
    page = client.page(page_of(request.id)).get_text()
    assert "Prend la suite" in page
    assert "carol@exemple.invalid" in page
    assert client.submit(page_of(request.id), ACCEPT).status_code == 303
    assert roles_of(world.carol) == [Role.AGENT, Role.CORRESPONDANT]
    assert "Validée" in client.page("/habilitations/roles").get_text()
    assert told(someone) == []
    assert told(world.admin) == ["Correspondant, Carol Fictif : donné"]
    assert told(world.carol) == ["Un rôle vous est donné : Correspondant"]
    assert {"habilitations:role:asked", "habilitations:role:changed"} <= set(events())
    sign_in_as(client, world.carol)
    assert client.get("/habilitations").status_code == 200


def test_those_who_may_decide_are_told_by_email_and_nobody_else(world: World) -> None:
    ask_role(world.admin, world.carol)
    ask_role(world.admin, world.stranger, Role.CONTROLEUR)
    with system() as session:
        sent = session.execute(select(Email.agent_id, Email.body_text)).all()
    assert sorted(agent for agent, _ in sent) == sorted(
        [world.correspondent, world.controller, world.controller]
    )
    assert all("demande que" in body for _, body in sent)


def test_a_refusal_says_why_and_gives_nothing(client: InspectingClient, world: World) -> None:
    number = ask_role(world.admin, world.carol)
    sign_in_as(client, world.controller)
    assert client.submit(page_of(number), {"decision": "refuser"}).status_code == 422
    refusal = {"decision": "refuser", "reason": "Je ne connais pas cette personne"}
    assert client.submit(page_of(number), refusal).status_code == 303
    assert "Quelqu’un a déjà décidé" in client.submit(page_of(number), refusal).text
    assert roles_of(world.carol) == [Role.AGENT]
    assert requests()[0].state is RequestState.REFUSED
    assert "habilitations:role:refused" in events()
    assert told(world.admin) == ["Correspondant, Carol Fictif : refusé"]
    assert told(world.carol) == []


@pytest.mark.parametrize("role", [role.value for role in DECIDING])
def test_who_reads_and_decides_on_each_role(
    client: InspectingClient, world: World, role: str
) -> None:
    number = ask_role(world.admin, world.carol, Role(role))
    of_theirs = 200 if role == "correspondant" else 404
    expected = {
        "carol": 403, "alice": 403, "manager": 403, "scientist": 403, "admin": 403,
        "correspondent": of_theirs, "correspondent_urssaf": 404, "controller": 200,
    }  # fmt: skip
    seen = {}
    for name in expected:
        sign_in_as(client, getattr(world, name))
        seen[name] = client.get(page_of(number)).status_code
        if seen[name] != 200:
            sent = client.submit(page_of(number), ACCEPT, page="/compte/notifications")
            assert sent.status_code == seen[name]
    assert seen == expected
    assert roles_of(world.carol) == [Role.AGENT]


def test_the_reason_is_asked_and_what_was_ticked_stays(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    path = f"/habilitations/agents/{world.carol}/roles"
    answer = client.submit(path, {"roles": ["agent", "controleur"]})
    assert answer.status_code == 422
    assert "dites à qui le donnera pourquoi" in answer.text
    ticked = [tag for tag in re.findall(r"<input[^>]*>", answer.text) if "checked" in tag]
    assert any('value="controleur"' in tag for tag in ticked)
    alone = client.submit(path, {"roles": ["controleur"], "reason": "Contrôle"})
    assert "Laissez-lui un rôle" in alone.text
    sent = {"roles": ["agent", "controleur"], "reason": "Contrôle"}
    assert client.submit(path, sent).status_code == 303
    assert "attend déjà une décision" in client.submit(path, sent).text
    assert len(requests()) == 1


def test_where_nobody_can_decide_the_page_says_who_names_the_first(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        for somebody in (world.controller, world.correspondent_urssaf):
            session.get_one(Agent, somebody).active = False
    sign_in_as(client, world.admin)
    sent = {"roles": ["agent", "correspondant"], "reason": "Premier correspondant"}
    answer = client.submit(f"/habilitations/agents/{world.bob}/roles", sent)
    assert answer.status_code == 422
    assert "habilitations appoint" in answer.text
    assert requests() == []
    assert told(world.correspondent) == []


def test_the_command_names_the_first_ones(app: Flask, world: World) -> None:
    run = app.test_cli_runner().invoke
    email = get_agent(world.bob).email
    named = run(args=["habilitations", "appoint", email, "--role", "correspondant"])
    assert "rôle donné" in named.output
    assert roles_of(world.bob) == [Role.AGENT, Role.CORRESPONDANT]
    assert "habilitations:role:changed" in events()
    assert "a déjà" in run(args=["habilitations", "appoint", email, "--role", "agent"]).output
    nobody = run(args=["habilitations", "appoint", "personne@exemple.invalid", "--role", "agent"])
    assert nobody.exit_code == 1
    assert "Aucun compte actif" in nobody.output


def test_two_people_do_not_give_each_other_their_roles(
    client: InspectingClient, world: World
) -> None:
    both = [
        person(world, name, Administration.VIGIE, Role.ADMINISTRATEUR, Role.CONTROLEUR)
        for name in ("premier", "second")
    ]
    first, second = both
    number = ask_role(first, world.carol)
    sign_in_as(client, second)
    assert client.submit(page_of(number), ACCEPT).status_code == 303
    back = ask_role(second, world.stranger)
    sign_in_as(client, first)
    answer = client.submit(page_of(back), ACCEPT)
    assert answer.status_code == 422
    assert "une troisième décide" in answer.text
    # Another person of that administration does.
    sign_in_as(client, second_correspondent(world))
    assert client.submit(page_of(back), ACCEPT).status_code == 303


def test_taking_a_role_away_waits_for_nobody(client: InspectingClient, world: World) -> None:
    deputy = person(world, "adjointe", Administration.DIRECCTE, Role.AGENT, Role.CORRESPONDANT)
    sign_in_as(client, world.admin)
    assert ask_on_the_page(client, deputy, "agent")
    assert roles_of(deputy) == [Role.AGENT]
    assert requests() == []
