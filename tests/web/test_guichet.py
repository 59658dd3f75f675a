"""The public door: a need is said in two pages without an account, nothing typed is lost, and robots are kept out."""

from tests.factories.guichet import (
    ask,
    fields_of,
    links_sent,
    solicitations,
)
from tests.factories.needs import plant_experts
from tests.factories.people import World
from tests.support.client import InspectingClient


def test_a_need_is_said_in_two_pages_and_leads_to_a_follow_up(
    client: InspectingClient, world: World
) -> None:
    plant_experts(world)
    answer = ask(client)
    assert answer.status_code == 303, answer.text
    assert "Un conseiller vous appellera" in client.get(str(answer.location)).text
    assert solicitations() == 1
    (secret,) = links_sent()
    page = client.get(f"/guichet/suivi/{secret}")
    assert "ont reçu votre demande" in page.text
    assert "Forges fictives de Dijon" in page.text


def test_where_the_region_is_not_open_the_door_says_so_and_keeps_nothing(
    client: InspectingClient, world: World
) -> None:
    plant_experts(world, areas=("FR",))
    closed = ask(client, first={"commune": "Bourges"})
    assert closed.status_code == 200
    assert "pas encore ouvert à Bourges" in closed.text
    assert "0 806 000 245" in closed.text
    assert solicitations() == 0
    # What was typed is in the page, and comes back from it.
    back = {**fields_of(closed.text), "act": "retour"}
    assert "100000009" in client.post("/guichet", data=back).text
    assert ask(client).status_code == 303
    assert solicitations() == 1
