"""A subscription is stopped from its e-mail by whoever holds it, without signing in; opening the page stops nothing."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.accounts.models import Agent, MailPace
from app.core.journal import Event
from app.messages.jobs import send_mail
from app.messages.models import Email
from app.messages.stops.links import ToStop, token_of
from app.watching.subscriptions import jobs
from app.watching.subscriptions.models import Subscription
from tests.factories.detections import publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.support.smtp import posted_to
from tests.web.test_subscriptions import HIGH, mailed, publish, rung, subscribe
from tests.web.test_views import save

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ADDRESS = re.compile(r"/abonnements/arret/[^\s\"<>]+")


@pytest.fixture
def told(world: World, client: InspectingClient) -> list[str]:
    """Alice was told of a view and of a département by one e-mail: the addresses that it bears, as text."""
    with system() as session:
        publish_list(session, as_of=date(2026, 6, 1))
    sign_in_as(client, world.alice)
    subscribe(client, f"vue={save(client, 'Forges de Dijon', HIGH)}")
    subscribe(client, "departement=21")
    publish(world)
    jobs.tell_daily()
    sign_out(client)
    ((_, _, body),) = mailed()
    return ADDRESS.findall(body)[::-1]


@pytest.fixture
def provider(app: Flask, world: World) -> FlaskClient:
    """Whoever delivers the e-mail: no cookie, no page."""
    return FlaskClient(app, app.response_class, use_cookies=False)


def running() -> list[str]:
    with system() as session:
        those = select(Subscription).where(Subscription.stopped_at.is_(None))
        found = session.scalars(those.order_by(Subscription.id)).all()
        return [known.department or "vue" for known in found]


def one_click() -> str:
    with system() as session:
        address = session.scalars(select(Email.one_click_url)).one()
    assert address is not None
    return ADDRESS.search(address)[0]  # type: ignore[index]


def changes() -> list[str]:
    return [line.details["change"] for line in journaled(Event.SUBSCRIPTION_CHANGED)]


def test_each_is_stopped_by_its_own_address_once_and_again_harmlessly(
    told: list[str], provider: FlaskClient
) -> None:
    of_view, of_place = told
    page = provider.get(of_place)
    assert page.status_code == 200
    assert "Département 21" in page.text
    assert running() == ["vue", "21"], "opening the page stops nothing"
    assert changes() == ["réglé", "réglé"]
    for _ in range(2):
        answer = provider.post(of_place, data=ONE_CLICK)
        assert (answer.status_code, "C’est arrêté" in answer.text) == (200, True)
        assert running() == ["vue"]
        assert changes() == ["réglé", "réglé", "arrêté depuis un courriel"]
    provider.post(of_view)
    assert running() == []
    (first, second) = journaled(Event.SUBSCRIPTION_CHANGED)[2:]
    assert (first.actor_id, first.details["department"]) == (None, "21")
    assert first.details["agent_id"] == second.details["agent_id"]


def test_the_page_says_no_more_than_the_e_mail(told: list[str], provider: FlaskClient) -> None:
    page = provider.get(told[0])
    assert "Une de vos vues" in page.text
    for word in ("Forges", "Dijon", "niveau", "elevee", "Alice", "alice"):
        assert word not in page.text, word


def test_whoever_delivers_the_e_mail_stops_it_and_no_subscription(
    app: Flask, world: World, told: list[str], provider: FlaskClient
) -> None:
    with system() as session:
        number = session.scalars(select(Email.id)).one()
    with posted_to(app) as box:
        send_mail(email_id=number)
    (message,) = box.received
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip("<>").replace("\n", "").replace(" ", "")
    assert address.startswith(app.config["VIGIE"].public_url.rstrip("/") + "/abonnements/arret/")
    page = provider.get(one_click())
    assert "Le courriel de ce qui est nouveau" in page.text
    assert pace_of(world.alice) is MailPace.MORNING, "opening the page stops nothing"
    for _ in range(2):
        answer = provider.post(one_click(), data=ONE_CLICK)
        assert answer.status_code == 200, "no redirection: RFC 8058"
    assert (pace_of(world.alice), pace_of(world.bob)) == (MailPace.NEVER, MailPace.MORNING)
    (line,) = journaled(Event.DIGEST_CHANGED)
    assert (line.actor_id, line.details["agent_id"]) == (None, world.alice)
    # The bell goes on telling what the subscriptions find.
    assert running() == ["vue", "21"]
    publish(world, month=8)
    jobs.tell_daily()
    assert len(rung()) == 4
    assert len(mailed()) == 1


def pace_of(agent_id: int) -> MailPace:
    with system() as session:
        return session.get_one(Agent, agent_id).mail_pace


def test_what_was_stopped_is_told_no_more_until_its_agent_takes_it_up_again(
    world: World, told: list[str], provider: FlaskClient, client: InspectingClient
) -> None:
    for address in told:
        provider.post(address)
    publish(world, month=8)
    jobs.tell_daily()
    assert len(mailed()) == 1
    assert len(rung()) == 2
    sign_in_as(client, world.alice)
    row = client.page("/abonnements").select("tbody tr")[0]
    assert "Arrêté le" in row.get_text()
    again = row.find("a", string="Reprendre")
    assert again is not None
    assert (
        client.submit(str(again["href"]), {"pace": "quotidien", "by_mail": "y"}).status_code == 303
    )
    assert running() == ["21"]
    jobs.tell_daily()
    assert len(rung()) == 2, "what came meanwhile is not news"
    publish(world, month=9)
    jobs.tell_daily()
    assert len(rung()) == 3


def test_what_is_no_more_is_stopped_already(told: list[str], provider: FlaskClient) -> None:
    with system() as session:
        session.execute(delete(Subscription))
    for answer in (provider.get(told[0]), provider.post(told[0])):
        assert (answer.status_code, "C’est arrêté" in answer.text) == (200, True)


def forged(address: str, app: Flask) -> dict[str, str]:
    """Addresses that Vigie did not write, near one that it did."""
    head, _, token = address.rpartition("/")
    payload, _, signature = token.partition(".")
    with app.test_request_context():
        other = token_of(ToStop(agent_id=2, numbers=[1])).partition(".")[0]
    return {
        "another letter": f"{head}/{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        "another subscription": f"{head}/{other}.{signature}",
        "no signature": f"{head}/{payload}.",
        "cut": address[:-3],
        "nothing like it": f"{head}/x",
        "nul": f"{head}/%00",
        "accents": f"{head}/é.é",
    }


@pytest.mark.parametrize(
    "kind",
    [
        "another letter", "another subscription", "no signature", "cut", "nothing like it", "nul",
        "accents",
    ],
)  # fmt: skip
def test_a_forged_address_is_unknown_and_stops_nothing(
    app: Flask, told: list[str], provider: FlaskClient, kind: str
) -> None:
    address = forged(told[1], app)[kind]
    unknown = provider.get("/abonnements/inconnue/x")
    for answer in (provider.get(address), provider.post(address, data=ONE_CLICK)):
        assert answer.status_code == 404
        assert "Page introuvable" in answer.text
        assert "Page introuvable" in unknown.text
        assert "Département" not in answer.text
    assert running() == ["vue", "21"]
