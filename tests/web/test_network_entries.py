"""Entering a network of another administration: asked on one side, decided on the other; nobody does both."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from app.core.errors import DomainError
from app.habilitations import reach
from app.habilitations.entries import services
from app.habilitations.models import Membership, Network, NetworkRequest, RequestState
from app.habilitations.rights import services as rights
from tests.factories.habilitations import ask, ask_entry, events, second_correspondent, validate
from tests.factories.network import network_id, system, working_as, write_comment
from tests.factories.people import Grants, World
from tests.support.client import InspectingClient
from tests.support.firm import sheet
from tests.support.readers import sign_in_as


def is_member(agent_id: int, code: str) -> bool:
    key = (agent_id, network_id(code))
    with system() as session:
        return session.get(Membership, key) is not None


def state_of(number: int) -> RequestState:
    with system() as session:
        return session.get_one(NetworkRequest, number).state


def page_of(number: int) -> str:
    return f"/habilitations/entrees/{number}"


def test_the_other_administration_decides_and_only_then_are_its_texts_read(
    client: InspectingClient, world: World
) -> None:
    write_comment(world.bob, world.siren_21, to="urssaf", body="Texte de l’Urssaf")
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/reseaux/{network_id('urssaf')}"
    answer = client.submit(path, {"agent_id": str(world.carol), "reason": ""})
    assert answer.status_code == 422
    assert "dites-lui pourquoi" in answer.text
    sent = {"agent_id": str(world.carol), "reason": "Cellule commune de crise"}
    assert client.submit(path, sent).status_code == 303
    assert "attend déjà une décision" in client.submit(path, sent).text
    with system() as session:
        number = session.scalars(select(NetworkRequest.id)).one()
    assert not is_member(world.carol, "urssaf")

    sign_in_as(client, world.correspondent_urssaf)
    assert "Carol Fictif" in client.page("/habilitations/demandes").get_text()
    assert "Cellule commune de crise" in client.page(page_of(number)).get_text()
    assert client.submit(page_of(number), {"decision": "valider"}).status_code == 303

    assert is_member(world.carol, "urssaf")
    sign_in_as(client, world.carol)
    assert "Texte de l’Urssaf" in sheet(client, f"/entreprises/{world.siren_21}")
    assert {"habilitations:entry:asked", "habilitations:network:joined"} <= set(events())
    # What was let in is let out by the same.
    sign_in_as(client, world.correspondent_urssaf)
    assert client.submit(f"{path}/membres/{world.carol}/depart", {}).status_code == 303
    assert not is_member(world.carol, "urssaf")


def test_a_refusal_says_why_and_opens_nothing(client: InspectingClient, world: World) -> None:
    number = ask_entry(world.correspondent, world.carol, "urssaf")
    sign_in_as(client, world.correspondent_urssaf)
    assert client.submit(page_of(number), {"decision": "refuser"}).status_code == 422
    refusal = {"decision": "refuser", "reason": "Elle n’en a pas besoin"}
    assert client.submit(page_of(number), refusal).status_code == 303
    assert state_of(number) is RequestState.REFUSED
    assert "Quelqu’un a déjà décidé" in client.submit(page_of(number), refusal).text
    assert not is_member(world.carol, "urssaf")


@pytest.mark.parametrize(
    "person", ["correspondent", "admin", "carol", "bob", "manager", "controller"]
)
def test_nobody_but_a_correspondant_of_the_network_decides(
    client: InspectingClient, world: World, person: str
) -> None:
    number = ask_entry(world.correspondent, world.carol, "urssaf")
    sign_in_as(client, getattr(world, person))
    assert client.get(page_of(number)).status_code in {403, 404}
    forged = client.submit(page_of(number), {"decision": "valider"}, page="/compte/notifications")
    assert forged.status_code in {403, 404}
    statement = (
        "update network_request set state = 'validee', decided_at = now(), decided_by = "
        + str(getattr(world, person))
    )
    with working_as(getattr(world, person)) as (session, _):
        assert session.execute(text(statement)).rowcount == 0  # type: ignore[attr-defined]
    assert state_of(number) is RequestState.PENDING


@pytest.mark.parametrize("person", ["correspondent", "admin"])
def test_nobody_joins_another_administrations_network_by_themselves(
    world: World, person: str
) -> None:
    with working_as(getattr(world, person)) as (session, who):
        carol = reach.get_agent(session, who, world.carol)
        with pytest.raises(DomainError, match="décidée par son administration"):
            rights.join(session, who, carol, ["banque_de_france"])
        with pytest.raises(ProgrammingError, match="row-level security"):
            rights.join(session, who, carol, ["banque_de_france"], consented=True)


def test_whose_a_network_is_never_changes(world: World) -> None:
    with (
        working_as(world.admin) as (session, _),
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(text("update network set administration = null"))


def test_a_validated_right_opens_no_other_administrations_network(world: World) -> None:
    asked = ask(world.correspondent, world.carol, networks=("codefi", "urssaf"))
    validate(world.admin, asked)
    assert not is_member(world.carol, "urssaf")
    with system() as session:
        waiting = session.scalars(select(NetworkRequest)).one()
        assert (waiting.agent_id, waiting.requested_by) == (world.carol, world.admin)


def test_a_correspondant_of_the_network_who_asked_does_not_decide(world: World) -> None:
    """Somebody who answers for two administrations, one as administrateur, is still one person."""
    with system() as session:
        grants = Grants(session, session.get_one(Agent, world.admin))
        both = grants.agent(
            "double", Administration.URSSAF, [Role.ADMINISTRATEUR, Role.CORRESPONDANT]
        )
    number = ask_entry(both, world.carol, "urssaf")
    with working_as(both) as (session, who):
        entry = session.get_one(NetworkRequest, number)
        with pytest.raises(DomainError, match="une autre personne"):
            services.accept(session, who, entry)


# Two people who validate each other.


def test_two_correspondants_do_not_validate_each_other(
    client: InspectingClient, world: World
) -> None:
    deputy = second_correspondent(world)
    validate(deputy, ask(world.correspondent, world.carol))
    back = ask(deputy, world.stranger)
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/demandes/{back}/decision"
    answer = client.submit(path, {"decision": "valider"})
    assert answer.status_code == 422
    assert "une troisième décide" in answer.text
    # Refusing gives nothing: they may. And a third person validates.
    validate(world.admin, back)
    # One who only ever validates goes on.
    validate(deputy, ask(world.correspondent, world.alice, zone="75"))


def test_the_database_refuses_it_too(world: World) -> None:
    deputy = second_correspondent(world)
    validate(deputy, ask(world.correspondent, world.carol))
    back = ask(deputy, world.stranger)
    give = """
        insert into habilitation (agent_id, zone_code, natures, function, starts_on, ends_on, requested_by, validated_by, request_id)
        select agent_id, zone_code, natures, function, current_date, wanted_end, requested_by, :me, id
        from habilitation_request where id = :request
    """
    with (
        working_as(world.correspondent) as (session, _),
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        session.execute(text(give), {"me": world.correspondent, "request": back})


def test_a_network_of_everybody_is_created_or_one_of_an_administration(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    for label, whose in (("Cellule", ""), ("Urssaf Siège", "urssaf")):
        sent = {"label": label, "administration": whose}
        assert client.submit("/habilitations/reseaux/nouveau", sent).status_code == 303
    with system() as session:
        made = session.scalars(select(Network).order_by(Network.id.desc()).limit(2)).all()
        assert [network.administration for network in made] == [Administration.URSSAF, None]
