"""The palette offers firms, views, pages and actions, each to whoever may open it; the page holds none of them before."""

import pytest
from flask import Flask, url_for

from app.core.journal import Event
from app.portal.palette.choices import ACTIONS
from app.watching import services as watching
from app.watching.lists import services as lists
from app.watching.lists.services import ListRequest
from tests.factories.network import working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

HTMX = {"HX-Request": "true"}


def offered(client: InspectingClient, typed: str) -> dict[str, str]:
    """What the palette offers, and where each leads."""
    answer = client.get("/palette", query_string={"q": typed}, headers=HTMX)
    assert answer.status_code == 200
    options = parsed(answer.text).select("li[role=option]")
    return {
        option.select_one(".vigie-suggestions__name").get_text(strip=True): str(option["data-url"])  # type: ignore[union-attr]
        for option in options
    }


def test_what_is_typed_names_firms_views_pages_and_actions(
    client: InspectingClient, world: World
) -> None:
    with working_as(world.alice) as (session, who):
        watching.save(session, who, name="Forges à revoir", query="niveau=elevee", network_id=None)
        listed = lists.create(session, who, ListRequest(label="À revoir, forges")).id
    sign_in_as(client, world.alice)
    found = offered(client, "forges")
    assert found == {
        "Forges fictives de Dijon – Ville fictive": f"/entreprises/{world.siren_21}",
        "Forges à revoir": "/detections?niveau=elevee",
        "À revoir, forges": f"/listes/{listed}",
    }
    assert offered(client, "mes suivis") == {"Voir mes suivis": "/suivis"}
    assert "Accueil" in offered(client, "")
    assert offered(client, "100 000 009").popitem()[1] == f"/entreprises/{world.siren_21}"


@pytest.mark.parametrize(
    ("person", "label", "is_offered"),
    [
        ("alice", "Lancer une détection", False), ("scientist", "Lancer une détection", True),
        ("admin", "Envoyer des fichiers", True), ("alice", "Envoyer des fichiers", False),
        ("controller", "Voir mes suivis", False), ("alice", "Voir mes suivis", True),
    ],
)  # fmt: skip
def test_an_action_is_offered_to_whoever_may_do_it(
    client: InspectingClient, world: World, person: str, label: str, is_offered: bool
) -> None:
    sign_in_as(client, getattr(world, person))
    found = offered(client, label)
    assert (label in found) is is_offered
    for address in offered(client, "").values():
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("person", ["admin", "scientist", "controller", "correspondent"])
def test_whoever_may_not_search_is_named_no_firm(
    client: InspectingClient, world: World, person: str
) -> None:
    sign_in_as(client, getattr(world, person))
    assert offered(client, "forges") == {}
    assert journaled(Event.SUGGESTED) == []


def test_every_action_has_its_page(app: Flask) -> None:
    with app.test_request_context():
        for action in ACTIONS:
            assert url_for(action.endpoint, **action.values)


def test_firms_that_are_named_are_journaled_as_suggestions_are(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    offered(client, "forges")
    offered(client, "forges f")
    assert [line.details["query"] for line in journaled(Event.SUGGESTED)] == ["forges"]


def test_without_its_window_it_leads_to_the_search(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    assert client.get("/palette?q=forges").location == "/recherche?q=forges"
    sign_in_as(client, world.admin)
    assert client.get("/palette?q=forges").location == "/"
    sign_out(client)
    assert client.get("/palette?q=forges").status_code == 401


def test_the_page_holds_a_box_and_no_firm(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    window = client.page("/aide").select_one("dialog#palette") or client.page("/suivis").select_one(
        "dialog#palette"
    )
    assert window is not None
    box = window.select_one("[role=combobox]")
    assert box is not None
    assert window.select("[role=option]") == []
    assert window.find(id=box["aria-controls"])["role"] == "listbox"  # type: ignore[index]
