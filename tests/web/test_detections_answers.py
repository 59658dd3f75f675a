"""Human signals, answers to a detection, and the panels of the firm and of the home page."""

import re

import pytest
from sqlalchemy import select

from app.companies.models import Company
from app.core.identity import system_identity
from app.core.journal import Event
from app.core.unit_of_work import unit_of_work
from app.detections.models import (
    DetectionFeedback,
    HumanSignal,
)
from app.habilitations.models import Habilitation
from tests.factories.detections import entry_of, journaled, names_on
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")


def test_a_signal_takes_its_place_in_the_list_and_opens_the_firm(
    world: World, listed: int, client: InspectingClient
) -> None:
    path = f"/entreprises/{world.siren_21_quiet}/signaler"
    form = {"source": "presse", "comment": "Grève annoncée dans la presse locale."}
    answer = sign_in_as(client, world.alice).submit(path, form)
    assert (answer.status_code, answer.location) == (303, f"/entreprises/{world.siren_21_quiet}")
    with unit_of_work(ACTOR) as session:
        assert session.get_one(Company, world.siren_21_quiet).first_alert_on is not None
    (line,) = journaled(Event.SIGNAL_WRITTEN)
    assert line.actor_id == world.alice
    assert line.siren == world.siren_21_quiet
    page = client.page("/detections?source=humain")
    assert "Signalement humain – Presse" in page.get_text()
    assert names_on(client, "/detections?source=les_deux") == []
    assert len(names_on(client, "/detections")) == 2
    sign_in_as(client, world.bob)
    assert len(names_on(client, "/detections")) == 2
    sign_in_as(client, world.stranger)
    assert names_on(client, "/detections?source=humain") == []


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"comment": "x"}, "Choisissez la source."),
        ({"source": "presse", "comment": ""}, "Dites en une phrase ce que vous savez."),
        ({"source": "presse", "comment": "   "}, "Dites en une phrase ce que vous savez."),
        ({"source": "presse", "comment": "x" * 5001}, "dépasse 5000 caractères"),
        ({"source": "autre", "comment": "x"}, ""),
    ],
)
def test_a_signal_refused_says_why_and_loses_nothing(
    world: World, client: InspectingClient, form: dict[str, str], message: str
) -> None:
    answer = sign_in_as(client, world.alice).submit(f"/entreprises/{world.siren_21}/signaler", form)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert form["comment"] in answer.get_data(as_text=True)
    with unit_of_work(ACTOR) as session:
        assert session.scalars(select(HumanSignal)).all() == []


def test_nobody_flags_a_firm_out_of_the_zone(world: World, client: InspectingClient) -> None:
    path = f"/entreprises/{world.siren_75}/signaler"
    answer = sign_in_as(client, world.alice).get(path)
    assert answer.status_code == 403
    assert "signalez-la à un collègue" in answer.get_data(as_text=True)
    assert client.get("/entreprises/999999999/signaler").status_code == 404


def test_an_answer_is_kept_and_revised(world: World, listed: int, client: InspectingClient) -> None:
    path = f"/detections/avis/{entry_of(world.siren_21)}"
    sign_in_as(client, world.alice)
    form = {"is_useful": "non", "reasons": ["too_late", "other"], "comment": "Déjà connue."}
    assert client.submit(path, form).status_code == 303
    page = client.page(path)
    assert {box["value"] for box in page.select("input[name=reasons][checked]")} == {
        "too_late",
        "other",
    }
    assert client.submit(path, {"is_useful": "oui"}).status_code == 303
    with unit_of_work(ACTOR) as session:
        (known,) = session.scalars(select(DetectionFeedback)).all()
        assert (known.agent_id, known.is_useful, known.reasons) == (world.alice, True, [])
    last = journaled(Event.DETECTION_FEEDBACK)[-1]
    assert last.details["changes"]["is_useful"] == [False, True]
    sign_in_as(client, world.carol)
    assert not client.page(path).select("#avis-detection input[checked]"), (
        "an answer is its author’s"
    )


def test_useless_without_a_reason_is_refused(
    world: World, listed: int, client: InspectingClient
) -> None:
    path = f"/detections/avis/{entry_of(world.siren_21)}"
    answer = sign_in_as(client, world.alice).submit(path, {"is_useful": "non"})
    assert answer.status_code == 422
    assert "choisissez au moins une raison" in answer.get_data(as_text=True)
    answer = client.submit(path, {"comment": "x"})
    assert "Dites si la détection est utile ou non." in answer.get_data(as_text=True)


def test_object_routes_open_to_the_zone_and_to_nobody_else(
    world: World, listed: int, client: InspectingClient
) -> None:
    feedback = f"/detections/avis/{entry_of(world.siren_21)}"
    assert client.get(feedback).status_code == 401
    assert client.get(f"/detections/{listed}").status_code == 401
    assert client.get(f"/detections/{listed}/export.xlsx").status_code == 401
    for agent, expected in (
        (world.alice, 200),
        (world.bob, 200),
        (world.carol, 200),
        (world.stranger, 404),
    ):
        assert sign_in_as(client, agent).get(feedback).status_code == expected
    for agent in (world.admin, world.scientist, world.controller):
        sign_in_as(client, agent)
        for path in (
            feedback,
            "/detections",
            f"/detections/{listed}",
            f"/detections/{listed}/export.xlsx",
        ):
            assert client.get(path).status_code in {403, 404}


def test_an_agent_without_the_score_sees_no_alert(
    world: World, listed: int, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        for right in session.scalars(
            select(Habilitation).where(Habilitation.agent_id == world.carol)
        ):
            right.natures = ["urssaf"]
    assert names_on(sign_in_as(client, world.carol), "/detections") == []


def test_the_firms_page_says_the_risk_why_and_asks_for_an_opinion(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page(f"/entreprises/{world.siren_21}")
    text = page.get_text(" ", strip=True).replace("\xa0", " ")
    for words in (
        "18 mois 40 %",
        "Dette Urssaf : 3,2 mois de cotisations",
        "Votre avis",
        "Liste 11/2026",
    ):
        assert words in text, words
    assert page.select_one("#pourquoi svg.vigie-push--raises") is not None
    assert re.search("(augmente|diminue) (un peu|nettement|fortement) le risque", text)


def test_the_home_page_counts_the_new_alerts(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page("/")
    assert "1 nouvelle alerte dans la liste du 1er novembre 2026" in page.get_text()
    link = page.select_one("#nouvelles-alertes li a")
    assert link is not None
    assert link["href"] == f"/entreprises/{world.siren_21}"
