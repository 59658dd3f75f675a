"""Subscriptions to a view or to a département: what to expect is said before, what enters is told once, and nothing of nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Agent
from app.core import now
from app.core.access.identity import Nature
from app.core.journal import Event
from app.detections.models import HumanSignal, SignalSource
from app.habilitations.models import Habilitation
from app.messages.models import Announcement, Email
from app.network.notifications.jobs import write_digests
from app.watching.subscriptions import jobs
from app.watching.subscriptions.models import Subscription, TellingPace
from scoring.vocabulary import Level
from tests.factories.detections import Alerted, names_on, publish_list
from tests.factories.network import network_id, system
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as
from tests.web.test_views import save

FIRM = "Forges fictives de Dijon"
HIGH = "niveau=elevee"


@pytest.fixture
def first(world: World) -> int:
    """An empty list, there before anybody subscribes."""
    with system() as session:
        return publish_list(session, as_of=date(2026, 6, 1)).id


def subscribe(
    client: InspectingClient, what: str, pace: str = "quotidien", mail: bool = True
) -> None:
    """Subscribe to « vue=3 » or « departement=21 »."""
    form = {"pace": pace, **({"by_mail": "y"} if mail else {})}
    assert client.submit(f"/abonnements/nouveau?{what}", form).status_code == 303


def publish(world: World, month: int = 7) -> None:
    with system() as session:
        firm = Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE)
        publish_list(session, firm, as_of=date(2026, month, 1))


def rung() -> list[tuple[int, str, str]]:
    with system() as session:
        rows = session.scalars(select(Announcement).order_by(Announcement.id)).all()
        return [
            (row.agent_id, row.subject, row.path)
            for row in rows
            if row.dedup_key.startswith("subscription:")
        ]


def mailed() -> list[tuple[int, str, str]]:
    """The e-mails, once those of the morning are written."""
    write_digests(now.today())
    with system() as session:
        rows = session.scalars(select(Email).order_by(Email.id)).all()
        return [(row.agent_id, row.subject, row.body_text) for row in rows]


def test_a_view_is_told_once_a_list_as_its_subscriber_may_read_it(
    client: InspectingClient, world: World, first: int
) -> None:
    for agent_id in (world.alice, world.stranger):
        sign_in_as(client, agent_id)
        subscribe(client, f"vue={save(client, 'Forges de Dijon', HIGH)}")
    jobs.tell_daily()
    assert (rung(), mailed()) == ([], []), "nothing is told of nothing"
    publish(world)
    for _ in range(2):
        jobs.tell_daily()
    assert rung() == [(world.alice, "« Forges de Dijon » : 1 alerte à voir", f"/detections?{HIGH}")]
    ((agent_id, subject, body),) = mailed()
    assert agent_id == world.alice
    assert subject == "1 nouveauté dans ce que vous suivez"
    # A view may bear the name of a firm: the e-mail names none.
    assert "Dijon" not in subject + body
    assert "/abonnements" in body
    sign_in_as(client, world.alice)
    assert names_on(client, f"/detections?{HIGH}") == [FIRM]


def test_several_subscriptions_make_one_e_mail(
    client: InspectingClient, world: World, first: int
) -> None:
    sign_in_as(client, world.alice)
    subscribe(client, f"vue={save(client, query=HIGH)}")
    subscribe(client, "departement=21")
    subscribe(client, f"vue={save(client, 'Sans courriel', 'tri=entreprise')}", mail=False)
    publish(world)
    jobs.tell_daily()
    ((_, subject, body),) = mailed()
    assert subject == "2 nouveautés dans ce que vous suivez"
    assert "Département 21 : 1 alerte à voir" in body
    assert len(rung()) == 3


def test_each_is_told_at_their_pace(client: InspectingClient, world: World, first: int) -> None:
    for agent_id, pace in (
        (world.alice, "aussitot"),
        (world.bob, "quotidien"),
        (world.carol, "hebdomadaire"),
    ):
        subscribe(sign_in_as(client, agent_id), "departement=21", pace=pace)
    publish(world)
    jobs.tell_now()
    assert [agent for agent, *_ in rung()] == [world.alice]
    monday = now.utcnow() + timedelta(days=7 - now.today().weekday())
    with now.at(monday - timedelta(days=1)):
        jobs.tell_daily()
    assert [agent for agent, *_ in rung()] == [world.alice, world.bob]
    with now.at(monday):
        jobs.tell_daily()
        assert len(mailed()) == 3
    assert [agent for agent, *_ in rung()] == [world.alice, world.bob, world.carol]


def test_a_firm_flagged_in_a_departement_is_told_once(
    client: InspectingClient, world: World, first: int
) -> None:
    subscribe(sign_in_as(client, world.alice), "departement=21", pace="aussitot")
    path = f"/entreprises/{world.siren_21}/signaler"
    said = {"source": "presse", "comment": "Grève annoncée dans la presse locale."}
    sign_in_as(client, world.bob).submit(path, said)
    for _ in range(2):
        jobs.tell_now()
    assert rung() == [(world.alice, "Département 21 : 1 signalement", "/detections?departement=21")]


def test_what_to_expect_is_said_before_as_the_reader_would_be_told(
    client: InspectingClient, world: World, first: int
) -> None:
    publish(world)
    sign_in_as(client, world.alice)
    said = client.page("/abonnements/nouveau?departement=21").select_one("#volume").get_text()
    assert (
        "entre 0 et 1 alertes nouvelles ou aggravées par liste, sur les 2 dernières listes" in said
    )
    number = save(client, query="niveau=moderee")
    said = client.page(f"/abonnements/nouveau?vue={number}").select_one("#volume").get_text()
    assert "0 alertes" in said
    with system() as session:
        urssaf = newcomer(session, "urssaf", natures={"21": [Nature.URSSAF]})
    sign_in_as(client, urssaf)
    said = client.page("/abonnements/nouveau?departement=21").select_one("#volume").get_text()
    assert "entre" not in said
    # Nobody follows beyond their zone, nor a view that they do not read.
    assert client.get("/abonnements/nouveau?departement=75").status_code == 404
    assert client.get(f"/abonnements/nouveau?vue={number}").status_code == 404
    assert client.get("/abonnements/nouveau").location == "/abonnements"


def test_what_is_told_is_what_the_reader_still_may_read(
    client: InspectingClient, world: World, first: int
) -> None:
    with system() as session:
        urssaf = newcomer(session, "urssaf", natures={"21": [Nature.URSSAF]})
        gone = newcomer(session, "parti", natures={"21": [Nature.SCORE]})
    for agent_id in (urssaf, gone):
        subscribe(sign_in_as(client, agent_id), "departement=21")
    # Of a département that has left the zone: never the whole zone in its stead.
    sign_in_as(client, world.alice)
    subscribe(client, "departement=21")
    with system() as session:
        session.get_one(Agent, gone).active = False
        mine = Habilitation.agent_id == world.alice
        session.execute(update(Habilitation).where(mine).values(zone_code="75"))
    publish(world)
    jobs.tell_daily()
    assert (rung(), mailed()) == ([], [])


def test_a_subscription_is_changed_and_stopped_by_its_agent_alone(
    client: InspectingClient, world: World, first: int
) -> None:
    sign_in_as(client, world.alice)
    subscribe(client, "departement=21")
    subscribe(client, "departement=21", pace="hebdomadaire", mail=False)
    with system() as session:
        (known,) = session.scalars(select(Subscription)).all()
        number, pace, by_mail = known.id, known.pace, known.by_mail
    assert (pace, by_mail) == (TellingPace.WEEKLY, False)
    path = f"/abonnements/{number}/arret"
    for agent_id, status in ((world.carol, 404), (world.stranger, 404), (world.admin, 403)):
        sign_in_as(client, agent_id)
        assert client.submit(path, {}, page="/compte").status_code == status
        if agent_id != world.admin:
            assert "Arrêter" not in client.page("/abonnements").select_one("main").get_text()
    sign_in_as(client, world.alice)
    assert client.submit(path, {}, page="/abonnements").status_code == 303
    publish(world)
    jobs.tell_daily()
    assert rung() == []
    changes = [line.details["change"] for line in journaled(Event.SUBSCRIPTION_CHANGED)]
    assert changes == ["réglé", "réglé", "arrêté"]


def test_a_view_that_is_deleted_takes_its_subscriptions(
    client: InspectingClient, world: World, first: int
) -> None:
    sign_in_as(client, world.alice)
    number = save(client, to=str(network_id("crp")))
    subscribe(sign_in_as(client, world.carol), f"vue={number}")
    sign_in_as(client, world.alice)
    assert client.submit(f"/vues/{number}/suppression", {}, page="/vues").status_code == 303
    with system() as session:
        assert session.scalars(select(Subscription)).all() == []


def test_a_signal_of_before_is_no_news(client: InspectingClient, world: World, first: int) -> None:
    with system() as session:
        session.add(
            HumanSignal(
                siren=world.siren_21, departments=["21"], author_id=world.bob, source=SignalSource.INTERNE,
                comment="Le dirigeant appelle.",
            )
        )  # fmt: skip
    subscribe(sign_in_as(client, world.alice), "departement=21")
    jobs.tell_daily()
    assert rung() == []
