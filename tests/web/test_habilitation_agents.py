"""Who manages whose account: roles, closing, reactivation, lists, and the file of agents."""

from io import BytesIO

import pytest

from app.accounts.models import Agent
from app.core.now import utcnow
from tests.factories.habilitations import (
    ASKED,
    ask,
    ask_role,
    events,
    get_agent,
    item_of,
    open_review,
    right_of,
)
from tests.factories.network import network_id, system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as, sign_out

#: page -> statuses for: correspondant of the administration, of another, administrateur, the agent, a controleur, nobody
PAGES = {
    "/habilitations": (200, 200, 200, 403, 403, 401),
    "/habilitations/demandes": (200, 200, 200, 403, 403, 401),
    "/habilitations/agents": (200, 200, 200, 403, 403, 401),
    "/habilitations/agents/import": (200, 200, 200, 403, 403, 401),
    "/habilitations/reseaux": (200, 200, 200, 403, 403, 401),
    "/habilitations/reseaux/nouveau": (403, 403, 200, 403, 403, 401),
    "/habilitations/revues": (200, 200, 200, 403, 403, 401),
    "/habilitations/revues/nouvelle": (403, 403, 200, 403, 403, 401),
    "/habilitations/{right}": (200, 404, 200, 403, 403, 401),
    "/habilitations/{right}/retrait": (200, 404, 200, 403, 403, 401),
    "/habilitations/{right}/renouvellement": (200, 404, 200, 403, 403, 401),
    "/habilitations/demandes/{request}": (200, 404, 200, 403, 403, 401),
    "/habilitations/demandes/{request}/decision": (403, 404, 200, 403, 403, 401),
    "/habilitations/agents/{agent}": (200, 404, 200, 403, 403, 401),
    "/habilitations/agents/{agent}/demande": (200, 404, 200, 403, 403, 401),
    "/habilitations/agents/{agent}/reactivation": (200, 404, 200, 403, 403, 401),
    "/habilitations/agents/{agent}/roles": (403, 403, 200, 403, 403, 401),
    "/habilitations/agents/{agent}/compte": (403, 403, 200, 403, 403, 401),
    "/habilitations/roles": (200, 200, 403, 403, 200, 401),
    "/habilitations/roles/{role_request}": (200, 404, 403, 403, 200, 401),
    "/habilitations/reseaux/{network}/membres/{agent}/depart": (200, 404, 200, 403, 403, 401),
    "/habilitations/revues/lignes/{item}": (200, 404, 200, 403, 403, 401),
    "/compte/habilitations": (200, 200, 200, 200, 200, 401),
}


def test_each_reader_before_each_page(client: InspectingClient, world: World) -> None:
    request_id = ask(world.correspondent, world.carol)
    open_review(world.admin)
    numbers = {
        "right": right_of(world.carol), "request": request_id, "agent": world.carol,
        "network": network_id("crp"), "item": item_of(world.carol),
        "role_request": ask_role(world.admin, world.carol),
    }  # fmt: skip
    readers = (
        world.correspondent,
        world.correspondent_urssaf,
        world.admin,
        world.carol,
        world.controller,
    )
    seen: dict[str, list[int]] = {page: [] for page in PAGES}
    for reader in readers:
        sign_in_as(client, reader)
        for page, statuses in seen.items():
            statuses.append(client.get(page.format(**numbers)).status_code)
    sign_out(client)
    for page, statuses in seen.items():
        statuses.append(client.get(page.format(**numbers)).status_code)
    assert {page: tuple(statuses) for page, statuses in seen.items()} == PAGES


@pytest.mark.parametrize("person", ["correspondent", "admin"])
def test_nobody_manages_their_own_rights(
    client: InspectingClient, world: World, person: str
) -> None:
    me = getattr(world, person)
    sign_in_as(client, me)
    for tail in ("demande", "reactivation", *(("roles", "compte") if person == "admin" else ())):
        path = f"/habilitations/agents/{me}/{tail}"
        assert client.get(path).status_code == 403, path
        form = {"roles": ["agent", "administrateur"], **ASKED}
        assert client.submit(path, form, page="/compte/notifications").status_code == 403, path
    crp = network_id("crp")
    joined = client.submit(f"/habilitations/reseaux/{crp}", {"agent_id": str(me)})
    assert joined.status_code == 422
    assert get_agent(me).active


