"""A firm given to somebody is said on its pages and on their home page, until they contact it, accompany it or give it back."""

import pytest
from sqlalchemy import select

from app.cases.assignments import services
from app.cases.assignments.models import FirmAssignment
from app.companies.models import Company
from app.core.journal import Event
from app.portal.home.todo import ASKED_SHOWN
from tests.factories.cases import open_case
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_search import add_firm

FIRM = "Forges fictives de Dijon"


@pytest.fixture
def given(world: World) -> int:
    """The firm of Côte-d’Or, given by alice to carol."""
    return give(world, world.siren_21)


def give(world: World, siren: str) -> int:
    with working_as(world.alice) as (session, who):
        colleague = services.find_colleague(session, who, world.carol)
        taken = services.give(session, who, colleague, [session.get_one(Company, siren)])
    number: int = taken[siren]["assignment"]
    return number


def todo(client: InspectingClient) -> list[str]:
    """What waits for whoever reads, as their home page says it."""
    return [" ".join(line.get_text(" ").split()) for line in client.page("/").select("#a-faire li")]


def band(client: InspectingClient, world: World, room: str = "") -> str:
    """Who is on the firm, as its band says it."""
    found = client.page(f"/entreprises/{world.siren_21}{room}").select_one(".vigie-band__next")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def in_force() -> list[int]:
    with system() as session:
        current = select(FirmAssignment.id).where(FirmAssignment.ended_at.is_(None))
        return list(session.scalars(current))


def test_it_is_said_on_the_firm_and_on_the_home_page_of_its_holder_alone(
    world: World, client: InspectingClient, given: int
) -> None:
    for reader, said, waits, offered in (
        (world.carol, "Confiée à vous depuis le", True, "La rendre"),
        (world.alice, "Confiée à Carol Fictif (", False, "Ne plus la confier"),
        (world.bob, "Confiée à Carol Fictif (", False, None),
    ):
        sign_in_as(client, reader)
        for room in ("", "/echanges", "/donnees", "/identite"):
            assert said in band(client, world, room)
        assert (f"{FIRM}, confiée par Alice Fictif le" in "\n".join(todo(client))) is waits
        for button in ("La rendre", "Ne plus la confier"):
            assert (button in band(client, world)) is (button == offered)
    sign_in_as(client, world.stranger)
    assert "onfiée" not in band(client, world)


def test_it_leaves_once_its_holder_contacted_the_firm(
    world: World, client: InspectingClient, given: int
) -> None:
    log_visit(world.bob, world.siret_21, to="codefi")
    assert in_force() == [given], "what others do is not what was asked of her"
    log_visit(world.carol, world.siret_21, to="crp")
    sign_in_as(client, world.carol)
    assert FIRM not in "\n".join(todo(client))
    assert "onfiée" not in band(client, world)
    changes = [line.details["change"] for line in journaled(Event.FIRM_ASSIGNED)]
    assert changes == ["confiées", "traitées"]


def test_it_leaves_once_its_holder_opened_an_accompagnement(
    world: World, client: InspectingClient, given: int
) -> None:
    open_case(world.carol, world.siret_21)
    assert in_force() == []
    sign_in_as(client, world.bob)
    assert "onfiée" not in band(client, world)
    assert "Sur le dossier : Carol Fictif" in band(client, world)


def test_an_accompagnement_of_somebody_else_leaves_it_to_its_holder(
    world: World, client: InspectingClient, given: int
) -> None:
    open_case(world.bob, world.siret_21)
    assert in_force() == [given]
    sign_in_as(client, world.carol)
    assert "Sur le dossier : Bob Fictif" in band(client, world)
    assert "Confiée à vous" in band(client, world)


@pytest.mark.parametrize(("person", "change"), [("carol", "rendues"), ("alice", "reprises")])
def test_it_is_given_back_or_taken_back_once_and_given_anew(
    world: World, client: InspectingClient, given: int, person: str, change: str
) -> None:
    sign_in_as(client, getattr(world, person))
    path = f"/entreprises-confiees/{given}/fin"
    assert client.submit(path, {}, page=f"/entreprises/{world.siren_21}").status_code == 303
    assert in_force() == []
    assert journaled(Event.FIRM_ASSIGNED)[-1].details["change"] == change
    count = len(journaled(Event.FIRM_ASSIGNED))
    client.submit(path, {}, page="/compte")
    assert "Cette entreprise n’est plus confiée." in client.page("/compte").get_text()
    assert len(journaled(Event.FIRM_ASSIGNED)) == count
    assert in_force() == []
    assert in_force() != [give(world, world.siren_21)]


def test_nobody_else_ends_it(world: World, client: InspectingClient, given: int) -> None:
    path = f"/entreprises-confiees/{given}/fin"
    for person, status in (("bob", 403), ("stranger", 404), ("admin", 403)):
        sign_in_as(client, getattr(world, person))
        assert client.submit(path, {}, page="/compte").status_code == status, person
    sign_out(client)
    assert client.submit(path, {}, page="/connexion").status_code == 401
    assert in_force() == [given]


def test_the_home_page_names_the_first_ones_and_says_that_there_are_others(
    world: World, client: InspectingClient
) -> None:
    firms = [f"70000000{number}" for number in range(ASKED_SHOWN + 1)]
    for siren in firms:
        add_firm(siren, f"SCIERIE {siren}")
    for siren in firms:
        give(world, siren)
    sign_in_as(client, world.carol)
    lines = todo(client)
    assert len([line for line in lines if "confiée par" in line]) == ASKED_SHOWN
    assert "D’autres entreprises vous sont confiées" in lines
