"""Visits, as each kind of reader sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.now import today
from app.visits.models import Visit
from tests.factories.cases import open_case
from tests.factories.network import network_id, system
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.readers import sign_in_as, sign_out


def a_form(**said: object) -> dict[str, object]:
    return {
        "visited_on": today().isoformat(),
        "channel": "sur_place",
        "contact_result": "repondu",
        "verdict": "confirmee",
        "nature": "creanciers",
        "severity": "2",
        "people_met": "Le dirigeant",
        "body": "Compte rendu **confidentiel**",
        "next_step": "Rappeler",
        "next_step_on": (today() + timedelta(days=7)).isoformat(),
        "network_id": network_id("crp"),
        **said,
    }


def path_of(siret: str) -> str:
    return f"/etablissements/{siret}/visite"


def test_a_visit_is_logged_and_shown_to_its_audience(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    answer = client.submit(path_of(world.siret_21), a_form())
    assert answer.status_code == 303
    for reader, reads in ((world.alice, True), (world.carol, True), (world.bob, False)):
        sign_in_as(client, reader)
        page = client.page(answer.location)
        assert "Difficulté confirmée" in page.get_text()
        assert "2 – sérieuse" in page.get_text()
        assert ("<strong>confidentiel</strong>" in str(page)) is reads
        assert ("Le dirigeant" in page.get_text()) is reads
        assert page.find("a", {"href": f"/accompagnements/{case_id}"})


@pytest.mark.parametrize("tail", ["", "/correction"])
def test_each_reader_before_a_visit(client: InspectingClient, world: World, tail: str) -> None:
    visit_id = log_visit(world.alice, world.siret_21, to="crp")
    path = f"/visites/{visit_id}{tail}"
    readers = (world.alice, world.carol, world.bob, world.stranger)
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    seen.append(client.get(path).status_code)
    assert seen == ([200, 200, 200, 404, 401] if not tail else [200, 403, 403, 404, 401])


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"visited_on": (today() + timedelta(days=1)).isoformat()},
            "Une visite ne peut pas être datée de demain",
        ),
        ({"visited_on": "hier"}, "date"),
        ({"visited_on": ""}, "Saisissez une date"),
        ({"verdict": ""}, "dites ce que vous concluez"),
        ({"contact_result": "injoignable"}, "il n’y a pas de verdict"),
        ({"contact_result": ""}, "Dites ce qu’a donné le contact"),
        ({"channel": "pigeon"}, "choix valide"),
        ({"severity": "9"}, "choix valide"),
        ({"next_step_on": "2001-01-01"}, "précéder la visite"),
        ({"body": "x" * 200_000}, "10\u202f000 au plus"),
        ({"network_id": "urssaf"}, "Choisissez un cercle de lecteurs auquel vous appartenez."),
        ({"network_id": "999999"}, "Choisissez un cercle de lecteurs auquel vous appartenez."),
    ],
)
def test_an_incoherent_visit_says_why_and_keeps_what_was_typed(
    client: InspectingClient, world: World, said: dict[str, object], message: str
) -> None:
    if said.get("network_id") == "urssaf":
        said = {"network_id": network_id("urssaf")}
    sign_in_as(client, world.alice)
    form = a_form(**said)
    answer = client.submit(path_of(world.siret_21), form)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in html
    assert str(form["body"]) in html
    with system() as session:
        assert session.scalars(select(Visit)).all() == []


@pytest.mark.parametrize("siret", ["1000000090000", "99999999999999", "x"])
def test_an_unknown_establishment_is_not_found(
    client: InspectingClient, world: World, siret: str
) -> None:
    sign_in_as(client, world.alice)
    assert client.get(path_of(siret)).status_code == 404


def test_out_of_zone_is_refused(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.stranger)
    page = client.page(path_of(world.siret_21), status=403)
    assert "pas dans votre zone" in page.get_text()
    sign_out(client)
    assert client.get(path_of(world.siret_21)).status_code == 401


def test_the_date_begins_today(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    day = client.page(path_of(world.siret_21)).find("input", {"name": "visited_on"})
    assert day is not None
    assert day["value"] == today().isoformat()


def test_the_author_corrects_from_what_was_said(client: InspectingClient, world: World) -> None:
    visit_id = log_visit(world.alice, world.siret_21, to="codefi", severity=2)
    sign_in_as(client, world.alice)
    path = f"/visites/{visit_id}/correction"
    page = client.page(path)
    for name, value in (("verdict", "confirmee"), ("severity", "2")):
        chosen = page.find("input", {"name": name, "checked": True})
        assert chosen is not None
        assert chosen["value"] == value
    assert "Visible par : CODEFI 21" in page.get_text()
    assert page.find("select", {"name": "network_id"}) is None
    answer = client.submit(path, a_form(verdict="non_confirmee"))
    assert answer.status_code == 303
    text = client.page(answer.location).get_text()
    assert "Difficulté non confirmée" in text
    # The form named another network: the note keeps the audience announced when it was written.
    assert "Visible par : CODEFI 21" in text
    thread = client.page(f"/entreprises/{world.siren_21}/fil").get_text()
    assert "Visite corrigée : difficulté non confirmée" in thread


def test_a_second_contact_of_the_day_is_sent_twice(client: InspectingClient, world: World) -> None:
    """Carol called this morning: bob is told before he logs the same call, and may log his own."""
    log_visit(world.carol, world.siret_21, to="codefi")
    sign_in_as(client, world.bob)
    form = a_form(network_id=network_id("codefi"))
    path = path_of(world.siret_21)
    asked = client.submit(path, form)
    assert asked.status_code == 422
    assert "Carol Fictif (Direccte (Dreets)) a déjà consigné un contact" in asked.text
    assert "Compte rendu **confidentiel**" in asked.text
    told = parsed(asked.text).select_one("[name=same_day]")
    assert told is not None
    other_day = (today() - timedelta(days=1)).isoformat()
    assert client.submit(path, {**form, "visited_on": other_day}).status_code == 303
    assert client.submit(path, {**form, "same_day": str(told["value"])}).status_code == 303
    sign_in_as(client, world.alice)
    elsewhere = a_form(network_id=network_id("crp"))
    assert client.submit(path_of(world.siret_21_quiet), elsewhere).status_code == 303