def test_a_correspondant_makes_nobody_administrateur(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/agents/{world.carol}/roles"
    answer = client.submit(path, {"roles": ["administrateur"]}, page="/compte/notifications")
    assert answer.status_code == 403


def test_roles_are_given_by_an_administrateur_and_journaled(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    path = f"/habilitations/agents/{world.carol}/roles"
    assert client.submit(path, {"roles": []}).status_code == 422
    assert client.submit(path, {"roles": ["agent", "data_scientist"]}).status_code == 303
    sign_in_as(client, world.carol)
    assert client.get("/modele/entrainements").status_code != 403
    assert "habilitations:role:changed" in events()


def test_a_closed_account_can_no_longer_sign_in(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.admin)
    path = f"/habilitations/agents/{world.carol}/compte"
    assert client.submit(path, {}).status_code == 303
    sign_in_as(client, world.carol)
    assert client.get("/compte").status_code == 401


def test_a_suspended_account_is_reactivated_from_its_page(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        session.get_one(Agent, world.carol).suspended_at = utcnow()
    sign_in_as(client, world.correspondent)
    address = f"/habilitations/agents/{world.carol}"
    link = client.page(address).find("a", href=f"{address}/reactivation")
    assert link is not None
    assert client.submit(f"{address}/reactivation", {}).status_code == 303
    assert client.page(address).find("a", href=f"{address}/reactivation") is None
    assert events().count("habilitations:account:switched") == 1
    sign_in_as(client, world.carol)
    client.page("/compte")


def test_lists_show_the_administration_of_a_correspondant_and_no_other(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.correspondent_urssaf)
    for path in (
        "/habilitations",
        "/habilitations/agents",
        "/habilitations/agents?administration=direccte",
    ):
        text = client.page(path).get_text()
        assert "Carol Fictif" not in text
    assert "Bob Fictif" in client.page("/habilitations").get_text()
    for address in ("/habilitations/export.csv", "/habilitations/agents/export.csv"):
        body = client.get(address).get_data(as_text=True)
        assert "bob@exemple.invalid" in body
        assert "carol@exemple.invalid" not in body


def test_the_filters_of_the_register(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.admin)
    for query, shown in (
        ("q=carol", {"Carol"}), ("zone=75", {"Etranger"}), ("administration=urssaf", {"Bob"}),
        ("etat=retiree", set()), ("fin=3", set()), ("q=%25", set()),
    ):  # fmt: skip
        text = client.page(f"/habilitations?{query}").get_text()
        names = {name for name in ("Alice", "Bob", "Carol", "Etranger") if f"{name} Fictif" in text}
        assert names == shown, query


def test_a_file_of_agents_is_reported_line_by_line(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.correspondent)
    content = (
        "email;prenom;nom;administration;fonction;zone;natures;reseaux;fin\r\n"
        "neuve@exemple.invalid;Neuve;Fictif;direccte;Chargée;25;score|urssaf;crp;\r\n"
        "autre@exemple.invalid;Autre;Fictif;urssaf;;;;;\r\n"
    ).encode()
    path = "/habilitations/agents/import"
    token = client.page(path).select_one("input[name=csrf_token]")
    assert token is not None
    form = {"csrf_token": token["value"], "file": (BytesIO(content), "agents.csv")}
    answer = client.post(path, data=form, content_type="multipart/form-data")
    assert answer.status_code == 200
    for said in ("neuve@exemple.invalid", "Créé", "administration", "Vous ne gérez pas"):
        assert said in answer.text
    assert "habilitations:agents:imported" in events()


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "agents.csv", "vide"),
        (b"PK\x03\x04", "agents.csv", "autre chose"),
        (b"email;nom", "agents.xlsx", "autre chose"),
        (b"PK\x03\x04 rien", "agents.xlsx", "illisible"),
        (b"\xd0\xcf\x11\xe0 ancien", "agents.xls", ".csv, .xlsx"),
        (b"email;nom\n", "agents.exe", ".csv, .xlsx"),
        (b"nom;prenom\nA;B\n", "agents.csv", "doit nommer les colonnes"),
        (b"email;nom\nA;B\n", "agents.csv", "Colonnes manquantes"),
        (b"email,prenom,nom,administration\n", "agents.csv", "aucune ligne"),
        (b"\x00\x01", "agents.csv", "autre chose"),
        (b"x" * 2_000_001, "agents.csv", "2 Mo"),
    ],
)
def test_an_invalid_file_is_refused_entirely_with_a_reason(
    client: InspectingClient, world: World, content: bytes, name: str, message: str
) -> None:
    sign_in_as(client, world.correspondent)
    path = "/habilitations/agents/import"
    token = client.page(path).select_one("input[name=csrf_token]")
    assert token is not None
    form = {"csrf_token": token["value"], "file": (BytesIO(content), name)}
    answer = client.post(path, data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert message in answer.text
