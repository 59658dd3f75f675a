"""Whoever writes knows who will read: how many, of which administrations, and who of the accompagnement will not."""

import pytest
from sqlalchemy import delete, func, select

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.now import utcnow
from app.habilitations.models import Membership
from app.network.comments.readers import audiences_of
from app.network.models import Comment
from tests.factories.cases import add_member, open_case
from tests.factories.network import network_id, system, working_as, write_comment
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.readers import sign_in_as


def offered(page: Tag) -> list[str]:
    return [
        " ".join(label.get_text().split())
        for label in page.select('input[name="network_id"] + label')
    ]


def chosen(page: Tag) -> list[str]:
    return [str(radio["value"]) for radio in page.select('input[name="network_id"][checked]')]


@pytest.fixture(params=["commentaires", "visite"])
def path(request: pytest.FixtureRequest, world: World) -> str:
    """Where a text about the firm is written."""
    if request.param == "visite":
        return f"/etablissements/{world.siret_21}/visite"
    return f"/entreprises/{world.siren_21}/commentaires"


def test_each_circle_tells_its_readers_and_none_is_chosen_beforehand(
    client: InspectingClient, world: World, path: str
) -> None:
    sign_in_as(client, world.bob)
    page = client.page(path)
    assert offered(page) == [
        "Urssaf, lisible par 1 agent : Urssaf 1",
        "CODEFI 21, lisible par 4 agents : Direccte (Dreets) 3, Urssaf 1",
    ]
    assert chosen(page) == []
    assert {str(choice["type"]) for choice in page.select('input[name="network_id"]')} == {"radio"}


def test_who_accompanies_the_firm_and_would_not_read_is_named(
    client: InspectingClient, world: World, path: str
) -> None:
    add_member(world.alice, open_case(world.alice, world.siret_21), world.bob)
    sign_in_as(client, world.alice)
    own, codefi = offered(client.page(path))
    assert own.endswith(". Non lisible par Bob Fictif, qui accompagne l’entreprise")
    assert "Non lisible" not in codefi


def test_the_only_circle_there_is_is_chosen(
    client: InspectingClient, world: World, path: str
) -> None:
    codefi = network_id("codefi")
    with system() as session:
        mine = (Membership.agent_id == world.bob, Membership.network_id == codefi)
        session.execute(delete(Membership).where(*mine))
    sign_in_as(client, world.bob)
    assert chosen(client.page(path)) == [str(network_id("urssaf"))]


def test_as_many_read_as_was_told(world: World) -> None:
    """Those of the zone and those who accompany from elsewhere; neither somebody suspended nor somebody without rights."""
    add_member(world.alice, open_case(world.alice, world.siret_21), world.stranger)
    with system() as session:
        session.get_one(Agent, world.carol).suspended_at = utcnow()
    numbers = {
        code: write_comment(world.alice, world.siren_21, to=code) for code in ("crp", "codefi")
    }
    everybody = [
        getattr(world, name)
        for name in ("alice", "bob", "carol", "stranger", "manager", "admin", "scientist")
    ]
    with working_as(world.alice) as (session, who):
        company = session.get_one(Company, world.siren_21)
        audiences = audiences_of(session, who, company.siren, company.departments)
        told = {audience.network.code: sum(audience.counts.values()) for audience in audiences}
    assert told.keys() == numbers.keys()
    for code, number in numbers.items():
        readers = [person for person in everybody if reads(person, number)]
        assert told[code] == len(readers), code
        assert world.stranger in readers
        assert world.carol not in readers


def reads(person: int, number: int) -> bool:
    with working_as(person) as (session, _):
        return bool(session.scalar(select(func.count()).where(Comment.id == number)))
