"""What keeps robots out of the public door: a signed pass, a delay, one sending a form, paces; none of it loses what was typed."""

import pytest

from app.core.database.unit_of_work import TransactionalFlask
from app.referrals.guichet.door import paces, passes, services
from app.referrals.guichet.door.models import DoorKnock, DoorSending
from tests.factories.guichet import (
    SAID,
    ask,
    fields_of,
    first_page,
    later,
    second_page,
    solicitations,
)
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient


def second_of(client: InspectingClient) -> dict[str, object]:
    """The fields of the second page, filled."""
    shown = client.get("/guichet")
    answer = client.post("/guichet", data={**fields_of(shown.text), **first_page()})
    return {**fields_of(answer.text), **second_page()}


def test_a_form_that_was_not_shown_or_too_lately_comes_back_whole(
    client: InspectingClient, world: World
) -> None:
    sent = second_of(client)
    for changed, told in (({"door": "forgé"}, passes.NONE), ({}, passes.TOO_QUICK)):
        answer = client.post("/guichet", data={**sent, **changed})
        assert answer.status_code == 422
        assert told in answer.text
        assert fields_of(answer.text)["message"] == SAID
    with later(hours=13):
        late = client.post("/guichet", data=sent)
    assert passes.TOO_OLD in late.text
    with later(hours=13, seconds=10):
        assert (
            client.post("/guichet", data={**fields_of(late.text), "act": "envoi"}).status_code
            == 303
        )
    assert solicitations() == 1


def test_a_form_is_sent_once(client: InspectingClient, world: World) -> None:
    sent = second_of(client)
    with later():
        first, again = (client.post("/guichet", data=sent) for _ in range(2))
        assert first.location == again.location == "/guichet/merci"
        assert solicitations() == 1
        other = client.post("/guichet", data={**sent, "message": "Autre chose"})
        assert services.SENT_OTHERWISE in other.text
        assert solicitations() == 1
    with later(seconds=20):
        client.post("/guichet", data={**fields_of(other.text), "act": "envoi"})
    assert solicitations() == 2


@pytest.mark.parametrize(
    "same", [{"firm": "100000009"}, {"email": "un@exemple.invalid"}, {"telephone": "0380000000"}]
)
def test_five_a_day_about_the_same_person_or_firm(
    client: InspectingClient, world: World, same: dict[str, str]
) -> None:
    sirens = ("100000009", "200000008", "300000007", "552100554", "732829320", "443061841")
    answers = []
    for place, siren in enumerate(sirens):
        first = {"firm": same.get("firm", siren), "firm_name": "Firme"}
        second = {"email": f"s{place}@exemple.invalid", "telephone": f"038000000{place}", **same}
        second.pop("firm", None)
        answers.append(ask(client, first=first, second=second, network=f"192.0.2.{place}"))
    assert [each.status_code for each in answers] == [303] * 5 + [429]
    assert answers[-1].headers["Retry-After"]
    assert fields_of(answers[-1].text)["message"] == SAID
    assert solicitations() == 5


def test_one_network_is_paced_by_its_requests_and_by_its_searches(
    app: TransactionalFlask, client: InspectingClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(guichet_per_hour=1))
    assert ask(client, network="2001:db8::1").status_code == 303
    other = {"email": "autre@exemple.invalid", "telephone": "0380000009"}
    assert ask(client, second=other, network="2001:db8::2").status_code == 429
    assert ask(client, second=other, network="2001:db8:0:1::2").status_code == 303
    monkeypatch.setattr(paces, "SEARCHES", 1)
    named = {"firm": "forges fictives"}
    assert ask(client, first=named).status_code == 422
    refused = ask(client, first=named)
    assert refused.status_code == 429
    assert fields_of(refused.text)["firm"] == "forges fictives"


def test_what_kept_robots_out_is_forgotten_after_two_days(
    client: InspectingClient, world: World
) -> None:
    ask(client)
    with system() as session:
        digests = [knock.digest for knock in session.query(DoorKnock)]
        assert not any(b"192.0.2" in digest or b"sacha" in digest for digest in digests)
        assert len(digests) == 4
        with later(days=3):
            paces.forget(session)
        assert session.query(DoorKnock).count() + session.query(DoorSending).count() == 0
