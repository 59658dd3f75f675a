"""The columns of a list and how close its rows stand, as an agent chooses them."""

import pytest

from app.detections.lists.display.columns import USUAL, ListColumn
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.region"]


def heads(client: InspectingClient, path: str = "/detections?tout=1") -> list[str]:
    """The columns of the list."""
    return [head.get_text(strip=True) for head in client.page(path).select("#resultats thead th")]


def choose(client: InspectingClient, path: str, **said: object) -> int:
    """Send the choice of what the list shows, from its page."""
    sent = {"colonne": [], "densite": "confortable", "query": path.partition("?")[2], **said}
    answer = client.submit("/detections/affichage", sent, page=path)
    assert answer.location in (None, path)
    return answer.status_code


def test_an_agent_chooses_the_columns_and_the_density_and_finds_them_again(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    usual = heads(client)
    page = client.page("/detections?niveau=elevee")
    boxes = page.select('#affichage [name="colonne"]')
    assert len(boxes) == len(ListColumn)
    assert [box["value"] for box in boxes if box.has_attr("checked")] == list(USUAL)
    chosen = {"colonne": ["age", "dette"], "densite": "compacte"}
    assert choose(client, "/detections?niveau=elevee&tri=lieu", **chosen) == 303
    assert heads(client) == ["Entreprise", "Dette sociale", "Âge"]
    row = client.page("/detections?tout=1").select_one("#resultats tbody tr")
    assert row is not None
    assert row.select(".vigie-list__second, .vigie-note") == []
    # Signed in again, elsewhere: it is theirs, and nobody else's.
    sign_in_as(client, world.carol)
    assert heads(client) == usual
    sign_in_as(client, world.alice)
    assert heads(client) == ["Entreprise", "Dette sociale", "Âge"]
    assert choose(client, "/detections?tout=1") == 303
    assert heads(client) == ["Entreprise"]


def test_an_order_by_a_column_that_is_not_shown_is_said(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    assert "que vous n’affichez pas" not in client.page("/detections?tri=dette").get_text()
    choose(client, "/detections?tri=dette", colonne=["lieu"])
    assert "Liste triée par « Dette sociale », une colonne" in client.page("/detections?tri=dette").get_text()  # fmt: skip


@pytest.mark.parametrize(
    "said", [{"colonne": ["mot_de_passe"]}, {"densite": "énorme"}, {"densite": ""}]
)
def test_a_choice_that_is_none_is_refused(
    world: World, listed: int, client: InspectingClient, said: dict[str, object]
) -> None:
    sign_in_as(client, world.alice)
    assert choose(client, "/detections?tout=1", **said) == 422
    assert len(heads(client)) == 1 + len(USUAL)
