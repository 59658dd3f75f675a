"""What each list changes, told to each as far as their zone and natures go."""

from datetime import date

import pytest
from sqlalchemy import select, update

from app.core.access.identity import Nature
from app.detections.answers.models import AnswerKind, DetectionAnswer
from app.detections.models import DetectionEntry, DetectionList
from app.detections.news import services
from app.habilitations.models import Habilitation
from app.messages.models import Announcement
from scoring.vocabulary import Level, Novelty
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


@pytest.fixture
def lists(world: World) -> tuple[int, int]:
    """A list with a firm of Dijon and one of Paris, answered; then one where the first is worse and the other gone."""
    both = [
        Alerted(siren=world.siren_21, department="21"),
        Alerted(siren=world.siren_75, department="75"),
    ]
    worse = Alerted(
        siren=world.siren_21, department="21", level=Level.ELEVEE, novelty=Novelty.AGGRAVATION
    )
    quiet = Alerted(siren=world.siren_21_quiet, department="21", level=Level.MODEREE)
    with system() as session:
        former = publish_list(session, *both, as_of=date(2026, 6, 1))
        former.parameters = {
            "model": "a",
            "freshness": {"debit": "2026-04-01"},
            "thresholds": {"elevee": 0.4},
        }
        services.store_tally(session, former)
        for entry in session.scalars(select(DetectionEntry)).all():
            session.add(
                DetectionAnswer(
                    entry_id=entry.id, agent_id=world.alice, siren=entry.siren, departments=entry.departments,
                    kind=AnswerKind.INEXACT, reasons=["other"],
                )
            )  # fmt: skip
        following = publish_list(session, worse, quiet, as_of=date(2026, 7, 1))
        following.parameters = {
            "model": "b", "freshness": {"debit": "2026-05-01"}, "thresholds": {"elevee": 0.45},
        }  # fmt: skip
        services.store_tally(session, following)
        return former.id, following.id


def figures(client: InspectingClient, number: int) -> list[str]:
    """The totals of a list, in their order: élevées, modérées, premières, aggravations, nouvelles, sorties."""
    found = client.page(f"/nouveautes/{number}").select("#totaux .vigie-stat__value")
    return [figure.get_text(strip=True) for figure in found]


def test_each_reads_the_totals_of_their_zone(
    world: World, lists: tuple[int, int], client: InspectingClient
) -> None:
    former, following = lists
    sign_in_as(client, world.alice)
    assert figures(client, former) == ["0", "1", "1", "0", "0", "0"]
    assert figures(client, following) == ["1", "1", "1", "1", "0", "0"]
    sign_in_as(client, world.stranger)
    assert figures(client, former) == ["0", "1", "1", "0", "0", "0"]
    assert figures(client, following) == ["0", "0", "0", "0", "0", "1"]
    rows = [row.get_text(" ", strip=True) for row in client.page("/nouveautes").select("tbody tr")]
    assert len(rows) == 2
    assert rows[0].endswith("0 0 0 1")


def test_who_holds_no_score_reads_no_total_and_what_the_list_is_made_of(
    world: World, lists: tuple[int, int], client: InspectingClient
) -> None:
    with system() as session:
        session.execute(
            update(Habilitation)
            .where(Habilitation.agent_id == world.carol)
            .values(natures=[Nature.URSSAF.value])
        )
    sign_in_as(client, world.carol)
    page = client.page(f"/nouveautes/{lists[1]}")
    assert figures(client, lists[1]) == []
    assert "non habilité" in page.select_one("#totaux").get_text()
    assert page.select_one("#reponses") is None
    assert "Un nouveau modèle" in page.select_one("#modele").get_text()
    assert "non habilité" in client.page("/nouveautes").select_one("tbody").get_text()


def test_what_changed_in_the_model_and_the_sources_is_said(
    world: World, lists: tuple[int, int], client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    said = client.page(f"/nouveautes/{lists[1]}").select_one("#modele").get_text(" ", strip=True)
    said = said.replace("\xa0", " ").replace("\u202f", " ")
    assert "Un nouveau modèle a été mis en service" in said
    assert "Dette Urssaf : jusqu’à mai 2026 (liste précédente : avr. 2026)." in said
    assert "Seuil des alertes élevées : 45,0 % de risque à 18 mois, 40,0 % auparavant." in said
    first = client.page(f"/nouveautes/{lists[0]}").select_one("#modele").get_text()
    assert "première liste" in first


def test_what_the_answers_led_to_is_told_of_the_alerts_that_one_reads(
    world: World, lists: tuple[int, int], client: InspectingClient
) -> None:
    sign_in_as(client, world.bob)
    said = client.page(f"/nouveautes/{lists[1]}").select_one("#reponses").get_text(" ", strip=True)
    assert "1 alerte jugée inexacte : 0 hors de cette liste, 1 encore en alerte, dont 1" in said
    sign_in_as(client, world.stranger)
    said = client.page(f"/nouveautes/{lists[1]}").select_one("#reponses").get_text(" ", strip=True)
    assert "1 alerte jugée inexacte : 1 hors de cette liste, 0 encore en alerte." in said


def test_a_list_is_announced_once_to_those_who_work_on_firms(
    world: World, lists: tuple[int, int], client: InspectingClient
) -> None:
    with system() as session:
        for _ in range(2):
            services.announce(session, session.get_one(DetectionList, lists[1]))
        told = session.scalars(select(Announcement.agent_id)).all()
    assert sorted(told) == sorted(
        [world.alice, world.bob, world.carol, world.stranger, world.manager]
    )
    sign_in_as(client, world.alice)
    link = client.page("/notifications").select_one(f'a[href="/nouveautes/{lists[1]}"]')
    assert "ce qui change" in link.get_text()


def test_nobody_without_a_habilitation_reads_them(
    world: World, lists: tuple[int, int], client: InspectingClient
) -> None:
    for path in ("/nouveautes", f"/nouveautes/{lists[1]}"):
        assert client.get(path).status_code == 401
        for agent_id in (world.admin, world.scientist, world.controller):
            assert sign_in_as(client, agent_id).get(path).status_code == 403
        client.delete_cookie("vigie")
    sign_in_as(client, world.alice)
    assert client.get("/nouveautes/99999").status_code == 404
