"""One's échéances in one's agenda: an address that nobody else knows, days and links, nothing of any firm."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, text
from structlog.testing import capture_logs

from app.accounts.models import Agent
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event, JournalEntry
from app.core.now import today, utcnow
from app.habilitations.models import Habilitation
from tests.factories.deadlines import calendar_secret, plan
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as, sign_out


def address(secret: str) -> str:
    return f"/calendrier/{secret}.ics"


def test_an_agenda_reads_days_and_links_and_nothing_of_a_firm(
    client: InspectingClient, world: World
) -> None:
    day = today() + timedelta(days=4)
    mine = plan(world.alice, world.siren_21, to="crp", what="Confidence", due_on=day)
    plan(world.alice, world.siren_21, to="crp", by=world.carol, what="De Carol")
    answer = client.get(address(calendar_secret(world.alice)))
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    (event,) = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert str(event["summary"]) == "Échéance Vigie"
    assert event["dtstart"].dt == day
    assert str(event["url"]).endswith(f"/echeances/{mine}")
    said = answer.get_data(as_text=True)
    assert not [word for word in ("Forges", "Confidence", world.siren_21, "Carol") if word in said]


def test_the_address_is_shown_once_and_not_kept(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    page = client.submit("/compte/calendrier/adresse", {}, page="/compte/calendrier")
    shown = page.text.split('value="http')[1].split('"')[0]
    secret = shown.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) > 40
    assert secret not in client.get("/compte/calendrier").text
    with system() as session:
        kept = session.execute(text("select t::text from calendar_address t")).scalars().all()
        lines = session.scalars(select(JournalEntry.details)).all()
    assert len(kept) == 1
    assert secret not in f"{kept} {lines}"
    sign_out(client)
    assert client.get(address(secret)).status_code == 200


def renewed(world: World) -> None:
    calendar_secret(world.alice)


def suspended(world: World) -> None:
    with system() as session:
        session.get_one(Agent, world.alice).suspended_at = utcnow()


def closed(world: World) -> None:
    with system() as session:
        session.get_one(Agent, world.alice).active = False


def without_rights(world: World) -> None:
    with system() as session:
        theirs = Habilitation.agent_id == world.alice
        for right in session.scalars(select(Habilitation).where(theirs)):
            right.starts_on, right.ends_on = today() - timedelta(9), today() - timedelta(1)


@pytest.mark.parametrize("happens", [renewed, suspended, closed, without_rights])
def test_a_former_address_and_that_of_an_agent_without_rights_are_unknown(
    client: InspectingClient, world: World, happens: Callable[[World], None]
) -> None:
    secret = calendar_secret(world.alice)
    assert client.get(address(secret)).status_code == 200
    happens(world)
    unknown = client.get(address("personne"))
    answer = client.get(address(secret))
    assert (answer.status_code, unknown.status_code) == (404, 404)


def test_a_stopped_address_is_unknown(client: InspectingClient, world: World) -> None:
    secret = calendar_secret(world.alice)
    sign_in_as(client, world.alice)
    client.submit("/compte/calendrier/arret", {}, page="/compte/calendrier")
    assert client.get(address(secret)).status_code == 404


def test_each_reading_is_journaled_and_too_many_wait(
    client: InspectingClient, world: World, few: None
) -> None:
    plan(world.alice, world.siren_21, to="crp")
    secret = calendar_secret(world.alice)
    answers = [client.get(address(secret)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    with system() as session:
        read = select(JournalEntry).where(JournalEntry.event == Event.CALENDAR_READ.value)
        lines = [(line.actor_id, line.details["count"]) for line in session.scalars(read)]
    assert lines == [(world.alice, 1)] * 2
    assert client.get(address(calendar_secret(world.bob))).status_code == 200, "each their own pace"


def test_what_breaks_is_logged_without_the_secret(
    app: TransactionalFlask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(secret: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "calendar.read", broken)
    with capture_logs() as said:
        assert client.get("/calendrier/un-secret-que-personne-ne-lit.ics").status_code == 500
    assert "un-secret" not in str(said)
    assert any(line.get("path") == "/calendrier/<secret>.ics" for line in said)
