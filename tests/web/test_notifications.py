"""The bell, the list of notifications, the settings of the e-mail."""

from sqlalchemy import select

from app.accounts.models import Agent, MailPace
from app.messages import bell
from app.messages.models import Reason
from app.network.notifications import jobs
from tests.factories.cases import open_case
from tests.factories.deadlines import plan
from tests.factories.impersonation import make_helper
from tests.factories.network import follow, last_event, system, write_comment
from tests.factories.people import World
from tests.factories.unlocks import flag
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
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


def test_each_agent_chooses_their_e_mails(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    path = "/compte/notifications"
    page = client.page(path)
    checked = [box["value"] for box in page.select("input[name=mail_pace][checked]")]
    assert checked == ["matin"]
    assert page.select_one("input[name=wants_at_once][checked]") is not None
    for pace in MailPace:
        assert client.submit(path, {"mail_pace": pace.value}).status_code == 303
        with system() as session:
            agent = session.get_one(Agent, world.alice)
            assert (agent.mail_pace, agent.wants_at_once) == (pace, False)
            others = select(Agent.mail_pace).where(Agent.id != world.alice).distinct()
            assert session.scalars(others).all() == [MailPace.MORNING]
    assert client.submit(path, {"mail_pace": "toujours", "wants_at_once": "y"}).status_code == 422
    with system() as session:
        assert session.get_one(Agent, world.alice).mail_pace is MailPace.NEVER


def _text(html: str) -> str:
    return parsed(html).get_text()


def bell_of(client: InspectingClient, agent_id: int) -> str:
    sign_in_as(client, agent_id)
    answer = client.get("/notifications/compteur", headers={"HX-Request": "true"})
    return " ".join(_text(answer.get_data(as_text=True)).split())


def test_each_line_says_its_kind_and_why_it_is_told_and_where_to_change_that(
    client: InspectingClient, world: World
) -> None:
    tell_carol(world)
    write_comment(world.alice, world.siren_21, to="crp", body="@Carol Fictif, une question.")
    jobs.notify(event_id=last_event())
    plan(world.alice, world.siren_21, to="crp", by=world.carol)
    jobs.notify(event_id=last_event())
    with system() as session:
        told = {
            "agent_id": world.carol,
            "key": "essai",
            "subject": "Une liste",
            "path": "/detections",
        }
        bell.announce(session, **told, reason=Reason.READS_LISTS)
    sign_in_as(client, world.carol)
    page = client.page("/notifications")
    assert "4 non lues sur 4 notifications" in _words(page)
    lines = [_words(line) for line in page.select("#notifications li.vigie-timeline__item")]
    said = [
        ("Nouvelle liste", "vous travaillez sur des entreprises"),
        ("Échéance", "vous y êtes nommé"),
        ("Mention", "un texte vous cite"),
        ("Commentaire", "vous suivez l’entreprise"),
    ]
    for line, (kind, why) in zip(lines, said, strict=True):
        assert kind in line
        assert f"Pourquoi je reçois ceci : {why}." in line
    change = f"/entreprises/{world.siren_21}/suivre"
    assert len(page.select(f"#notifications a[href='{change}']")) == 3
    only = client.page("/notifications?type=mention")
    assert len(only.select("#notifications li.vigie-timeline__item")) == 1
    assert "4 non lues en tout" in _words(only)
    assert "1 notification de ce type" in _words(only)
    assert "Aucune notification de ce type" in _words(client.page("/notifications?type=visite"))
    assert "4 non lues sur 4" in _words(client.page("/notifications?type=x%00"))


def test_what_a_page_shows_is_read_and_nothing_else(client: InspectingClient, world: World) -> None:
    number = open_case(world.alice, world.siret_21)
    follow(world.carol, world.siren_21)
    follow(world.carol, world.siren_21_quiet)
    follow(world.manager, world.siren_21)
    for siren in (world.siren_21, world.siren_21_quiet):
        write_comment(world.alice, siren, to="crp")
        jobs.notify(event_id=last_event())
    log_visit(world.alice, world.siret_21, to="crp")
    jobs.notify(event_id=last_event())
    plan(world.alice, world.siren_21, to="crp", by=world.carol, case_id=number)
    jobs.notify(event_id=last_event())
    assert bell_of(client, world.carol).startswith("4")
    client.page(f"/entreprises/{world.siren_21}/identite")
    assert bell_of(client, world.carol).startswith("4"), "it shows none of them"
    client.page(f"/entreprises/{world.siren_21_quiet}/commentaires")
    assert bell_of(client, world.carol).startswith("3")
    # An accompagnement shows the comments, the visits and the échéances of its firm.
    client.page(f"/accompagnements/{number}")
    assert bell_of(client, world.carol) == ""
    assert bell_of(client, world.manager).startswith("2"), "what one reads is unread for another"
    client.page(f"/entreprises/{world.siren_21}/echanges")
    assert bell_of(client, world.manager) == ""


def test_an_alert_is_read_on_the_page_that_explains_it(
    client: InspectingClient, world: World
) -> None:
    flag(world.alice, world.siren_21)
    jobs.notify(event_id=last_event())
    assert bell_of(client, world.carol).startswith("1")
    client.page(f"/entreprises/{world.siren_21}/echanges")
    client.page(f"/entreprises/{world.siren_21}")
    assert bell_of(client, world.carol) == ""


def test_whoever_looks_as_another_reads_nothing_for_them(
    client: InspectingClient, world: World
) -> None:
    tell_carol(world)
    helper = make_helper()
    sign_in_as(client, helper)
    assert client.submit(f"/agents/{world.carol}/voir-comme", {}, page="/compte").status_code == 303
    client.page(f"/entreprises/{world.siren_21}/commentaires")
    sign_out(client)
    assert bell_of(client, world.carol).startswith("1")


def _words(element: Tag) -> str:
    return " ".join(element.get_text().split())
