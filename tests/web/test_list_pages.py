"""A list read page after page: its orders, its counts, where a page goes on."""

import base64
import json

import pytest

from app.companies.models import Company
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from scoring.vocabulary import Level, Novelty
from tests.factories.detections import Alerted, names_on, publish_list
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")


SORTS = [
    "entreprise",
    "lieu",
    "effectif",
    "niveau",
    "nouveaute",
    "dette",
    "activite_partielle",
    "procedure",
    "suivi",
]


@pytest.fixture
def sixty_firms(world: World) -> list[str]:
    """Sixty firms of Côte-d’Or in alert, some unlike others; their sirens by rank."""
    sirens = [f"{500_000_000 + number}" for number in range(60)]
    with unit_of_work(ACTOR) as session:
        model = session.get_one(Company, world.siren_21)
        for number, siren in enumerate(sirens):
            session.add(
                Company(
                    siren=siren, name=f"Firme {number % 7}", name_sort=f"FIRME {number % 7}", naf="25.50A",
                    is_active=True, department="21", departments=["21"], commune=None,
                    workforce=None if number % 3 else float(number % 5),
                    procedure_status=model.procedure_status, in_perimeter=True,
                )
            )  # fmt: skip
        session.flush()
        firms = [
            Alerted(
                siren=siren,
                department="21",
                level=Level.ELEVEE if number < 20 else Level.MODEREE,
                novelty=list(Novelty)[number % 4],
                p18=0.5 - number / 1000,
                rank=number + 1,
            )
            for number, siren in enumerate(sirens)
        ]
        publish_list(session, *firms)
    return sirens


def walk(client: InspectingClient, path: str) -> list[str]:
    found: list[str] = []
    while path:
        page = client.page(path)
        links = page.select("#resultats tbody tr th a")
        found += [str(link["href"]).rsplit("/", 1)[1] for link in links]
        following = page.select_one('#resultats a[rel="next"]')
        path = str(following["href"]) if following else ""
    return found


def test_every_sort_pages_through_every_firm_once(
    world: World, sixty_firms: list[str], client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    for sort in SORTS:
        for way in ("croissant", "decroissant"):
            found = walk(client, f"/detections?tri={sort}&sens={way}")
            assert sorted(found) == sixty_firms, (sort, way)


def test_the_list_follows_levels_then_ranks(
    world: World, sixty_firms: list[str], client: InspectingClient
) -> None:
    assert walk(sign_in_as(client, world.alice), "/detections") == sixty_firms


def test_rows_are_counted_up_to_a_bound_and_the_page_and_the_journal_say_so(
    world: World, sixty_firms: list[str], client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("rows.counts", "presenters", "pages"):
        monkeypatch.setattr(f"app.detections.lists.{module}.COUNTED", 30)
    page = sign_in_as(client, world.alice).page("/detections").get_text(" ", strip=True)
    assert "plus de 30 entreprises" in page
    assert "Alertes élevées 20" in page
    assert "Alertes modérées plus de 30" in page
    client.page("/detections?niveau=elevee")
    many, few = journaled(Event.DETECTION_LIST_READ)
    assert (many.details["count"], many.details.get("beyond")) == (30, True)
    assert (few.details["count"], few.details.get("beyond")) == (20, None)


FORGED: list[object] = [
    ["x", "y"],
    [True, "1"],
    [1e400, "1"],
    [10**400, "1"],
    [None, None],
    [1, "\x00"],
    [1, "\ud800"],
    [[1], "1"],
    ["a"],
    {"a": 1},
    [1, 2],
]


def test_a_forged_or_damaged_cursor_never_breaks_the_page(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    forged = [
        base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
        for values in FORGED
    ]
    for cursor in (*forged, "%%%", "é", "[" * 1000, "eyJ", "WzEsMl0"):
        for sort in ("niveau", "entreprise"):
            assert (
                client.get("/detections", query_string={"tri": sort, "curseur": cursor}).status_code
                == 200
            )
    assert len(names_on(client, "/detections?curseur=eyJ")) == 1


def test_the_fragment_is_the_same_as_in_the_page(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page("/detections?niveau=elevee")
    headers = {"HX-Request": "true"}
    fragment = client.get("/detections?niveau=elevee", headers=headers).get_data(as_text=True)
    shown = page.select_one("#resultats")
    assert shown is not None
    swapped = parsed(fragment).select_one("#resultats")
    assert swapped is not None
    assert swapped.get_text(" ", strip=True) == shown.get_text(" ", strip=True)
