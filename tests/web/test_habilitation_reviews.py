"""The six-monthly review: decided by correspondants, line by line; no answer means withdrawal."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from app.core.now import at, today, utcnow
from app.habilitations.calendar import jobs
from app.habilitations.models import HabilitationRequest, ReviewCampaign
from tests.factories.habilitations import events, get_right, item_of, open_review, right_of
from tests.factories.network import system
from tests.factories.people import Grants, World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


def decision(**said: object) -> dict[str, object]:
    form = {"decision": "maintenir", "zone": "21", "natures": ["score"], "function": "test"}
    return {**form, "reason": "Toujours en poste", **said}


def pending() -> list[HabilitationRequest]:
    with system() as session:
        found = list(session.scalars(select(HabilitationRequest)))
        session.expunge_all()
    return found


def test_opening_needs_a_date_and_happens_once(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.admin)
    path = "/habilitations/revues/nouvelle"
    soon = {"due_on": (today() + timedelta(days=2)).isoformat()}
    refused = client.submit(path, soon)
    assert (refused.status_code, "Choisissez une date limite" in refused.text) == (422, True)
    form = {"due_on": (today() + timedelta(days=20)).isoformat()}
    assert client.submit(path, form).status_code == 303
    again = client.submit(path, form)
    assert (again.status_code, "déjà ouverte" in again.text) == (422, True)
    assert events().count("habilitations:review:opened") == 1


def test_keeping_asks_a_renewal_that_somebody_else_validates(
    client: InspectingClient, world: World
) -> None:
    campaign = open_review(world.admin)
    before = right_of(world.carol)
    sign_in_as(client, world.correspondent)
    page = client.page(f"/habilitations/revues/{campaign}")
    assert "Bob Fictif" not in page.get_text()
    path = f"/habilitations/revues/lignes/{item_of(world.carol)}"
    refused = client.submit(path, decision(reason=""))
    assert (refused.status_code, "Dites pourquoi" in refused.text) == (422, True)
    assert client.submit(path, decision(natures=["banque_de_france"])).status_code == 303
    (asked,) = pending()
    assert (asked.renews_id, asked.zone_code) == (before, "21")
    assert set(asked.natures) == set(get_right(before).natures), "kept as it was"
    assert right_of(world.carol) == before, "nothing is given yet"
    text = client.page(f"/habilitations/revues/{campaign}").get_text()
    assert "Maintenue, renouvellement demandé" in text
    assert "1 décision sur 4" in text
    again = client.submit(path, decision(), page="/compte/notifications")
    assert (again.status_code, "déjà décidé" in again.text) == (422, True)


def test_changing_asks_what_is_said_and_needs_a_change(
    client: InspectingClient, world: World
) -> None:
    open_review(world.admin)
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/revues/lignes/{item_of(world.carol)}"
    same = decision(decision="modifier", natures=get_right(right_of(world.carol)).natures)
    refused = client.submit(path, same)
    assert (refused.status_code, "choisissez « Maintenir »" in refused.text) == (422, True)
    assert client.submit(path, decision(decision="modifier", natures=["score"])).status_code == 303
    (asked,) = pending()
    assert asked.natures == ["score"]


def test_withdrawing_takes_effect_at_once(client: InspectingClient, world: World) -> None:
    open_review(world.admin)
    sign_in_as(client, world.correspondent)
    path = f"/habilitations/revues/lignes/{item_of(world.carol)}"
    answer = client.submit(path, decision(decision="retirer", reason="Mutée"))
    assert answer.status_code == 303
    right = get_right(right_of(world.carol))
    assert (right.withdrawn_by, right.withdrawal_reason) == (world.correspondent, "Mutée")


def test_silence_withdraws_the_day_after_the_date(client: InspectingClient, world: World) -> None:
    campaign = open_review(world.admin, today() + timedelta(days=10))
    sign_in_as(client, world.correspondent)
    client.submit(f"/habilitations/revues/lignes/{item_of(world.carol)}", decision())
    now = utcnow()
    with at(now + timedelta(days=10)):
        jobs.midnight()
    assert get_right(right_of(world.alice)).withdrawn_at is None, "the last day is a day to decide"
    with at(now + timedelta(days=11)):
        jobs.midnight()
        jobs.midnight()
    assert get_right(right_of(world.carol)).withdrawn_at is None
    silent = get_right(right_of(world.alice))
    assert silent.withdrawn_by is None
    assert "revue" in (silent.withdrawal_reason or "")
    with system() as session:
        assert session.get_one(ReviewCampaign, campaign).closed_at is not None
    assert events().count("habilitations:review:closed") == 1
    sign_in_as(client, world.admin)
    text = client.page(f"/habilitations/revues/{campaign}").get_text()
    assert "Retirée faute de décision" in text
    report = client.get(f"/habilitations/revues/{campaign}/export.csv").get_data(as_text=True)
    assert report.count("Retirée faute de décision") == 4
    sign_in_as(client, world.alice)
    assert client.get("/detections").status_code == 403


def test_nobody_reviews_their_own_right(client: InspectingClient, world: World) -> None:
    with system() as session:
        grants = Grants(session, session.get_one(Agent, world.admin))
        me = grants.agent(
            "les-deux", Administration.DIRECCTE, [Role.CORRESPONDANT, Role.AGENT], zone="21"
        )
    campaign = open_review(world.admin)
    sign_in_as(client, me)
    assert (
        "Par un autre correspondant" in client.page(f"/habilitations/revues/{campaign}").get_text()
    )
    path = f"/habilitations/revues/lignes/{item_of(me)}"
    answer = client.submit(path, decision(), page="/compte/notifications")
    assert answer.status_code == 403
