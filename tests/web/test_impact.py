"""The page of the funnel: for managers, on their zone, in the period of the address."""

import re

import pytest

from app.impact.metrics import METRICS
from tests.factories import impact
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.readers import sign_in_as, sign_out

YEAR = "since=2026-01-01&until=2026-12-31"


@pytest.fixture
def world(world: World) -> World:
    """The world, and the history of its firms."""
    with system() as session:
        impact.history(session, world)
    return world


def figures(page: Tag) -> dict[str, list[str]]:
    """The cells of each row of the table by département."""
    return {
        row.select("th")[0].get_text(strip=True): [
            cell.get_text("\n", strip=True).split("\n")[0] for cell in row.find_all("td")
        ]
        for row in page.select("#par-departement tbody tr")
    }


def test_a_manager_reads_the_funnel_of_the_zone(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}")
    assert figures(page) == {
        "21 – Côte-d’Or": ["2", "2", "1", "1", "1", "1", "15", "20", "40", "80"],
        "25 – Doubs": ["1", "1", "1", "1", "0", "0", "30", "30", "–", "–"],
        "Ensemble": ["3", "3", "2", "2", "1", "1", "20", "25", "40", "80"],
    }
    assert "Entreprise restructurée" in page.select("#issues")[0].get_text()
    assert "Paris" not in page.select("main")[0].get_text()


def test_the_fragment_equals_the_page(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.manager)
    path = f"/impact?{YEAR}&departement=25"
    fragment = client.get(path, headers={"HX-Request": "true"}).get_data(as_text=True)
    page = client.page(path)
    assert list(figures(page)) == ["25 – Doubs", "Ensemble"]
    assert str(page.select_one("#entonnoir")) == str(parsed(fragment).select_one("#entonnoir"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=hier", "since"),
        ("since=2026-02-30", "since"),
        ("until=31/12/2026x", "until"),
        ("since=2026-12-31&until=2026-01-01", "until"),
        ("since=9999-12-31", "until"),
        ("departement=75", "departement"),
        ("departement=25&departement=<b>", "departement"),
    ],
)
def test_what_cannot_be_counted_is_said(
    client: InspectingClient, world: World, query: str, field: str
) -> None:
    sign_in_as(client, world.manager)
    answer = client.get(f"/impact?{query}")
    assert answer.status_code == 422
    page = parsed(answer.get_data(as_text=True))
    said = [message.get_text(strip=True) for message in page.select(".fr-message--error")]
    assert len(said) == 1, said
    assert said[0]
    assert page.find(attrs={"name": field}) is not None
    assert "Paris" not in page.select("#entonnoir")[0].get_text()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=0001-01-01",
        "until=0001-01-01",
        "until=9999-12-31",
        "since=0001-01-01&until=9999-12-31",
    ],
)
def test_any_period_in_its_order_is_counted(
    client: InspectingClient, world: World, query: str
) -> None:
    sign_in_as(client, world.manager)
    assert client.get(f"/impact?{query}").status_code == 200


def test_the_funnel_is_for_managers(client: InspectingClient, world: World) -> None:
    for agent in (world.alice, world.bob, world.stranger, world.admin, world.scientist):
        sign_in_as(client, agent)
        refused = client.get("/impact")
        assert refused.status_code == 403
        assert "#entonnoir" not in refused.get_data(as_text=True)
    sign_out(client)
    assert client.get("/impact").status_code == 401


def test_each_figure_says_what_it_counts_and_what_it_was_before(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}")
    cards = page.select("#entonnoir .vigie-stat")
    assert len(cards) >= 9
    for card in cards:
        button = card.select_one("button[popovertarget]")
        said = card.select_one(f"#{button['popovertarget']}").get_text()
        assert "Définition n° " in said
        if card.select_one("#definition-detected, #definition-contacted"):
            assert "période d’avant : " in card.get_text()
    (told,) = [c.get_text(" ", strip=True) for c in cards if c.select_one("#definition-contacted")]
    # Of three firms, a rate would be the luck of one: the whole is said instead.
    assert "sur 3 des détectées" in told
    assert "%" not in told
    rows = client.page("/impact/definitions").select("tbody tr")
    assert {row["id"] for row in rows} == set(METRICS)


def test_a_rate_is_said_of_enough_firms(client: InspectingClient, world: World) -> None:
    with system() as session:
        impact.drawn_history(session, world, seed=3)
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}")
    share = re.search(r"(\d+)\s%\s+des détectées", page.select_one("#entonnoir").get_text())
    cells = figures(page)["Ensemble"]
    assert share
    assert int(share[1]) == round(100 * int(cells[1]) / int(cells[0]))
