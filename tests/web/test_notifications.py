"""The bell, the list of notifications, the settings of the e-mail."""

from sqlalchemy import select

from app.accounts.models import Agent
from app.network.notifications import jobs
from tests.factories.network import follow, last_event, system, write_comment
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.readers import sign_in_as, sign_out


def tell_carol(world: World) -> None:
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    jobs.notify(event_id=last_event())


def test_the_bell_counts_and_answers_304_when_nothing_changed(
    client: InspectingClient, world: World
) -> None:
    tell_carol(world)
    sign_in_as(client, world.carol)
    first = client.get("/notifications/compteur", headers={"HX-Request": "true"})
    assert "1" in first.get_data(as_text=True)
    etag = {"If-None-Match": first.headers["ETag"], "HX-Request": "true"}
    assert client.get("/notifications/compteur", headers=etag).status_code == 304
    client.submit("/notifications", {})
    after = client.get("/notifications/compteur", headers=etag)
    assert (after.status_code, after.get_data(as_text=True).strip()) == (200, "")


def test_the_bell_of_one_is_not_the_bell_of_another(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    hers = client.get("/notifications/compteur", headers={"HX-Request": "true"}).headers["ETag"]
    sign_in_as(client, world.bob)
    headers = {"If-None-Match": hers, "HX-Request": "true"}
    assert client.get("/notifications/compteur", headers=headers).status_code == 200


def test_reading_the_list_marks_nothing_and_the_button_does(
    client: InspectingClient, world: World
) -> None:
    tell_carol(world)
    sign_in_as(client, world.carol)
    client.page("/notifications")
    page = client.page("/notifications")
    assert "Non lue" in page.get_text()
    assert "Forges fictives de Dijon" in page.get_text()
    number = page.find("input", {"name": "notification_id"})
    assert number is not None
    client.submit("/notifications", {"notification_id": number["value"]})
    assert "Non lue" not in client.page("/notifications").get_text()


def test_another_s_notification_is_out_of_reach(client: InspectingClient, world: World) -> None:
    tell_carol(world)
    follow(world.manager, world.siren_21)
    jobs.notify(event_id=last_event())
    sign_in_as(client, world.carol)
    found = client.page("/notifications").find("input", {"name": "notification_id"})
    assert found is not None
    sign_in_as(client, world.manager)
    client.submit("/notifications", {"notification_id": found["value"]})
    sign_in_as(client, world.carol)
    assert "Non lue" in client.page("/notifications").get_text()


def test_nonsense_marks_nothing(client: InspectingClient, world: World) -> None:
    tell_carol(world)
    sign_in_as(client, world.carol)
    for forged in ("x", "-1", "9" * 40, ""):
        client.submit("/notifications", {"notification_id": forged})
    assert "Non lue" in client.page("/notifications").get_text()


def test_the_fragment_equals_the_page(client: InspectingClient, world: World) -> None:
    tell_carol(world)
    sign_in_as(client, world.carol)
    page = client.page("/notifications").find(id="notifications")
    fragment = client.get("/notifications", headers={"HX-Request": "true"})
    shown = fragment.get_data(as_text=True)
    assert page is not None
    assert page.get_text().split() == _text(shown).split()


def test_who_has_no_habilitation_has_an_empty_list(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.admin)
    assert "Aucune notification" in client.page("/notifications").get_text()
    sign_out(client)
    assert client.get("/notifications").status_code == 401
    assert client.get("/notifications/compteur").status_code == 401


def test_the_digest_is_switched_off_and_on(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    box = client.page("/compte/notifications").find("input", {"name": "wants_digest"})
    assert box is not None
    assert box.has_attr("checked")
    assert client.submit("/compte/notifications", {}).status_code == 303
    with system() as session:
        assert session.get_one(Agent, world.alice).wants_digest is False
        others = select(Agent.wants_digest).where(Agent.id != world.alice)
        assert all(session.scalars(others))
    client.submit("/compte/notifications", {"wants_digest": "y"})
    with system() as session:
        assert session.get_one(Agent, world.alice).wants_digest is True


def _text(html: str) -> str:
    return parsed(html).get_text()
