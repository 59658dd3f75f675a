"""New alerts are handled from the home page: followed, or put aside until a date, for oneself; an undo brings them back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.core.journal import Event
from app.core.now import today
from app.network.models import Follow
from app.portal.home.models import HandledAlert
from scoring.vocabulary import Novelty
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import follow, system
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

FIRM = "Forges fictives de Dijon"


@pytest.fixture
def alerted(world: World) -> World:
    """A firm of Côte-d’Or in first alert."""
    publish(world)
    return world


def publish(
    world: World, *, as_of: date = date(2026, 6, 1), novelty: Novelty = Novelty.FIRST_ALERT
) -> None:
    alert = Alerted(siren=world.siren_21, department="21", novelty=novelty)
    with system() as session:
        publish_list(session, alert, as_of=as_of)


def cards(client: InspectingClient) -> list[str]:
    """What each card of the home page says."""
    found = client.page("/").select("#nouvelles-alertes .vigie-alerts > li")
    return [" ".join(card.get_text(" ").split()) for card in found]


def send(client: InspectingClient, world: World, **form: str) -> str:
    """Handle the alert as a browser without scripts does; return where it leads."""
    answer = client.submit(f"/alertes/{world.siren_21}/traitement", form, page="/")
    assert answer.status_code == 303
    return str(answer.location).partition("#")[0]


def follows(agent_id: int) -> list[str]:
    with system() as session:
        return list(session.scalars(select(Follow.siren).where(Follow.agent_id == agent_id)))


def test_an_alert_put_aside_leaves_comes_back_and_its_undo_is_journaled(
    client: InspectingClient, alerted: World
) -> None:
    sign_in_as(client, alerted.alice)
    assert FIRM in cards(client)[0]
    notice = client.page(send(client, alerted, act="plus_tard", until="mois"))
    assert cards(client) == []
    assert client.page("/").select("#a-faire li") == []
    said = notice.select_one(".vigie-done")
    assert said is not None
    assert "mise de côté jusqu’au" in said.get_text()
    client.submit(f"/alertes/{alerted.siren_21}/annulation", {}, page="/")
    assert FIRM in cards(client)[0]
    lines = journaled(Event.ALERT_HANDLED)
    assert [(line.siren, line.details["undone"]) for line in lines] == [
        (alerted.siren_21, False),
        (alerted.siren_21, True),
    ]
    assert lines[0].details["ends_on"] == (today() + timedelta(days=30)).isoformat()


def test_it_is_put_aside_for_oneself_alone(client: InspectingClient, alerted: World) -> None:
    sign_in_as(client, alerted.alice)
    send(client, alerted, act="plus_tard", until="semaine")
    sign_in_as(client, alerted.carol)
    assert FIRM in cards(client)[0]


def test_it_comes_back_by_itself_until_somebody_contacts_the_firm(
    client: InspectingClient, alerted: World
) -> None:
    sign_in_as(client, alerted.alice)
    send(client, alerted, act="plus_tard", until="semaine")
    # Another list says nothing new: what was put aside comes back all the same.
    publish(alerted, as_of=date(2026, 7, 1), novelty=Novelty.NONE)
    assert cards(client) == []
    with system() as session:
        session.execute(update(HandledAlert).values(until=today()))
    (card,) = cards(client)
    assert "Mise de côté jusqu’à aujourd’hui" in card
    send(client, alerted, act="plus_tard", until="semaine")
    assert cards(client) == []
    client.submit(f"/alertes/{alerted.siren_21}/annulation", {}, page="/")
    assert len(cards(client)) == 1
    log_visit(alerted.bob, alerted.siret_21, to="urssaf")
    assert cards(client) == []


def test_what_a_later_list_says_anew_is_another_alert(
    client: InspectingClient, alerted: World
) -> None:
    sign_in_as(client, alerted.alice)
    send(client, alerted, act="suivre")
    assert cards(client) == []
    publish(alerted, as_of=date(2026, 7, 1), novelty=Novelty.AGGRAVATION)
    (card,) = cards(client)
    assert "Déjà suivie : j’ai vu" in card
    # Seen, then undone: the firm that was followed before stays followed.
    send(client, alerted, act="suivre")
    client.submit(f"/alertes/{alerted.siren_21}/annulation", {}, page="/")
    assert follows(alerted.alice) == [alerted.siren_21]


def test_following_is_undone_with_the_alert(client: InspectingClient, alerted: World) -> None:
    sign_in_as(client, alerted.alice)
    for _ in range(2):  # a double click
        send(client, alerted, act="suivre")
    assert follows(alerted.alice) == [alerted.siren_21]
    client.submit(f"/alertes/{alerted.siren_21}/annulation", {}, page="/")
    assert follows(alerted.alice) == []
    assert FIRM in cards(client)[0]


def test_in_place_the_act_answers_the_alerts_that_are_left_and_takes_the_focus(
    client: InspectingClient, alerted: World
) -> None:
    sign_in_as(client, alerted.alice)
    url, headers = f"/alertes/{alerted.siren_21}/traitement", {"HX-Request": "true"}
    answer = client.submit(url, {"act": "plus_tard", "until": "mois"}, page="/", headers=headers)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "data-focus" in answer.text
    assert f"/alertes/{alerted.siren_21}/annulation" in answer.text


def test_contact_is_logged_where_the_reader_may(client: InspectingClient, alerted: World) -> None:
    address = f"/entreprises/{alerted.siren_21}/prendre-contact"
    for person, expected in (
        (alerted.alice, f"/etablissements/{alerted.siret_21}/visite"),
        (alerted.stranger, f"/entreprises/{alerted.siren_21}"),
    ):
        sign_in_as(client, person)
        assert client.get(address).location == expected


def test_whoever_does_not_hear_of_the_alert_handles_nothing(
    client: InspectingClient, alerted: World
) -> None:
    form = {"act": "plus_tard", "until": "mois"}
    for person, status in ((alerted.stranger, 403), (alerted.admin, 403)):
        sign_in_as(client, person)
        answer = client.submit(f"/alertes/{alerted.siren_21}/traitement", form, page="/compte")
        assert answer.status_code == status
    assert journaled(Event.ALERT_HANDLED) == []


def test_a_firm_without_alert_is_not_handled(client: InspectingClient, alerted: World) -> None:
    sign_in_as(client, alerted.alice)
    quiet = f"/alertes/{alerted.siren_21_quiet}/traitement"
    for form in (
        {"act": "plus_tard", "until": "mois"},
        {"act": "autre"},
        {"act": "plus_tard", "until": "hier"},
    ):
        answer = client.submit(quiet, form, page="/")
        assert answer.status_code == 422
    assert journaled(Event.ALERT_HANDLED) == []


def test_a_firm_that_was_followed_already_says_so(client: InspectingClient, alerted: World) -> None:
    follow(alerted.alice, alerted.siren_21)
    sign_in_as(client, alerted.alice)
    assert "Déjà suivie : j’ai vu" in cards(client)[0]
    notice = client.page(send(client, alerted, act="suivre"))
    assert "Vous suiviez déjà cette entreprise" in notice.get_text()
