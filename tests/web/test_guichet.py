"""The public door: a need is said in two pages without an account, nothing typed is lost, and robots are kept out."""

from tests.factories.guichet import (
    ask,
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
