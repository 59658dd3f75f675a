"""Networks are created, named, ordered and deactivated; their members come and go."""

from app.habilitations.models import Network
from tests.factories.habilitations import (
    events,
)
from tests.factories.network import network_id, system, write_comment
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.firm import sheet
from tests.support.readers import sign_in_as


def test_networks_are_created_named_ordered_and_deactivated(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    made = client.submit("/habilitations/reseaux/nouveau", {"label": "Réseau d’essai"})
    assert made.status_code == 303
    path = f"{made.location}/modification"
    assert client.submit(path, {"label": "Essai", "is_active": "y"}).status_code == 303
    number = int(made.location.rsplit("/", 1)[1])
    move = f"/habilitations/reseaux/{number}/ordre"
    client.submit(move, {"sens": "haut"}, page="/habilitations/reseaux")
    names = [
        cell.get_text(strip=True)
        for cell in client.page("/habilitations/reseaux").select("tbody th")
    ]
    assert names[-2:] == ["Essai", "DGE"]
    twice = client.submit("/habilitations/reseaux/nouveau", {"label": "réseau d'essai"})
    assert (twice.status_code, "porte déjà ce nom" in twice.text) == (422, True)
    codefi = f"/habilitations/reseaux/{network_id('codefi')}/modification"
    refused = client.submit(codefi, {"label": "CODEFI"})
    assert (refused.status_code, "ne peut pas être désactivé" in refused.text) == (422, True)


def test_an_inactive_network_is_read_by_nobody(client: InspectingClient, world: World) -> None:
    write_comment(world.alice, world.siren_21, to="crp", body="Texte du réseau")
    firm = f"/entreprises/{world.siren_21}"
    sign_in_as(client, world.carol)
    assert "Texte du réseau" in sheet(client, firm)
    sign_in_as(client, world.admin)
    path = f"/habilitations/reseaux/{network_id('crp')}/modification"
    for fields, is_read in (
        ({"label": "Direccte"}, False),
        ({"label": "Direccte", "is_active": "y"}, True),
    ):
        sign_in_as(client, world.admin)
        assert client.submit(path, fields).status_code == 303
        sign_in_as(client, world.carol)
        assert ("Texte du réseau" in sheet(client, firm)) is is_read


def test_members_come_and_go(client: InspectingClient, world: World) -> None:
    with system() as session:
        session.add(Network(code="cellule", label="Cellule de crise", position=9))
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/reseaux/{network_id('cellule')}"
    assert client.submit(path, {"agent_id": str(world.bob)}).status_code == 422
    assert client.submit(path, {"agent_id": str(world.carol)}).status_code == 303
    assert "Carol Fictif" in client.page(path).get_text()
    assert client.submit(f"{path}/membres/{world.carol}/depart", {}).status_code == 303
    assert "Aucun membre" in client.page(path).get_text()
    assert {"habilitations:network:joined", "habilitations:network:left"} <= set(events())
