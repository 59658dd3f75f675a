"""Suggestions while typing: the first firms of the page, for those who may search, journaled and counted as searches are."""

from datetime import timedelta

from flask import g
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.journaled import journaled
from tests.web.test_search import SYSTEM, add_firm, names

HTMX = {"HX-Request": "true"}


def ask(client: InspectingClient, typed: str) -> TestResponse:
    """What the box is answered."""
    return client.get("/recherche/suggestions", query_string={"q": typed}, headers=HTMX)


def options(client: InspectingClient, typed: str) -> list[Tag]:
    """The options suggested, in order."""
    response = ask(client, typed)
    assert response.status_code == 200
    return list(parsed(response.text).select("[role=option]"))


def suggested(client: InspectingClient, typed: str) -> list[str]:
    """The names suggested, in order."""
    named = (option.select_one("[class$=__name]") for option in options(client, typed))
    return [name.get_text(strip=True) for name in named if name]


def test_the_first_firms_of_the_page_are_suggested(client: InspectingClient, world: World) -> None:
    for number in range(8):
        add_firm(f"6000000{number:02d}", f"MENUISERIE NUMERO {number:02d}")
    client.sign_in(world.alice)
    found = suggested(client, "menuis")
    assert len(found) == 5
    assert [name.upper() for name in found] == names(client, "menuis")[:5]


def test_a_suggestion_leads_to_its_firm(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    for typed in ("forg", "100 000 009", "100 000 009 00008", "forjes"):
        addresses = [option["data-url"] for option in options(client, typed)]
        assert addresses == ["/entreprises/100000009"], typed


def test_nothing_is_suggested_for_nothing(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    for typed in ("", " ", "f", "1234567", "999999999", "zzzzz"):
        assert suggested(client, typed) == [], typed


def test_who_is_suggested_firms(client: InspectingClient, world: World) -> None:
    path = "/recherche/suggestions?q=forges"
    assert client.get(path).status_code == 401
    for agent in (world.alice, world.bob, world.stranger, world.manager):
        g.pop("_login_user", None)
        assert len(options(client.sign_in(agent), "forges")) == 1
    for agent in (world.admin, world.controller, world.scientist, world.correspondent):
        g.pop("_login_user", None)
        assert client.sign_in(agent).get(path).status_code == 403


def test_a_colleague_and_a_stranger_are_suggested_the_same_identity(
    client: InspectingClient, world: World
) -> None:
    """The identity of firms is public among agents: nothing else of them is in a suggestion."""
    said = set()
    for agent in (world.alice, world.bob, world.stranger):
        g.pop("_login_user", None)
        said.add(ask(client.sign_in(agent), "forges").text)
    assert len(said) == 1


def test_what_is_typed_at_once_leaves_one_line(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    for length in (2, 3, 4, 6):
        ask(client, "forges"[:length])
    (line,) = journaled(Event.SUGGESTED)
    assert line.actor_id == world.alice
    assert line.details == {"query": "fo", "count": 1}


def test_as_many_lists_as_a_page_leave_another_line(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    for _list in range(5):
        ask(client, "forges")
    assert len(journaled(Event.SUGGESTED)) == 1
    ask(client, "ateliers")
    assert [line.details["query"] for line in journaled(Event.SUGGESTED)] == ["forges", "ateliers"]


def test_a_search_begun_later_leaves_a_line_of_its_own(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    for ago in (timedelta(minutes=2), timedelta(minutes=-2)):
        ask(client, "forges")
        with unit_of_work(SYSTEM) as session:
            session.execute(text("update search_typing set told_at = now() - :ago"), {"ago": ago})
    ask(client, "forges")
    assert len(journaled(Event.SUGGESTED)) == 3


def test_somebody_else_has_their_own_count(client: InspectingClient, world: World) -> None:
    for agent in (world.alice, world.bob):
        g.pop("_login_user", None)
        ask(client.sign_in(agent), "forges")
    assert {line.actor_id for line in journaled(Event.SUGGESTED)} == {world.alice, world.bob}


def test_suggestions_are_no_way_around_the_limit_of_searches(
    client: InspectingClient, world: World, few: None
) -> None:
    """With three searches a minute, eleven lists leave three lines: no more than three pages would name."""
    client.sign_in(world.alice)
    answers = [ask(client, "forges").status_code for _list in range(13)]
    assert answers == [200] * 11 + [429] * 2
    assert len(journaled(Event.SUGGESTED)) == 3
    assert client.get("/recherche?q=forges").status_code == 429


def test_typing_once_costs_one_search(client: InspectingClient, world: World, few: None) -> None:
    client.sign_in(world.alice)
    for _list in range(5):
        ask(client, "forges")
    for _search in range(2):
        assert client.get("/recherche?q=forges").status_code == 200
    assert client.get("/recherche?q=forges").status_code == 429


def test_outside_of_a_box_there_is_the_page(client: InspectingClient, world: World) -> None:
    response = client.sign_in(world.alice).get("/recherche/suggestions?q=forges")
    assert response.location == "/recherche?q=forges"
    assert journaled(Event.SUGGESTED) == []


def test_every_page_has_its_box_and_works_as_a_form(client: InspectingClient, world: World) -> None:
    page = client.sign_in(world.alice).page("/")
    box = page.select_one("form[action='/recherche'][method=get] input[name=q]")
    assert box is not None
    assert (box["role"], box["aria-expanded"]) == ("combobox", "false")
    listed = page.select_one(f"ul#{box['aria-controls']}[role=listbox]")
    assert listed is not None
    assert listed.has_attr("hidden")
