"""The life of a right, as correspondants, administrateurs, its holder and others see it."""

from datetime import UTC, datetime, time, timedelta
from io import BytesIO

import pytest
from flask import g
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.access.identity import Nature
from app.core.now import PARIS, at, today, utcnow
from app.habilitations.models import HabilitationRequest, Network, RequestState
from tests.factories.habilitations import (
    ask,
    events,
    get_agent,
    get_request,
    get_right,
    item_of,
    open_review,
    right_of,
    second_correspondent,
    validate,
)
from tests.factories.network import network_id, system, write_comment
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as, sign_out

ASKED = {
    "zone": "25",
    "natures": ["score", "urssaf"],
    "function": "Chargée de mission",
    "ends_on": (today() + timedelta(days=90)).isoformat(),
    "networks": ["codefi"],
    "reason": "Renfort dans le Doubs",
}


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
    assert client.page("/compte/habilitations").find(string="En attente")


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
    assert client.submit(path, {"roles": ["agent", "correspondant"]}).status_code == 303
    sign_in_as(client, world.carol)
    assert client.get("/habilitations").status_code == 200
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
    assert "Texte du réseau" in client.page(firm).get_text()
    sign_in_as(client, world.admin)
    path = f"/habilitations/reseaux/{network_id('crp')}/modification"
    for fields, is_read in (
        ({"label": "Direccte"}, False),
        ({"label": "Direccte", "is_active": "y"}, True),
    ):
        sign_in_as(client, world.admin)
        assert client.submit(path, fields).status_code == 303
        sign_in_as(client, world.carol)
        assert ("Texte du réseau" in client.page(firm).get_text()) is is_read


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
