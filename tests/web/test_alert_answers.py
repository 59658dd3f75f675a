"""An alert answered in three ways: who reads it, what it does to the lists and to what is to be done, and when it reappears."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from app.core import now
from app.core.access.identity import Nature
from app.core.journal import Event
from app.detections.answers import jobs, services
from app.detections.answers.models import AnswerKind, AnswerReason, DetectionAnswer
from app.detections.models import DetectionList
from app.habilitations.models import Habilitation
from app.network.models import FeedEvent, Notification
from app.network.notifications import jobs as notifications
from scoring.vocabulary import Level, Novelty
from tests.factories.detections import Alerted, entry_of, names_on, publish_list
from tests.factories.network import last_event, system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

pytest_plugins = ["tests.factories.region"]

DAY = timedelta(days=1)
FIRM = "Forges fictives de Dijon"
REASON = {"inexacte": "no_difficulty", "traitee": "no_need", "surveillance": "awaited"}
LABEL = {
    "inexacte": ("inexact", "Alerte inexacte"),
    "traitee": ("handled", "Déjà traitée"),
    "surveillance": ("watched", "En surveillance"),
}


def path(world: World, kind: str) -> str:
    return f"/detections/reponses/{entry_of(world.siren_21)}/{kind}"


def say(client: InspectingClient, world: World, kind: str = "inexacte", **said: object) -> int:
    """Answer the alert of the firm of Côte-d’Or; the status."""
    form = {"reasons": [REASON[kind]], "comment": "Vue hier avec la Banque de France.", **said}
    if kind == "surveillance":
        form = {"returns_on": (now.today() + 30 * DAY).isoformat(), **form}
    return client.submit(path(world, kind), form).status_code


@pytest.mark.parametrize("kind", list(REASON))
def test_an_answer_is_told_to_whoever_reads_the_alert_and_leaves_what_is_to_be_done(
    world: World, listed: int, client: InspectingClient, kind: str
) -> None:
    code, label = LABEL[kind]
    assert say(sign_in_as(client, world.alice), world, kind) == 303
    for colleague in (world.alice, world.bob):
        sign_in_as(client, colleague)
        page = client.page(f"/entreprises/{world.siren_21}").select_one("#reponses")
        text = page.get_text(" ", strip=True)
        assert AnswerReason(REASON[kind]).label in text
        assert "Vue hier avec la Banque de France." in text
        assert ("Vous" if colleague == world.alice else "Alice Fictif, Direccte") in text
        # It stays on everybody's list, under its label.
        assert names_on(client, "/detections?tout=1") == [FIRM]
        assert label in client.page("/detections?tout=1").select_one("#resultats tbody").get_text()
        assert names_on(client, f"/detections?suivi={code}") == [FIRM]
        assert names_on(client, "/detections?suivi=unanswered") == []
        assert "sans contact ni réponse" not in client.page("/").get_text()


def test_who_reads_no_alert_reads_no_answer(
    world: World, listed: int, client: InspectingClient
) -> None:
    say(sign_in_as(client, world.alice), world)
    with system() as session:
        session.execute(
            update(Habilitation)
            .where(Habilitation.agent_id == world.carol)
            .values(natures=[Nature.URSSAF.value])
        )
    for reader in (world.carol, world.stranger):
        sign_in_as(client, reader)
        assert client.get(path(world, "inexacte")).status_code == 404
        for address in (f"/entreprises/{world.siren_21}", f"/entreprises/{world.siren_21}/fil"):
            text = client.get(address).get_data(as_text=True)
            assert "Vue hier" not in text
            assert "nexacte" not in text, address
        assert names_on(client, "/detections?suivi=inexact") == []


@pytest.mark.parametrize(
    ("kind", "said", "message"),
    [
        ("inexacte", {"reasons": []}, "choisissez au moins une raison"),
        ("inexacte", {"reasons": ["awaited"]}, "« awaited »"),
        ("surveillance", {"returns_on": ""}, "Saisissez une date"),
        ("surveillance", {"returns_on": "demain"}, "Saisissez une date"),
        ("surveillance", {"returns_on": "2020-01-01"}, "Choisissez un jour à venir"),
        ("surveillance", {"returns_on": "2090-01-01"}, "Choisissez un jour à venir"),
        ("traitee", {"comment": "x" * 5_001}, "dépasse 5000 caractères"),
    ],
)
def test_an_answer_refused_says_why_and_keeps_what_was_typed(
    world: World, listed: int, client: InspectingClient, kind: str, said: dict[str, object], message: str
) -> None:  # fmt: skip
    sign_in_as(client, world.alice)
    form = {"reasons": [REASON[kind]], "comment": "Gardé tel quel", **said}
    if kind == "surveillance":
        form = {"returns_on": "", **form}
    answer = client.submit(path(world, kind), form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in text or "proposées" in text or "valable" in text or "valide" in text
    assert str(form["comment"]) in text
    with system() as session:
        assert session.scalars(select(DetectionAnswer)).all() == []


def test_what_is_asked_is_asked_for_and_what_an_answer_does_is_said(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    for kind in REASON:
        page = client.page(path(world, kind))
        asked = page.select_one("fieldset")
        assert "facultatif" not in asked.get_text()
        effects = page.select_one("#effets").get_text(" ", strip=True)
        for said in (
            "reste dans la liste de chacun",
            "Elle n’entraîne pas le modèle",
            "la fiche de l’OpenLab la résume chaque semaine",
            "lisent votre réponse",
        ):
            assert said in effects
    assert client.get(path(world, "autre")).status_code == 404
    assert client.get(path(world, "utile")).status_code == 404


def test_an_answer_is_changed_then_withdrawn(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    say(client, world)
    say(client, world, "traitee", comment="")
    page = client.page(path(world, "traitee"))
    assert [box["value"] for box in page.select("input[name=reasons][checked]")] == ["no_need"]
    with system() as session:
        (known,) = session.scalars(select(DetectionAnswer)).all()
        assert (known.kind, known.reasons) == (AnswerKind.HANDLED, ["no_need"])
    last = journaled(Event.ALERT_ANSWERED)[-1].details
    assert last["changes"]["kind"] == ["inexacte", "traitee"]
    assert "Vue hier" not in str(last)
    firm, back = f"/entreprises/{world.siren_21}", path(world, "retrait")
    # Nobody withdraws what another said.
    sign_in_as(client, world.bob)
    assert client.submit(back, {}, page=firm).status_code == 303
    assert "pas de réponse en cours" in client.page(firm).get_text()
    assert names_on(client, "/detections?suivi=unanswered") == []
    sign_in_as(client, world.alice)
    assert client.submit(back, {}, page=firm).status_code == 303
    assert names_on(client, "/detections?suivi=unanswered") == [FIRM]
    assert "finie" in client.page(firm).select_one("#reponses").get_text()
    told = client.page(f"{firm}/fil").get_text()
    assert "Réponse à l’alerte : exacte et déjà traitée" in told
    assert "Réponse à l’alerte retirée" in told


def test_a_watched_alert_reappears_at_its_day_whether_or_not_the_job_ran(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    say(client, world, "surveillance", returns_on=(now.today() + 2 * DAY).isoformat())
    assert names_on(client, "/detections?suivi=unanswered") == []
    with now.at(noon(1)):
        jobs.end_due()
    assert journaled(Event.ALERT_RETURNED) == []
    with system() as session:
        session.execute(update(DetectionAnswer).values(returns_on=now.today()))
    # The day has come, and no job has run.
    assert names_on(client, "/detections?suivi=unanswered") == [FIRM]
    assert names_on(client, "/detections?suivi=watched") == []
    for _ in range(2):
        jobs.end_due()
    (line,) = journaled(Event.ALERT_RETURNED)
    assert line.siren == world.siren_21
    # Whoever asked is told, once.
    notifications.notify(event_id=last_event())
    with system() as session:
        returned = select(Notification.agent_id).join(Notification.event)
        told = session.scalars(returned.where(FeedEvent.kind == "detections:entry:returned")).all()
    assert told == [world.alice]
    assert "L’alerte reparaît" in client.page("/notifications").get_text()


def test_an_answer_lasts_until_a_list_says_the_alert_is_new_or_worse(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    say(client, world)
    for novelty, still in ((Novelty.NONE, True), (Novelty.AGGRAVATION, False)):
        with system() as session:
            firm = Alerted(
                siren=world.siren_21, department="21", level=Level.ELEVEE, novelty=novelty
            )
            months = 12 if still else 13
            following = publish_list(
                session, firm, as_of=date(2026 + months // 12, months % 12 + 1, 1)
            )
            services.end_overtaken(session, following)
        assert names_on(client, "/detections?suivi=unanswered") == ([] if still else [FIRM])


def test_a_list_made_again_for_the_same_day_ends_no_answer(
    world: World, listed: int, client: InspectingClient
) -> None:
    say(sign_in_as(client, world.alice), world)
    with system() as session:
        day = session.get_one(DetectionList, listed).as_of
        again = publish_list(session, Alerted(siren=world.siren_21, department="21"), as_of=day)
        services.end_overtaken(session, again)
    assert names_on(client, "/detections?suivi=inexact") == [FIRM]


def test_an_alert_of_a_replaced_list_is_not_answered(
    world: World, listed: int, client: InspectingClient
) -> None:
    former = path(world, "inexacte")
    with system() as session:
        publish_list(
            session, Alerted(siren=world.siren_21, department="21"), as_of=date(2026, 12, 1)
        )
    sign_in_as(client, world.alice)
    answer = client.submit(former, {"reasons": ["other"]})
    assert answer.status_code == 422
    assert "liste remplacée" in answer.get_data(as_text=True)


def test_an_opinion_of_before_is_its_authors_alone(
    world: World, listed: int, client: InspectingClient
) -> None:
    """It was asked for « pour l’équipe qui améliore le modèle »: it is not told to colleagues now."""
    entry_id = entry_of(world.siren_21)
    with system() as session:
        session.add(
            DetectionAnswer(
                entry_id=entry_id, agent_id=world.alice, siren=world.siren_21, departments=["21"],
                kind=AnswerKind.INEXACT, reasons=["no_difficulty"], comment="Dit à l’équipe", is_shared=False,
            )
        )  # fmt: skip
    firm = f"/entreprises/{world.siren_21}"
    assert "Dit à l’équipe" in sign_in_as(client, world.alice).page(firm).get_text()
    assert "Dit à l’équipe" not in sign_in_as(client, world.bob).page(firm).get_text()
    assert names_on(client, "/detections?suivi=unanswered") == [FIRM]
    sign_out(client)
    assert client.get(path(world, "inexacte")).status_code == 401


def noon(days: int) -> datetime:
    return datetime.combine(now.today() + days * DAY, time(12), now.PARIS)
