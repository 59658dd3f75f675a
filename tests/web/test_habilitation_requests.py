"""From a request for rights to what they give: asked, decided, renewed, withdrawn, as seen on the pages."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import g
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.access.identity import Nature
from app.core.now import PARIS, at, today
from app.habilitations.models import HabilitationRequest, Network, RequestState
from tests.factories.habilitations import (
    ASKED,
    ask,
    events,
    get_agent,
    get_request,
    get_right,
    right_of,
    second_correspondent,
    validate,
)
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


def status_of_next_page(client: InspectingClient, path: str = "/compte") -> int:
    """What the browser gets next: the requests of a test share a context, where libraries keep whom they found."""
    for name in list(g):
        g.pop(name)
    return client.get(path).status_code


def test_from_a_request_to_rights_in_force(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.correspondent)
    answer = client.submit(f"/habilitations/agents/{world.carol}/demande", ASKED)
    assert answer.status_code == 303
    with system() as session:
        request_id = session.scalars(select(HabilitationRequest.id)).one()
    assert get_agent(world.carol).is_dormant is False
    sign_in_as(client, world.admin)
    assert "1 demande attend votre décision" in client.page("/habilitations").get_text()
    path = f"/habilitations/demandes/{request_id}/decision"
    assert "Renfort dans le Doubs" in client.page(path).get_text()
    assert client.submit(path, {"decision": "valider"}).status_code == 303
    right = get_right(right_of(world.carol))
    assert (right.zone_code, right.natures) == ("25", ["score", "urssaf"])
    assert (right.requested_by, right.validated_by) == (world.correspondent, world.admin)
    sign_in_as(client, world.carol)
    text = client.page("/compte/habilitations").get_text(" ", strip=True)
    for said in ("Doubs (25)", "Correspondance Fictif", "Administration Fictif"):
        assert said in text


def test_a_request_gives_nothing_before_it_is_validated(
    client: InspectingClient, world: World
) -> None:
    ask(world.correspondent, world.stranger, zone="21", natures=tuple(Nature))
    sign_in_as(client, world.stranger)
    assert "Aucune entreprise" in client.page("/detections").get_text()
    assert "En attente" in client.page("/compte/habilitations").get_text()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"zone": ""}, "Choisissez une zone"),
        ({"zone": "99"}, "choix valide"),
        ({"natures": []}, "au moins une nature"),
        ({"natures": ["score", "tout"]}, "tout"),
        ({"function": ""}, "quelle est sa fonction"),
        ({"reason": " "}, "pourquoi l’agent en a besoin"),
        ({"ends_on": "demain"}, "date"),
        ({"ends_on": today().isoformat()}, "et après aujourd’hui"),
        ({"ends_on": (today() + timedelta(days=181)).isoformat()}, "au plus tard le"),
        ({"networks": ["crp", "inventé"]}, "inventé"),
    ],
)
def test_an_invalid_request_says_why_and_keeps_what_was_typed(
    client: InspectingClient, world: World, said: dict[str, object], message: str
) -> None:
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/agents/{world.carol}/demande"
    answer = client.submit(path, {**ASKED, "function": "ma fonction", **said})
    assert answer.status_code == 422
    assert message in answer.text
    if "function" not in said:
        assert "ma fonction" in answer.text
    with system() as session:
        assert session.scalars(select(HabilitationRequest)).all() == []


def test_two_requests_for_one_zone_do_not_wait_together(
    client: InspectingClient, world: World
) -> None:
    ask(world.correspondent, world.carol)
    sign_in_as(client, world.correspondent)
    answer = client.submit(f"/habilitations/agents/{world.carol}/demande", ASKED)
    assert answer.status_code == 422
    assert "attend déjà une décision" in answer.text


def test_nobody_validates_what_they_asked_nor_what_is_for_them(
    client: InspectingClient, world: World
) -> None:
    """A forged form is refused as the page is."""
    deputy = second_correspondent(world)
    request_id = ask(world.correspondent, deputy)
    path = f"/habilitations/demandes/{request_id}/decision"
    for person in (world.correspondent, deputy):
        sign_in_as(client, person)
        assert client.get(path).status_code == 403
        answer = client.submit(path, {"decision": "valider"}, page="/compte/notifications")
        assert answer.status_code == 403
        assert "une autre personne" in answer.text
    assert get_request(request_id).is_pending


def test_another_correspondant_of_the_administration_may_validate(
    client: InspectingClient, world: World
) -> None:
    request_id = ask(world.correspondent, world.carol)
    sign_in_as(client, second_correspondent(world))
    path = f"/habilitations/demandes/{request_id}/decision"
    assert client.submit(path, {"decision": "valider"}).status_code == 303
    assert get_request(request_id).state is RequestState.VALIDATED


def test_a_refusal_says_why_and_gives_nothing(client: InspectingClient, world: World) -> None:
    request_id = ask(world.correspondent, world.carol)
    before = right_of(world.carol)
    sign_in_as(client, world.admin)
    path = f"/habilitations/demandes/{request_id}/decision"
    assert client.submit(path, {"decision": "refuser"}).status_code == 422
    assert get_request(request_id).is_pending
    answer = client.submit(path, {"decision": "refuser", "reason": "Zone trop large"})
    assert answer.status_code == 303
    assert right_of(world.carol) == before
    sign_in_as(client, world.correspondent)
    assert "Zone trop large" in client.page(f"/habilitations/demandes/{request_id}").get_text()
    sign_in_as(client, world.admin)
    again = client.submit(path, {"decision": "valider"}, page="/compte/notifications")
    assert again.status_code == 422
    assert "déjà décidé" in again.text


def test_rights_change_sessions_end(client: InspectingClient, world: World) -> None:
    request_id = ask(world.correspondent, world.carol)
    sign_in_as(client, world.carol)
    assert status_of_next_page(client) == 200
    validate(world.admin, request_id)
    assert status_of_next_page(client) == 401


def test_a_withdrawal_takes_effect_at_once(client: InspectingClient, world: World) -> None:
    right_id = right_of(world.carol)
    sign_in_as(client, world.carol)
    assert client.get("/detections").status_code == 200
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/{right_id}/retrait"
    assert client.submit(path, {"reason": ""}).status_code == 422
    assert client.submit(path, {"reason": "Changement de poste"}).status_code == 303
    assert "Changement de poste" in client.page(f"/habilitations/{right_id}").get_text()
    again = client.submit(path, {"reason": "encore"})
    assert (again.status_code, "déjà finie" in again.text) == (422, True)
    sign_in_as(client, world.carol)
    assert client.get("/detections").status_code == 403
    assert "habilitations:right:withdrawn" in events()


@pytest.mark.parametrize(
    ("minutes", "status"), [(-1, 200), (0, 403), (1, 403)], ids=["before", "midnight", "after"]
)
def test_an_expired_right_gives_nothing_from_midnight_in_paris(
    client: InspectingClient, world: World, minutes: int, status: int
) -> None:
    ends_on = get_right(right_of(world.alice)).ends_on
    midnight = datetime.combine(ends_on, time(), PARIS).astimezone(UTC)
    with system() as session:
        agent = session.get_one(Agent, world.alice)
        agent.last_signed_in_at = midnight - timedelta(days=1)
    with at(midnight + timedelta(minutes=minutes)):
        sign_in_as(client, world.alice)
        client.submit("/engagement", {"accepted": "y"})
        for path in ("/detections", f"/entreprises/{world.siren_21}", "/accompagnements", "/fil"):
            assert client.get(path).status_code == status, path


def test_a_validated_renewal_replaces_the_previous_right(
    client: InspectingClient, world: World
) -> None:
    former = right_of(world.carol)
    sign_in_as(client, world.correspondent)
    form = {**ASKED, "zone": "21", "natures": ["score"]}
    assert client.submit(f"/habilitations/{former}/renouvellement", form).status_code == 303
    assert get_right(former).withdrawn_at is None
    with system() as session:
        request_id = session.scalars(select(HabilitationRequest.id)).one()
    given = validate(world.admin, request_id)
    assert get_right(former).withdrawal_reason == f"Remplacée par l’habilitation n° {given}"
    assert get_right(given).natures == ["score"]


def test_networks_are_named_as_people_call_them_in_their_order(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.correspondent)
    asked = {**ASKED, "networks": ["urssaf", "crp", "codefi"]}
    assert client.submit(f"/habilitations/agents/{world.carol}/demande", asked).status_code == 303
    with system() as session:
        request_id = session.scalars(select(HabilitationRequest.id)).one()
        order = select(Network.label).where(Network.code.in_(asked["networks"]))
        named = ", ".join(session.scalars(order.order_by(Network.position)))
    for path in (
        f"/habilitations/demandes/{request_id}",
        f"/habilitations/demandes/{request_id}/decision",
    ):
        sign_in_as(client, world.admin)
        assert named in client.page(path).get_text()
