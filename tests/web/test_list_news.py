"""What each list changes, told to each as far as their zone and natures go."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.access.identity import Nature
from app.core.now import today, utcnow
from app.detections.answers.models import AnswerKind, DetectionAnswer
from app.detections.models import DetectionEntry, DetectionList
from app.detections.news import services
from app.habilitations.models import Habilitation
from app.messages.models import Announcement
from app.visits.models import Verdict
from scoring.vocabulary import Level, Novelty
from tests.factories.cases import open_case
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.visits import log_visit
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


def led_to(client: InspectingClient, number: int) -> dict[str, str]:
    """What the answers to the list before led to, by its label."""
    found = client.page(f"/nouveautes/{number}").select("#reponses .vigie-stat")
    return {
        str(stat.select_one(".vigie-stat__label").get_text(strip=True)): str(  # type: ignore[union-attr]
            stat.select_one(".vigie-stat__value").get_text(strip=True)  # type: ignore[union-attr]
        )
        for stat in found
    }


def answer(
    session: Session,
    listed: DetectionList,
    siren: str,
    agent_id: int,
    kind: AnswerKind,
    **said: object,
) -> None:
    of_firm = (DetectionEntry.list_id == listed.id, DetectionEntry.siren == siren)
    entry = session.scalars(select(DetectionEntry).where(*of_firm)).one()
    session.add(
        DetectionAnswer(
            entry_id=entry.id, agent_id=agent_id, siren=siren, departments=entry.departments, kind=kind,
            reasons=["other"], **said,
        )
    )  # fmt: skip


def test_what_the_answers_led_to_is_counted_when_the_next_list_is_announced(
    world: World, client: InspectingClient
) -> None:
    """Of Dijon: one removed, one back and confirmed. Of Paris: an answer taken back, that led to nothing."""
    gone, back, paris = world.siren_21_quiet, world.siren_21, world.siren_75
    with system() as session:
        all_three = [
            Alerted(siren=each, department="75" if each == paris else "21")
            for each in (gone, back, paris)
        ]
        former = publish_list(session, *all_three, as_of=date(2026, 6, 1))
        answer(session, former, gone, world.alice, AnswerKind.INEXACT)
        answer(session, former, gone, world.bob, AnswerKind.INEXACT)
        answer(
            session,
            former,
            back,
            world.alice,
            AnswerKind.WATCHED,
            returns_on=today(),
            ended_at=utcnow(),
        )
        answer(session, former, paris, world.stranger, AnswerKind.INEXACT, ended_at=utcnow())
    log_visit(world.alice, world.siret_21, to="crp")
    # Before the answer, or without a difficulty: neither confirms anything.
    log_visit(world.alice, world.siret_21_quiet, to="crp", visited_on=today() - timedelta(days=3))
    log_visit(world.alice, world.siret_21_quiet, to="crp", verdict=Verdict.NON_CONFIRMEE)
    with system() as session:
        following = publish_list(session, all_three[1], as_of=date(2026, 7, 1))
        services.store_tally(session, following)
        services.store_outcomes(session, following)
        number = following.id
    expected = {"Retirées": "1", "Reparues au terme de leur surveillance": "1", "Confirmées": "1"}
    sign_in_as(client, world.bob)
    assert led_to(client, number) == expected
    said = client.page(f"/nouveautes/{number}").select_one("#reponses").html
    for definition in (
        "qui ne sont plus en alerte sur cette liste", "jusqu’à un jour qui est venu avant cette liste",
        "depuis la réponse, un contact ou une visite a confirmé une difficulté, ou un accompagnement a été ouvert",
        "comptées à l’annonce de cette liste",
    ):  # fmt: skip
        assert definition in said
    # What comes later is for the next one.
    open_case(world.alice, world.siret_21_quiet)
    assert led_to(client, number) == expected
    sign_in_as(client, world.stranger)
    assert led_to(client, number) == {}


def test_an_accompagnement_confirms_and_a_watch_that_goes_on_is_not_back(
    world: World, client: InspectingClient
) -> None:
    with system() as session:
        alert = Alerted(siren=world.siren_21, department="21")
        former = publish_list(session, alert, as_of=date(2026, 6, 1))
        later = today() + timedelta(days=30)
        answer(session, former, world.siren_21, world.alice, AnswerKind.WATCHED, returns_on=later)
    open_case(world.alice, world.siret_21)
    with system() as session:
        following = publish_list(session, alert, as_of=date(2026, 7, 1))
        services.store_tally(session, following)
        services.store_outcomes(session, following)
        number = following.id
    sign_in_as(client, world.alice)
    assert list(led_to(client, number).values()) == ["0", "0", "1"]


def test_of_a_list_before_this_was_counted_nothing_is_said(
    world: World, lists: tuple[int, int], client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    assert led_to(client, lists[1]) == {}


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
    assert "1 non lue sur 1 notification" in client.page("/notifications").get_text()
    client.page(str(link["href"]))
    assert "0 non lue sur 1 notification" in client.page("/notifications").get_text()
    sign_in_as(client, world.bob)
    assert "1 non lue sur 1 notification" in client.page("/notifications").get_text()


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
