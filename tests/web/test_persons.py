"""Requests of persons as their pages show them: the owner, the colleague, the stranger, nobody; a whole story; what is told of whom."""

from datetime import timedelta

import pytest

from app.core.access.identity import Role
from app.core.journal import Event
from app.core.now import today
from app.records.persons.files.writing import run
from tests.factories.network import system
from tests.factories.people import World, newcomer
from tests.factories.persons import (
    EMAIL,
    MOTIVE,
    NAME,
    finding_of,
    plant_person,
    plant_persons,
    plant_request,
)
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

REGISTER = "/demandes-personnes"
PAGES = ("", "/identite", "/prolongation", "/reponse", "/recherche", "/donnees")


def colleague() -> int:
    """Another controller."""
    with system() as session:
        return newcomer(session, "autre.controle", natures={}, roles=[Role.CONTROLEUR], networks=())


def test_a_request_is_kept_from_its_reception_to_its_answer(client: InspectingClient, world: World) -> None:  # fmt: skip
    plant_person(world)
    sign_in_as(client, world.controller)
    typed = {
        "kind": "acces", "name": NAME, "email": EMAIL, "telephone": "", "received_on": today().isoformat(),
        "received_by": "courriel", "body": "Que savez-vous de moi ?",
    }  # fmt: skip
    wrong = client.submit(f"{REGISTER}/nouvelle", {**typed, "name": "Camille", "email": ""})
    assert wrong.status_code == 422
    assert "désignerait trop de monde" in wrong.text
    assert "Que savez-vous de moi ?" in wrong.text, "what was typed stays"
    made = client.submit(f"{REGISTER}/nouvelle", typed)
    page = made.location
    assert "Dire comment l’identité est vérifiée" in client.get(page).text
    refused = client.submit(f"{page}/recherche", {"name": NAME, "motive": MOTIVE})
    assert refused.status_code == 422
    assert "l’identité de la personne" in refused.text
    client.submit(f"{page}/identite", {"proof": "piece", "proof_on": today().isoformat()})
    results = client.submit(f"{page}/recherche", {"name": NAME, "email": EMAIL, "motive": MOTIVE}).location  # fmt: skip
    found = client.get(results).text
    assert "Interlocuteurs d’entreprises" in found
    assert "un homonyme, peut-être" in found
    assert "Inventé" not in found, "others are masked"
    boxes = [box["value"] for box in client.page(results).select("input[name=chosen]")]
    hers = [box for box in boxes if box.split(":")[0] in ("comment", "expert")]
    client.submit(results, {"chosen": [*hers, "comment:999999"]})
    told = client.page(f"{page}/donnees")
    assert len(told.select("table tbody tr")) == 2, "nothing that the search did not find"
    asked = client.submit(f"{page}/dossier", {}, page=f"{page}/donnees")
    assert asked.status_code == 303
    run(1)
    link = client.page(f"{page}/donnees").select_one("a[href*='/dossier/']")
    assert link is not None
    assert client.get(str(link["href"])).data.startswith(b"PK")
    number = finding_of(int(page.rsplit("/", 1)[1]), "expert")
    done = client.submit(f"{page}/donnees/{number}", {"act": "efface", "reason": "Ne veut plus être appelée"})  # fmt: skip
    assert done.status_code == 303
    assert "Ne veut plus être appelée" in client.get(f"{page}/donnees").text
    client.submit(f"{page}/reponse", {"outcome": "satisfaite", "answered_on": today().isoformat(), "answer": "Dossier remis."})  # fmt: skip
    assert "Dossier remis." in client.get(page).text
    assert client.get(results).status_code == 404, "no search without an open request"
    assert page in client.get(f"{REGISTER}?etat=closes").text
    for event in (Event.PERSON_READ, Event.PERSON_FILE_DOWNLOADED, Event.PERSON_ACT_DONE):
        assert journaled(event), event
        assert all(NAME not in str(line.details) for line in journaled(event))


def test_whoever_does_not_treat_a_request_searches_nobody(client: InspectingClient, world: World) -> None:  # fmt: skip
    number = plant_request(world.admin, handler_id=world.controller)
    asked = f"{REGISTER}/{number}"
    readers = {
        "owner": (world.controller, 200, 200), "colleague": (colleague(), 200, 403), "administrator": (world.admin, 200, 403),
        "stranger": (world.stranger, 403, 403), "head": (world.manager, 403, 403),
    }  # fmt: skip
    for name, (agent_id, register, treated) in readers.items():
        sign_in_as(client, agent_id)
        assert client.get(REGISTER).status_code == register, name
        answers = [client.get(f"{asked}{page}").status_code for page in PAGES]
        assert answers == [register, *[treated] * (len(PAGES) - 1)], name
        assert (REGISTER in client.get("/compte").text) is (register == 200), name


def test_nobody_without_an_account_reads_the_register(client: InspectingClient, world: World) -> None:  # fmt: skip
    number = plant_request(world.admin)
    for page in PAGES:
        assert client.get(f"{REGISTER}/{number}{page}").status_code in (302, 401), page


def test_a_colleague_takes_a_request_over(client: InspectingClient, world: World) -> None:
    number = plant_request(world.admin, handler_id=world.controller)
    sign_in_as(client, colleague())
    page = client.get(f"{REGISTER}/{number}").text
    assert "Traiter cette demande" in page
    assert "Ce que Vigie détient" not in page
    taken = client.submit(f"{REGISTER}/{number}/prise-en-charge", {}, page=f"{REGISTER}/{number}")
    assert taken.status_code == 303
    assert client.get(f"{REGISTER}/{number}/recherche").status_code == 200
    sign_in_as(client, world.controller)
    assert client.get(f"{REGISTER}/{number}/recherche").status_code == 403


@pytest.mark.parametrize("person", ["controller", "admin"])
def test_late_requests_are_said(client: InspectingClient, world: World, person: str) -> None:
    plant_request(world.admin, due_on=today() - timedelta(days=1))
    plant_request(world.admin)
    sign_in_as(client, getattr(world, person))
    assert "1 demande en retard" in client.get(REGISTER).text


def test_an_object_of_another_request_is_not_there(client: InspectingClient, world: World) -> None:
    known = plant_persons(world.alice, world.controller, world.siren_21)
    other = plant_request(world.admin, handler_id=world.controller)
    sign_in_as(client, world.controller)
    for page in ("recherches/{person_search_id}", "donnees/{person_finding_id}", "dossier/{person_file_id}"):  # fmt: skip
        path = page.format(**known)
        assert client.get(f"{REGISTER}/{known['person_request_id']}/{path}").status_code == 200, path  # fmt: skip
        assert client.get(f"{REGISTER}/{other}/{path}").status_code == 404, path
