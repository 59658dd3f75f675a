"""The register of demands and « Lire une alerte », as their pages show them."""

from datetime import timedelta

import pytest

from app.core.journal import Event
from app.core.now import today
from app.transparency.learning.content import PAGES, QUESTIONS
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.transparency import finish_lesson, plant_demand
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

REGISTER = "/demandes-algorithme"
LESSON = "/formation/lire-une-alerte"
RIGHT = {question.code: str(question.right) for question in QUESTIONS}


def test_a_demand_is_written_and_answered(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.admin)
    typed = {
        "siren": world.siren_21, "kind": "contester", "asked_as": "gérante", "received_on": today().isoformat(),
        "body": "Nous ne devons rien.",
    }  # fmt: skip
    wrong = client.submit(f"{REGISTER}/nouvelle", {**typed, "siren": "999999999"})
    assert wrong.status_code == 422
    assert "Aucune entreprise n’a ce numéro" in wrong.text
    assert "Nous ne devons rien." in wrong.text, "what was typed stays"
    told = client.submit(f"{REGISTER}/nouvelle", {**typed, "body": "Rappelez le 06 12 34 56 78"})
    assert told.status_code == 422, "a telephone is looked at twice"
    made = client.submit(f"{REGISTER}/nouvelle", typed)
    assert made.status_code == 303
    page = client.get(made.location).text
    assert "Nous ne devons rien." in page
    assert "gérante" in page
    answered = client.submit(
        f"{made.location}/reponse", {"outcome": "explication", "answered_on": today().isoformat(), "answer": "La dette est de mars."}
    )  # fmt: skip
    assert answered.status_code == 303
    assert "La dette est de mars." in client.get(made.location).text
    assert made.location not in client.get(REGISTER).text
    assert made.location in client.get(f"{REGISTER}?etat=repondues").text
    for event in (Event.DEMAND_WRITTEN, Event.DEMAND_ANSWERED):
        (line,) = journaled(event)
        assert list(line.details) == ["demand"], "nothing of the texts"


def test_late_demands_are_said(client: InspectingClient, world: World) -> None:
    plant_demand(world.admin, world.siren_21, "21", due_on=today() - timedelta(days=1))
    plant_demand(world.admin, world.siren_75, "75", due_on=today() - timedelta(days=1))
    sign_in_as(client, world.admin)
    assert "2 demandes en retard" in client.get(REGISTER).text
    assert REGISTER in client.get("/compte").text
    sign_in_as(client, world.manager)
    page = client.get(REGISTER).text
    assert "1 demande en retard" in page
    assert "Ouvrir l’entreprise" in client.get(f"{REGISTER}/1").text
    assert client.get(f"{REGISTER}/2").status_code == 404, "a firm of Paris"


@pytest.mark.parametrize("person", ["alice", "scientist", "controller", "correspondent"])
def test_others_do_not_read_the_register(
    client: InspectingClient, world: World, person: str
) -> None:
    number = plant_demand(world.admin, world.siren_21, "21")
    sign_in_as(client, getattr(world, person))
    assert REGISTER not in client.get("/compte").text
    for address in (
        REGISTER,
        f"{REGISTER}/nouvelle",
        f"{REGISTER}/{number}",
        f"{REGISTER}/{number}/reponse",
    ):
        assert client.get(address).status_code == 403, address


def test_the_lesson_is_finished_when_every_answer_is_right(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    assert "10 minutes, pas encore faite" in client.get("/compte").text
    for number, page in enumerate(PAGES, 1):
        assert page.example in client.get(f"{LESSON}/{number}").text
    assert client.get(f"{LESSON}/{len(PAGES) + 1}").status_code == 404
    first = QUESTIONS[0]
    wrong = client.submit(f"{LESSON}/questions", {**RIGHT, first.code: str((first.right + 1) % 3)})
    assert wrong.status_code == 422
    assert first.why in wrong.text
    assert QUESTIONS[1].why not in wrong.text
    assert journaled(Event.LESSON_FINISHED) == []
    assert client.submit(f"{LESSON}/questions", {}).status_code == 422
    assert client.submit(f"{LESSON}/questions", RIGHT).status_code == 303
    assert len(journaled(Event.LESSON_FINISHED)) == 1
    assert "terminée le" in client.get("/compte").text


def test_the_reminder_is_soft(client: InspectingClient, world: World) -> None:
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
    finish_lesson(world.bob)
    sign_in_as(client, world.bob)
    assert LESSON not in client.get("/detections").text
    sign_in_as(client, world.alice)
    assert LESSON in client.get("/detections").text
    assert client.submit(f"{LESSON}/rappel", {}, page="/detections").status_code == 303
    assert LESSON not in client.get("/detections").text
    assert "pas encore faite" in client.get("/compte").text


def test_a_manager_reads_how_many_and_never_who(client: InspectingClient, world: World) -> None:
    finish_lesson(world.alice)
    sign_in_as(client, world.manager)
    page = client.get(LESSON).text
    assert "1 agent sur" in page
    assert "Alice" not in page
    sign_in_as(client, world.carol)
    assert "Votre administration" not in client.get(LESSON).text
