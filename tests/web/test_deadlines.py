"""Échéances: who reads them, who is told, what becomes of them; and the next step of a visit, which is one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core.journal import Event
from app.core.now import today
from app.core.text.french import date_fr
from app.deadlines.models import Deadline, DeadlineState
from app.network.models import FeedEvent, FollowLevel, Notification
from app.network.notifications import jobs
from app.visits import services as visits
from app.visits.queries import get_visit
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.deadlines import plan
from tests.factories.network import follow, network_id, system, working_as
from tests.factories.people import World
from tests.factories.visits import a_report, log_visit
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

TOMORROW = today() + timedelta(days=1)


def form(by: int, to: str, **said: object) -> dict[str, object]:
    return {
        "what": "Rappeler le comptable", "due_on": TOMORROW.isoformat(), "network_id": network_id(to), "assignee_id": by, **said,
    }  # fmt: skip


def told() -> list[tuple[str, int]]:
    """The kinds of events brought to agents, with whom, in order; each event is brought as the worker does."""
    with system() as session:
        events = session.scalars(select(FeedEvent.id).order_by(FeedEvent.id)).all()
    for event_id in events:
        jobs.notify(event_id=event_id)
    with system() as session:
        rows = select(FeedEvent.kind, Notification.agent_id).join(Notification.event)
        rows = rows.where(FeedEvent.kind.startswith("deadlines:")).order_by(Notification.id)
        return [
            (kind.value.rpartition(":")[2], agent_id) for kind, agent_id in session.execute(rows)
        ]


def kept() -> list[tuple[str, date, DeadlineState]]:
    with system() as session:
        rows = session.scalars(select(Deadline).order_by(Deadline.id)).all()
        return [(row.what, row.due_on, row.state) for row in rows]


#: who planned it, a colleague, whom it is given to, of another network, stranger, nobody
@pytest.mark.parametrize(
    ("tail", "statuses"),
    [("", (200, 200, 200, 404, 404, 401)), ("/modification", (200, 403, 200, 404, 404, 401))],
)
def test_each_reader_before_each_page(
    client: InspectingClient, world: World, tail: str, statuses: tuple[int, ...]
) -> None:
    number = plan(world.alice, world.siren_21, to="crp", by=world.manager)
    readers = (world.alice, world.carol, world.manager, world.bob, world.stranger)
    path = f"/echeances/{number}{tail}"
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    assert (*seen, client.get(path).status_code) == statuses
    sign_in_as(client, world.carol)
    assert client.submit(f"/echeances/{number}/fin", {}, page="/compte").status_code == 403


def test_whom_it_is_given_to_is_told_and_nobody_else(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    for member in (world.bob, world.manager):
        add_member(world.alice, case_id, member)
    follow(world.carol, world.siren_21)
    path = f"/accompagnements/{case_id}/echeances/nouvelle"
    answer = sign_in_as(client, world.alice).submit(path, form(world.bob, "codefi"))
    assert answer.status_code == 303
    assert told() == [("assigned", world.bob)]
    page = sign_in_as(client, world.bob).page(answer.location).get_text()
    assert "Rappeler le comptable" in page
    assert "CODEFI 21" in page
    assert "Rappeler le comptable" in client.page(f"/accompagnements/{case_id}").get_text()
    notified = client.page("/notifications").get_text()
    assert f"Échéance confiée pour le {date_fr(TOMORROW)}" in notified
    assert "comptable" not in notified


def test_one_s_own_is_told_to_nobody(world: World) -> None:
    follow(world.carol, world.siren_21)
    plan(world.alice, world.siren_21, to="crp")
    assert told() == []


def test_whoever_wants_to_hear_nothing_of_a_firm_hears_nothing(world: World) -> None:
    follow(world.carol, world.siren_21, FollowLevel.NOTHING)
    plan(world.alice, world.siren_21, to="crp", by=world.carol)
    assert told() == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"assignee": "bob"}, "Bob Fictif ne pourrait pas lire cette échéance"),
        ({"assignee": "stranger"}, "ne pourrait pas lire cette échéance"),
        ({"assignee": "scientist", "to": "codefi"}, "ne pourrait pas lire cette échéance"),
        ({"assignee_id": "x"}, "Choisissez un agent"),
        ({"network_id": "999"}, "auquel vous appartenez"),
        ({"to": "urssaf"}, "auquel vous appartenez"),
        ({"due_on": (today() - timedelta(days=1)).isoformat()}, "aujourd’hui ou plus tard"),
        ({"due_on": "demain"}, "date"),
        ({"what": " "}, "Dites ce qu’il y a à faire"),
        ({"what": "x" * 10_001}, "10\u202f000 au plus"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_said_and_stays(
    client: InspectingClient, world: World, said: dict[str, str], message: str
) -> None:
    chosen = getattr(world, said.get("assignee", "alice"))
    sent = form(chosen, said.get("to", "crp")) | said
    path = f"/entreprises/{world.siren_21}/echeances/nouvelle"
    answer = sign_in_as(client, world.alice).submit(path, sent)
    assert (answer.status_code, message in answer.text) == (422, True)
    assert str(sent["what"]).strip() in answer.text
    assert kept() == []


def test_it_is_done_once_and_whoever_planned_it_is_told(
    client: InspectingClient, world: World
) -> None:
    number = plan(world.alice, world.siren_21, to="crp", by=world.carol)
    sign_in_as(client, world.carol)
    path = f"/echeances/{number}"
    assert client.submit(f"{path}/fin", {"state": "faite"}, page=path).status_code == 303
    assert "Faite par Carol Fictif" in client.page(path).get_text()
    assert client.submit(f"{path}/fin", {"state": "annulee"}, page="/compte").status_code == 403
    assert told() == [("assigned", world.carol), ("settled", world.alice)]
    assert client.page("/echeances").select("tbody tr") == []


def test_what_is_due_comes_before_what_nobody_waits_for_any_more(
    client: InspectingClient, world: World
) -> None:
    """Two years of forgotten steps would bury what is to be done today."""
    days = {"Oublié": -200, "Oublié depuis": -100, "En retard": -90, "Ce jour": 0, "Bientôt": 9}
    for what, ahead in days.items():
        number = plan(world.alice, world.siren_21, to="crp", what=what)
        with system() as session:
            session.get_one(Deadline, number).due_on = today() + timedelta(days=ahead)
    sign_in_as(client, world.alice)
    assert to_do(client.page("/echeances")) == ["En retard", "Ce jour", "Bientôt"]
    (led,) = client.page("/echeances").select("#resultats > p a")
    assert to_do(client.page(str(led["href"]))) == ["Oublié", "Oublié depuis"]


def to_do(page: Tag) -> list[str]:
    """What is to be done, in the order of a page."""
    rows = page.select('tbody td[data-label="À faire"]')
    return [row.get_text(strip=True) for row in rows]


def test_it_is_put_off_and_given_to_another_reader(client: InspectingClient, world: World) -> None:
    number = plan(world.alice, world.siren_21, to="crp")
    path = f"/echeances/{number}/modification"
    sign_in_as(client, world.alice)
    later = (today() + timedelta(days=9)).isoformat()
    refused = client.submit(path, {"due_on": later, "assignee_id": world.bob})
    assert (refused.status_code, "ne pourrait pas lire" in refused.text) == (422, True)
    assert client.submit(path, {"due_on": later, "assignee_id": world.carol}).status_code == 303
    assert told() == [("assigned", world.carol)]
    page = sign_in_as(client, world.carol).page("/echeances").get_text()
    assert date_fr(date.fromisoformat(later)) in page


def test_members_of_the_accompagnement_say_it_done_until_it_ends(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.manager)
    number = plan(world.alice, world.siren_21, to="crp", case_id=case_id)
    assert sign_in_as(client, world.manager).get(f"/echeances/{number}/modification").status_code == 200  # fmt: skip
    close_case(world.alice, case_id)
    assert client.get(f"/accompagnements/{case_id}/echeances/nouvelle").status_code == 403
    assert client.get(f"/echeances/{number}/modification").status_code == 403


def test_the_next_step_of_a_visit_is_an_echeance_of_its_author_for_the_readers_of_its_note(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    log_visit(
        world.alice, world.siret_21, to="crp", next_step="Revoir le plan", next_step_on=TOMORROW
    )
    case, firm = f"/accompagnements/{case_id}", f"/entreprises/{world.siren_21}/echanges"
    for reader, reads in ((world.alice, True), (world.carol, True), (world.bob, False)):
        sign_in_as(client, reader)
        for page in (case, firm):
            assert ("Revoir le plan" in client.page(page).get_text()) is reads, page
    home = sign_in_as(client, world.alice).page("/").get_text()
    assert home.count("Revoir le plan") == 1
    assert "Revoir le plan" not in sign_in_as(client, world.carol).page("/").get_text()


def test_what_a_visit_promised_follows_its_correction(world: World) -> None:
    step = {"next_step": "Rappeler", "next_step_on": TOMORROW}
    visit = log_visit(world.alice, world.siret_21, to="crp")
    audience = network_id("crp")
    later = today() + timedelta(days=5)
    for said, expected in (
        (step, ("Rappeler", TOMORROW, DeadlineState.OPEN)),
        (step | {"next_step_on": later}, ("Rappeler", later, DeadlineState.OPEN)),
        ({"next_step": "Rappeler"}, ("Rappeler", later, DeadlineState.CANCELLED)),
        (
            {"next_step_on": TOMORROW},
            ("Prochaine étape de la visite", TOMORROW, DeadlineState.OPEN),
        ),
    ):
        with working_as(world.alice) as (session, who):
            report = a_report(network_id=audience, **said)
            visits.correct_visit(session, who, get_visit(session, who, visit), report)
        assert kept() == [expected]


def test_what_somebody_else_planned_keeps_an_accompagnement_from_being_deleted(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    plan(world.bob, world.siren_21, to="urssaf", case_id=case_id)
    path = f"/accompagnements/{case_id}/suppression"
    answer = sign_in_as(client, world.alice).submit(path, {"reason": "Mauvais établissement"})
    assert (answer.status_code, "ont fixé des échéances" in answer.text) == (422, True)


def test_an_accompagnement_shows_what_is_to_be_done_of_its_firm(
    client: InspectingClient, world: World
) -> None:
    """Planned on the firm before it was accompanied, and read by the same people as there."""
    plan(world.alice, world.siren_21, to="codefi", what="Rappeler la gérante")
    plan(world.alice, world.siren_21, to="crp", what="Entre nous")
    plan(world.alice, world.siren_21_quiet, to="codefi", what="Ailleurs")
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    sign_in_as(client, world.bob)
    shown = client.page(f"/accompagnements/{case_id}").select_one("#echeances")
    assert shown is not None
    assert "Rappeler la gérante" in shown.get_text()
    assert "Entre nous" not in shown.get_text()
    assert "Ailleurs" not in shown.get_text()


def test_reading_what_one_has_to_do_is_journaled(client: InspectingClient, world: World) -> None:
    plan(world.alice, world.siren_21, to="crp")
    sign_in_as(client, world.alice)
    client.page("/echeances")
    (line,) = journaled(Event.FEED_READ)
    assert (line.actor_id, line.details) == (world.alice, {"page": "/echeances", "count": 1})
