"""Visits of several agents, of several establishments, and notes that begin from an outline."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.companies.models import Establishment
from app.core.journal import Event
from app.core.now import today
from app.network.notifications import jobs
from app.values.models import ValueList
from app.visits.models import Visit
from tests.factories.companies import establishment
from tests.factories.network import last_event, network_id, system
from tests.factories.people import World, newcomer
from tests.factories.values import value_id
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as
from tests.web.test_visits import a_form, path_of

JOINT = "Visite à plusieurs administrations"


@pytest.fixture
def sirets(world: World) -> tuple[str, str]:
    """Two more establishments of the firm of Côte-d’Or: one there, one in Paris."""
    near, far = f"{world.siren_21}00016", f"{world.siren_21}00024"
    with system() as session:
        establishment(session, near)
        establishment(session, far)
        in_paris = update(Establishment).where(Establishment.siret == far)
        session.execute(in_paris.values(department="75", commune="Paris"))
    return near, far


def test_who_took_part_is_told_reads_the_fact_and_does_not_correct_it(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    logged = client.submit(path_of(world.siret_21), a_form(companions=str(world.bob)))
    assert logged.status_code == 303
    jobs.notify(event_id=last_event())
    sign_in_as(client, world.bob)
    told = " ".join(client.page("/notifications").get_text().split())
    assert "Participation à une visite" in told
    assert "vous y êtes nommé" in told
    page = client.page(logged.location)
    assert JOINT in page.get_text()
    assert "Bob Fictif, Urssaf" in page.get_text()
    assert "Le dirigeant" not in page.get_text()
    assert client.get(f"{logged.location}/correction").status_code == 403
    assert "Plusieurs administrations" in client.page(f"/entreprises/{world.siren_21}/visites").text
    # What shows it marks it read.
    assert "0 non lue" in " ".join(client.page("/notifications").get_text().split())


def test_a_companion_is_added_then_taken_off_by_the_author(
    client: InspectingClient, world: World
) -> None:
    number = log_visit(world.alice, world.siret_21, to="crp")
    sign_in_as(client, world.alice)
    path = f"/visites/{number}/correction"
    assert client.submit(path, a_form(companions=str(world.carol))).status_code == 303
    page = client.page(path)
    assert page.select_one(f"[name=companions][value='{world.carol}'][checked]") is not None
    seen = client.page(f"/visites/{number}").get_text()
    assert "Carol Fictif, Direccte (Dreets)" in seen
    assert JOINT not in seen
    assert client.submit(path, a_form()).status_code == 303
    assert "Carol Fictif" not in client.page(f"/visites/{number}").get_text()
    said = [
        (line.details["companions"], line.details["companions_removed"])
        for line in journaled(Event.VISIT_SHARED)
    ]
    assert said == [([world.carol], []), ([], [world.carol])]


@pytest.mark.parametrize("name", ["stranger", "admin", "nobody"])
def test_whoever_may_not_read_the_visit_did_not_take_part(
    client: InspectingClient, world: World, name: str
) -> None:
    sign_in_as(client, world.alice)
    number = getattr(world, name, 987_654)
    offered = client.page(path_of(world.siret_21)).select("[name=companions]")
    assert {box["value"] for box in offered} == {
        str(each) for each in (world.bob, world.carol, world.manager)
    }
    answer = client.submit(path_of(world.siret_21), a_form(companions=str(number)))
    assert answer.status_code == 422
    assert "un participant doit pouvoir lire la visite" in answer.text
    assert "Compte rendu **confidentiel**" in answer.text
    with system() as session:
        assert session.scalars(select(Visit)).all() == []


def test_a_visit_of_two_establishments_is_told_at_each_of_them(
    client: InspectingClient, world: World, sirets: tuple[str, str]
) -> None:
    near, far = sirets
    sign_in_as(client, world.alice)
    offered = client.page(path_of(world.siret_21)).select("[name=places]")
    assert [box["value"] for box in offered] == [near]
    logged = client.submit(path_of(world.siret_21), a_form(places=near))
    assert logged.status_code == 303
    assert "100\u00a0000\u00a0009\u00a000016" in client.page(logged.location).get_text()
    # Bob was at the second place only: he is told of hers before he logs his.
    sign_in_as(client, world.bob)
    asked = client.submit(path_of(near), a_form(network_id=network_id("codefi")))
    assert asked.status_code == 422
    assert "Alice Fictif (Direccte (Dreets)) a déjà consigné un contact" in asked.text
    # So is whoever says besides that they were where she was.
    other = client.submit(
        path_of(near),
        a_form(places=world.siret_21, network_id=network_id("codefi")),
    )
    told = parsed(other.text).select_one("[name=same_day]")
    assert told is not None
    sent = a_form(places=world.siret_21, network_id=network_id("codefi"))
    assert client.submit(path_of(near), {**sent, "same_day": str(told["value"])}).status_code == 303
    for siret in (far, world.siret_75, "x"):
        yesterday = (today() - timedelta(days=1)).isoformat()
        refused = client.submit(
            path_of(world.siret_21),
            a_form(visited_on=yesterday, places=siret, network_id=network_id("codefi")),
        )
        assert refused.status_code == 422, siret


def test_a_visit_is_known_where_each_of_its_establishments_is(
    client: InspectingClient, world: World, sirets: tuple[str, str]
) -> None:
    with system() as session:
        everywhere = newcomer(session, "partout", natures={"21": [], "75": []})
    for places, status in (((), 404), ((sirets[1],), 200)):
        number = log_visit(everywhere, world.siret_21, to="codefi", places=places)
        for agent_id, expected in ((world.bob, 200), (world.stranger, status)):
            sign_in_as(client, agent_id)
            page = client.page(f"/visites/{number}", status=expected)
            read = "Ce qui a été dit" in page.get_text()
            assert read is (expected == 200)


def test_a_note_begins_from_an_outline_that_administrators_write(
    client: InspectingClient, world: World
) -> None:
    number = value_id("trame", "suivi")
    sign_in_as(client, world.admin)
    path = f"/administration/valeurs/{number}"
    shown = client.page(path).select_one("[name=shown]")
    assert shown is not None
    text = "**Dettes**\n\n**Emploi**"
    change = {"label": "Suivi trimestriel", "definition": text, "shown": str(shown["value"])}
    assert client.submit(path, change).status_code == 303
    assert client.submit(path, {"label": "Suivi", "definition": "x" * 601}).status_code == 422
    assert "Texte" in client.page(f"/administration/listes/{ValueList.OUTLINE.value}").get_text()
    sign_in_as(client, world.alice)
    page = client.page(path_of(world.siret_21))
    body = page.select_one("textarea[name=body]")
    assert body is not None
    assert body.get_text().strip() == ""
    link = page.find("a", string="Suivi trimestriel")
    assert link is not None
    begun = client.page(str(link["href"])).select_one("textarea[name=body]")
    assert begun is not None
    assert begun.get_text().strip() == text
    # It is not a value that describes an accompagnement, nor another list a text to begin from.
    other = client.page(f"{path_of(world.siret_21)}?trame={value_id('filiere', 'automobile')}")
    empty = other.select_one("textarea[name=body]")
    assert empty is not None
    assert empty.get_text().strip() == ""
