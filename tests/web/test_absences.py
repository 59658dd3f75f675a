"""Whoever is away says until when and whom to see: it is read where people are chosen, and gives nobody anything."""

from datetime import date, timedelta

import pytest

from app.core.journal import Event
from app.core.now import today
from app.core.text.french import date_fr
from tests.factories.cases import add_member, open_case
from tests.factories.network import network_id, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

OWN = "/compte/absence"
LAST = today() + timedelta(days=9)
SAID = f"absence jusqu’au {date_fr(LAST)}, voir Alice Fictif"


FIRST = today()


def days(first: date = FIRST, last: date = LAST) -> dict[str, str]:
    return {"starts_on": first.isoformat(), "ends_on": last.isoformat()}


def places(client: InspectingClient, world: World, case_id: int) -> dict[str, str]:
    """Each page where somebody is chosen or shown, and what it says."""
    circle = network_id("crp")
    named = f"/entreprises/{world.siren_21}/lecteurs?cercle={circle}&q=car"
    pages = {
        "case": f"/accompagnements/{case_id}",
        "members": f"/accompagnements/{case_id}/membres",
        "deadline": f"/accompagnements/{case_id}/echeances/nouvelle",
        "handover": "/accompagnements/transmission",
    }
    said = {place: client.page(path).get_text() for place, path in pages.items()}
    return {**said, "mention": client.get(named, headers={"HX-Request": "true"}).text}


def test_it_is_said_wherever_somebody_is_chosen_and_then_no_more(
    world: World, client: InspectingClient
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.carol)
    assert client.submit(OWN, {**days(), "delegate_id": str(world.alice)}).status_code == 303
    assert f"au {date_fr(LAST)} inclus, voir Alice Fictif" in client.page(OWN).get_text()
    sign_in_as(client, world.alice)
    said = places(client, world, case_id)
    assert {place: SAID in text for place, text in said.items()} == {
        "case": False, "members": True, "deadline": True, "handover": True, "mention": True,
    }  # fmt: skip
    add_member(world.alice, case_id, world.carol)
    assert SAID in client.page(f"/accompagnements/{case_id}").get_text()
    sign_in_as(client, world.carol)
    client.submit(f"{OWN}/annulation", {}, page=OWN)
    sign_in_as(client, world.alice)
    assert not [
        place for place, text in places(client, world, case_id).items() if "absence jusqu" in text
    ]
    changes = [line.details["change"] for line in journaled(Event.ABSENCE_DECLARED)]
    assert changes == ["created", "withdrawn"]


def test_it_begins_and_ends_by_itself(world: World, client: InspectingClient) -> None:
    case_id = open_case(world.alice, world.siret_21)
    page = f"/accompagnements/{case_id}"
    sign_in_as(client, world.alice)
    tomorrow = today() + timedelta(days=1)
    client.submit(OWN, {**days(tomorrow), "delegate_id": ""})
    assert "absence jusqu" not in client.page(page).get_text()
    client.submit(OWN, {**days(today() - timedelta(days=3), today()), "delegate_id": ""})
    assert f"absence jusqu’au {date_fr(today())}" in client.page(page).get_text()


def test_the_delegate_gets_no_right(world: World, client: InspectingClient) -> None:
    open_case(world.alice, world.siret_21)
    with working_as(world.carol) as (_, before):
        pass
    sign_in_as(client, world.alice)
    client.submit(OWN, {**days(), "delegate_id": str(world.carol)})
    with working_as(world.carol) as (_, after):
        assert after == before


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"starts_on": "", "ends_on": ""}, "Saisissez une date"),
        (days(LAST, today()), "vient avant le premier"),
        (days(today() - timedelta(days=9), today() - timedelta(days=1)), "déjà passé"),
        (days(last=today() + timedelta(days=400)), "un an au plus"),
        ({**days(), "delegate_id": "0"}, "Choisissez un collègue"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(
    world: World, client: InspectingClient, sent: dict[str, str], why: str
) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(OWN, sent)
    assert answer.status_code == 422
    assert why in answer.text
    assert f'value="{sent["ends_on"]}"' in answer.text
    assert journaled(Event.ABSENCE_DECLARED) == []


def test_the_head_of_the_house_says_it_for_their_people_alone(
    world: World, client: InspectingClient
) -> None:
    path = f"/agents/{world.alice}/absence"
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.manager)
    handover = f"/accompagnements/transmission/{world.alice}"
    assert client.get(handover).status_code == 404
    assert client.submit(path, {**days(), "delegate_id": str(world.carol)}).status_code == 303
    assert "voir Carol Fictif" in client.page(f"/accompagnements/{case_id}").get_text()
    assert "voir Carol Fictif" in client.page("/").get_text()
    assert client.get(handover).status_code == 200, "what they leave may be handed over meanwhile"
    client.submit(f"{path}/annulation", {}, page=path)
    assert "absence jusqu" not in client.page("/").get_text()
    assert client.get(f"/agents/{world.bob}/absence").status_code == 404
    for person, status in (("carol", 403), ("bob", 403), ("admin", 403)):
        sign_in_as(client, getattr(world, person))
        assert client.get(path).status_code == status, person
        got = client.submit(path, {**days(), "delegate_id": ""}, page="/compte").status_code
        assert got == status, person
    sign_out(client)
    assert client.get(path).status_code == 401
    assert client.get(OWN).status_code == 401
