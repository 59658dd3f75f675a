"""The pages where regions open: anybody who reads the directory sees what is missing, the team alone turns the switch."""

from app.core.journal import Event
from tests.factories.openings import REGION, plant_ready, try_mail
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

LIST = "/orientations/regions"
PAGE = f"{LIST}/{REGION}"


def test_the_team_opens_a_region_that_is_ready(client: InspectingClient, world: World) -> None:
    plant_ready(world)
    sign_in_as(client, world.team)
    assert "Centre-Val de Loire" in client.page(LIST).get_text()
    shown = client.page(PAGE)
    assert "Jamais parti" in shown.get_text()
    assert shown.select_one(f'a[href="{PAGE}/ouverture"]') is None
    early = client.submit(f"{PAGE}/ouverture", {"reason": "Tôt"}, page=f"{PAGE}/ouverture")
    assert early.status_code == 422
    assert "courriel essayé" in early.text
    assert "Tôt" in early.text
    try_mail(world, is_sent=True)
    assert client.page(PAGE).select_one(f'a[href="{PAGE}/ouverture"]') is not None
    said = {"reason": "Tout est prêt"}
    assert client.submit(f"{PAGE}/ouverture", said, page=f"{PAGE}/ouverture").status_code == 303
    assert "Tout est prêt" in client.page(PAGE).get_text()
    assert "6 points" not in client.page(LIST).get_text()
    again = client.submit(f"{PAGE}/ouverture", said, page=f"{PAGE}/ouverture")
    assert "déjà ouverte" in again.text
    assert len(journaled(Event.REGION_DECIDED)) == 1


def test_others_read_and_do_not_decide(client: InspectingClient, world: World) -> None:
    readers = {world.alice: 200, world.manager: 200, world.admin: 200, world.adviser: 403}
    for agent_id, status in readers.items():
        sign_in_as(client, agent_id)
        assert client.get(PAGE).status_code == status
        assert client.get(f"{PAGE}/ouverture").status_code == 403
    sign_in_as(client, world.team)
    for unknown in ("R99", "21", "FR", "r27", "R27x"):
        assert client.get(f"{LIST}/{unknown}").status_code == 404
