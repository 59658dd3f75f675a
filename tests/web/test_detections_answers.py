"""Human signals, and the panels of the firm and of the home page."""

import re

import pytest
from sqlalchemy import select

from app.companies.models import CompanyAlert
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.detections.models import (
    DetectionEntry,
    DetectionList,
    DetectionReason,
    HumanSignal,
)
from app.habilitations.models import Habilitation
from tests.factories.detections import EARLIER, Alerted, entry_of, names_on, publish_list
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
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
        ({"source": "presse", "comment": "   "}, "Dites en quelques mots"),
        ({"source": "presse", "comment": "x"}, "Dites en quelques mots"),
        ({"source": "presse", "comment": "un deux " * 300}, "dépasse 2\u202f000 caractères"),
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


def test_object_routes_open_to_the_zone_and_to_nobody_else(
    world: World, listed: int, client: InspectingClient
) -> None:
    feedback = f"/detections/reponses/{entry_of(world.siren_21)}/inexacte"
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
        "Cette alerte est-elle à traiter ?",
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


@pytest.fixture
def explained(world: World, listed: int) -> None:
    """The current entry adds up from a start at 18 and 24 months; the list before said less debt."""
    with unit_of_work(ACTOR) as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"), as_of=EARLIER)
        session.get_one(CompanyAlert, world.siren_21).first_on = EARLIER
        past, entry = session.scalars(
            select(DetectionEntry)
            .join(DetectionEntry.list)
            .where(DetectionEntry.siren == world.siren_21)
            .order_by(DetectionList.as_of)
        ).all()
        debt = session.scalars(
            select(DetectionReason).where(
                DetectionReason.entry_id == past.id, DetectionReason.variable == "debt"
            )
        ).one()
        debt.contribution, debt.value = 0.3, 2.1
        debt.sentence = "Dette Urssaf : 2,1 mois de cotisations, en hausse depuis 6 mois"
        steps = [
            ("base", None, 24, -3.5),
            ("base", None, 18, -3.9),
            ("dettes_sociales", "urssaf", 18, 0.61),
        ]
        for theme, nature, horizon, value in steps:
            session.add(
                DetectionReason(
                    entry_id=entry.id, siren=entry.siren, departments=entry.departments, nature=nature, theme=theme,
                    contribution=value, sentence="", position=9, horizon=horizon,
                )
            )  # fmt: skip


def test_the_firms_page_adds_the_themes_up_and_says_what_changed(
    world: World, explained: None, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page(f"/entreprises/{world.siren_21}")
    earlier, calculation = page.select("#calcul table")
    rows = [row.get_text(" ", strip=True) for row in calculation.select("tbody tr")]
    assert rows == [
        "Point de départ – non disponible -3,5", "Dettes sociales +0,8 -2,7", "Effectif -0,2 -2,9",
        "Cette entreprise – non disponible -2,9",
    ]  # fmt: skip
    assert "Dettes sociales +0,61 -3,29" in earlier.get_text(" ", strip=True)
    changed = page.select_one("#pourquoi").get_text(" ", strip=True)
    assert "Ce qui a changé depuis la liste du 1er août 2026" in changed
    assert (
        "Dette Urssaf : 3,2 mois de cotisations (auparavant : 2,1 mois de cotisations) : pèse davantage"
        in changed
    )


def test_whoever_cannot_read_a_theme_is_shown_nothing_that_tells_it(
    world: World, explained: None, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        for right in session.scalars(
            select(Habilitation).where(Habilitation.agent_id == world.carol)
        ):
            right.natures = ["score", "banque_de_france", "activite_partielle"]
    page = sign_in_as(client, world.carol).page(f"/entreprises/{world.siren_21}")
    why = page.select_one("#pourquoi").get_text(" ", strip=True)
    assert "Dettes sociales : non habilité." in why
    assert "n’est montré qu’à qui peut lire tous les thèmes" in why
    for told in ("-3,5", "-2,9", "+0,8", "-3,29", "Dette Urssaf", "2,1 mois"):
        assert told not in why, told
    assert page.select_one("#calcul") is None
