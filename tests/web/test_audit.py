"""The journal read: by controllers, by the référents of a firm, by each one for themselves; and readings out of measure."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.audit import jobs
from app.audit.reading import presenters, queries
from app.audit.reading.queries import JournalQuery
from app.cases.models import MemberRole
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event
from app.core.now import at, today, utcnow
from app.core.web.pace import EXPORTS
from app.extensions import db
from app.messages.models import Email
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.detections import Alerted, journaled, publish_list
from tests.factories.journal import superuser_of, write_then
from tests.factories.network import system
from tests.factories.people import World, identity
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


@pytest.fixture
def few(app: TransactionalFlask) -> Iterator[None]:
    """An instance whose thresholds are soon reached."""
    former = app.config["VIGIE"]
    app.config["VIGIE"] = former.replace(
        daily_readings=1, searches_per_minute=3, exports_per_hour=2
    )
    yield
    app.config["VIGIE"] = former


def rows(client: InspectingClient, path: str) -> list[str]:
    """The rows of the first table of a page, each as a text."""
    page = client.page(path)
    return [" ".join(row.get_text(" ").split()) for row in page.select("table tbody tr")]


def read(client: InspectingClient, agent_id: int, *paths: str) -> None:
    """Somebody opens pages."""
    sign_in_as(client, agent_id)
    for path in paths:
        assert client.get(path).status_code in {200, 302, 303}, path


def test_the_journal_tells_controllers_who_read_what(
    client: InspectingClient, world: World
) -> None:
    read(client, world.stranger, f"/entreprises/{world.siren_21}")
    sign_in_as(client, world.controller)
    (line,) = rows(client, "/journal?evenement=companies:company:read")
    for told in ("Etranger Fictif", "Fiche consultée", "Hors zone", "100\u00a0000\u00a0009"):
        assert told.replace("\u00a0", " ") in line.replace("\u00a0", " ")
    assert "Motif : aucun, hors zone" in line
    assert "Forges" not in line, "a controller reads no firm"


@pytest.mark.parametrize("person", ["alice", "manager", "admin", "scientist"])
@pytest.mark.parametrize(
    "path", ["/journal", "/journal/1", "/journal/hors-zone", "/journal/export.csv"]
)
def test_the_journal_is_for_controllers_only(
    client: InspectingClient, world: World, person: str, path: str
) -> None:
    client.sign_in(getattr(world, person))
    answer = client.get(path)
    assert answer.status_code == 403
    assert "réservé aux contrôleurs" in answer.text
    assert "Journal</a>" not in answer.text


def test_each_filter_keeps_what_it_says(client: InspectingClient, world: World) -> None:
    read(client, world.alice, f"/entreprises/{world.siren_21}", "/recherche?q=forges")
    read(client, world.stranger, f"/entreprises/{world.siren_21}", f"/entreprises/{world.siren_75}")
    sign_in_as(client, world.controller)
    day = today()
    for query, count in {
        "agent=alice": 2, "agent=ALICÉ": 2, f"agent={world.stranger}": 2, "agent=personne": 0,
        "evenement=search:box:used": 1, f"entreprise={world.siren_21}": 2, "entreprise=100 000 009": 2,
        "hors_zone=y": 1, f"agent=alice&du={day}&au={day}": 2, f"agent=alice&au={day - timedelta(days=1)}": 0,
        f"agent=alice&du={day + timedelta(days=1)}": 0, "agent=%25": 0,
    }.items():  # fmt: skip
        assert len(rows(client, f"/journal?{query}")) == count, query


def test_a_filter_that_means_nothing_is_told_and_filters_nothing(
    client: InspectingClient, world: World
) -> None:
    read(client, world.alice, "/recherche?q=forges")
    sign_in_as(client, world.controller)
    for query, told in {
        "du=2026-02-01&au=2026-01-01": "La période finit avant de commencer",
        "entreprise=12": "neuf chiffres",
        "evenement=inconnu": "Journal",
        "du=hier": "Journal",
        "agent=" + "x" * 300: "100 caractères",
        "suite=faux": "Journal",
        "agent=99999999999999999999": "Journal",
    }.items():
        answer = client.get(f"/journal?{query}")
        assert answer.status_code in {200, 422}, query
        assert told in answer.text, query


def test_the_pages_of_the_journal_follow_one_another(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        for turn in range(60):
            journal.record(
                session, Identity(agent_id=None, name="Essai"), Event.SEARCHED, query=f"n{turn:02}"
            )
    client.sign_in(world.controller)
    seen, path = [], "/journal?evenement=search:box:used"
    while path:
        page = client.page(path)
        seen += re.findall(r"Recherche : (n\d\d)", page.get_text())
        following = page.find("a", rel="next")
        path = str(following["href"]) if following else ""
    assert seen == [f"n{turn:02}" for turn in reversed(range(60))]


def test_reading_the_journal_is_journaled(client: InspectingClient, world: World) -> None:
    read(client, world.controller, "/journal?agent=alice", "/journal/hors-zone")
    first, second = journaled(Event.JOURNAL_READ)
    assert (first.actor_id, first.details) == (
        world.controller, {"filters": {"agent": "alice"}, "count": 0, "page": "/journal"},
    )  # fmt: skip
    assert second.details["page"] == "/journal/hors-zone"


def test_a_line_is_shown_in_words(client: InspectingClient, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob, MemberRole.REFERENT)
    (line,) = journaled(Event.CASE_MEMBER_CHANGED)
    client.sign_in(world.controller)
    told = client.page(f"/journal/{line.id}").get_text(" ")
    for words in (
        "Membres d’un accompagnement modifiés",
        "Changement ajout",
        "Rôle Référent",
        line.hash.hex(),
    ):
        assert words in " ".join(told.split()), words
    assert "{" not in told
    assert client.get("/journal/999999").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_lines_asked_as_text_and_is_journaled(
    client: InspectingClient, world: World, kind: str
) -> None:
    actor = Identity(agent_id=None, name="=HYPERLINK(1)", is_system=True)
    with unit_of_work(actor) as session:
        journal.record(session, actor, Event.SEARCHED, query="cmd")
        journal.record(session, actor, Event.FEED_READ)
    client.sign_in(world.controller)
    answer = client.get(f"/journal/export.{kind}?evenement=search:box:used")
    assert "attachment" in answer.headers["Content-Disposition"]
    if kind == "csv":
        found = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
        assert found[1][2] == "'=HYPERLINK(1)"
        queries = found[1:]
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data()))
        queries = book.get_sheet_by_index(0).to_python()[2:]
        assert queries[0][2] == "=HYPERLINK(1)"
    assert [line[4] for line in queries] == ["Recherche"]
    (trace,) = journaled(Event.JOURNAL_EXPORTED)
    assert trace.details["sha256"] == hashlib.sha256(answer.get_data()).hexdigest()
    assert (trace.details["count"], trace.details["filters"]) == (
        1,
        {"evenement": "search:box:used"},
    )


def test_readings_out_of_zone_are_grouped_by_agent(
    app: TransactionalFlask, cluster: LocalCluster, client: InspectingClient, world: World
) -> None:
    read(
        client,
        world.stranger,
        f"/entreprises/{world.siren_21}",
        f"/entreprises/{world.siren_21_quiet}",
    )
    read(client, world.alice, f"/entreprises/{world.siren_75}", f"/entreprises/{world.siren_21}")
    with superuser_of(app, cluster) as superuser:
        write_then(
            superuser, utcnow() - timedelta(days=45), event=Event.COMPANY_READ, actor_id=world.bob, actor_name="Bob Fictif",
            siren=world.siren_75, details={"in_zone": False, "reason": "hors_zone"},
        )  # fmt: skip
    sign_in_as(client, world.controller)
    page = client.page("/journal/hors-zone")
    assert [title.get_text() for title in page.select("#hors-zone summary")] == [
        "Etranger Fictif : 2 entreprises", "Alice Fictif : 1 entreprise",
    ]  # fmt: skip
    assert page.get_text().count("aucun, hors zone") == 3
    older = client.page(
        f"/journal/hors-zone?du={today() - timedelta(days=60)}&au={today() - timedelta(days=40)}"
    )
    assert [title.get_text() for title in older.select("#hors-zone summary")] == [
        "Bob Fictif : 1 entreprise"
    ]


def test_more_firms_in_a_day_than_work_asks_for_is_told_to_controllers_once(
    client: InspectingClient, world: World, few: None
) -> None:
    open_case(world.alice, world.siret_21_quiet)
    read(
        client,
        world.alice,
        f"/entreprises/{world.siren_21}",
        f"/entreprises/{world.siren_21_quiet}",
    )
    read(client, world.bob, f"/entreprises/{world.siren_21}", f"/etablissements/{world.siret_21}")
    read(
        client,
        world.stranger,
        f"/entreprises/{world.siren_21}",
        f"/entreprises/{world.siren_21_quiet}",
    )
    jobs.watch.func()
    jobs.watch.func()
    (line,) = journaled(Event.MASS_READING)
    assert (line.details["agent"], line.details["firms"], line.details["threshold"]) == (
        world.alice,
        2,
        1,
    )
    with system() as session:
        (email,) = session.scalars(select(Email)).all()
        assert email.agent_id == world.controller
        for secret in ("Alice", "Forges", world.siren_21):
            assert secret not in email.subject + email.body_text + email.body_html
    sign_in_as(client, world.controller)
    page = client.page("/journal")
    alert = page.find(string=re.compile("Alice Fictif, 2 entreprises"))
    assert alert
    assert len(rows(client, str(alert.find_parent("a")["href"]))) == 2
    with at(utcnow() + timedelta(days=1)):
        jobs.watch.func()
    assert len(journaled(Event.MASS_READING)) == 1


def test_the_referents_of_a_firm_know_who_consulted_it(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    read(client, world.stranger, f"/entreprises/{world.siren_21}")
    read(client, world.bob, f"/etablissements/{world.siret_21}", f"/entreprises/{world.siren_75}")
    path = f"/entreprises/{world.siren_21}/consultations"
    for person, status in {
        "alice": 200, "controller": 200, "carol": 403, "bob": 403, "stranger": 403, "manager": 403, "admin": 403,
    }.items():  # fmt: skip
        sign_in_as(client, getattr(world, person))
        assert client.get(path).status_code == status, person
    sign_in_as(client, world.alice)
    *_, inside, out = rows(client, path)
    assert "Etranger Fictif" in out
    assert "Hors zone" in out
    assert "Bob Fictif Dans sa zone" in inside
    assert path in client.get(f"/accompagnements/{case_id}").text
    assert {line.actor_id for line in journaled(Event.READERS_READ)} == {
        world.alice,
        world.controller,
    }
    close_case(world.alice, case_id)
    assert client.get(path).status_code == 403


def test_a_referent_learns_nothing_of_other_firms(client: InspectingClient, world: World) -> None:
    open_case(world.alice, world.siret_21)
    read(client, world.bob, f"/entreprises/{world.siren_21_quiet}")
    sign_in_as(client, world.alice)
    assert client.get(f"/entreprises/{world.siren_21_quiet}/consultations").status_code == 403
    assert client.get("/entreprises/999999999/consultations").status_code == 404
    assert "Bob" not in client.get(f"/entreprises/{world.siren_21}/consultations").text


def test_each_one_reads_their_own_lines_and_no_other(
    client: InspectingClient, world: World
) -> None:
    read(client, world.bob, "/recherche?q=tissages")
    read(
        client, world.alice, f"/entreprises/{world.siren_21}", "/recherche?q=forges", "/detections"
    )
    open_case(world.alice, world.siret_21)
    page = client.page("/compte/acces").get_text(" ")
    for told in (
        "Forges fictives de Dijon",
        "Recherche : forges",
        "Accompagnement ouvert",
        "Liste consultée",
    ):
        assert told in page, told
    assert "tissages" not in page
    assert (
        "Accompagnement ouvert"
        not in client.page("/compte/acces?quoi=lu").select_one("#acces").get_text()
    )
    assert (
        "Recherche" not in client.page("/compte/acces?quoi=ecrit").select_one("#acces").get_text()
    )
    assert client.get("/compte/acces?quoi=rien").status_code == 422
    sign_in_as(client, world.controller)
    assert "forges" not in client.get("/compte/acces").text


def test_what_another_does_seeing_vigie_as_me_is_among_my_lines(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        admin, alice = identity(session, world.admin), identity(session, world.alice)
    seen_as = {"agent": world.alice, "name": "Alice Fictif"}
    journal.record_apart(db.engine, admin, Event.SEARCHED, query="forges", seen_as=seen_as)
    journal.record_apart(db.engine, admin, Event.SEARCHED, query="autre")
    with system() as session:
        ((line, _),) = queries.page_of_own(session, alice, JournalQuery(), cursor=None).rows
        told = presenters.summary_of(line)
    assert told == "Recherche : forges ; En voyant Vigie comme : Alice Fictif"
    client.sign_in(world.controller)
    for asked, count in (("alice", 1), (str(world.alice), 1), ("administration", 2)):
        assert len(rows(client, f"/journal?agent={asked}&evenement=search:box:used")) == count


def test_lists_of_firms_are_journaled_with_their_count(
    client: InspectingClient, world: World
) -> None:
    open_case(world.alice, world.siret_21)
    read(client, world.alice, "/", "/fil", "/notifications", "/notifications/compteur")
    (home,), (feed,), (told,) = (
        journaled(event) for event in (Event.HOME_READ, Event.FEED_READ, Event.NOTIFICATIONS_READ)
    )
    assert home.details["shown"]["cases"] == 1
    assert feed.actor_id == told.actor_id == world.alice
    assert (feed.details, told.details) == ({"count": 0}, {"count": 0})


def test_too_many_searches_are_refused_for_a_while(
    client: InspectingClient, world: World, few: None
) -> None:
    read(client, world.alice, *["/recherche?q=forges"] * 3)
    answer = client.get("/recherche?q=forges")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Vous avez fait 3 recherches en une minute" in answer.text
    fragment = client.get("/recherche?q=forges", headers={"HX-Request": "true"})
    assert (fragment.status_code, "<html" in fragment.text) == (429, False)
    assert "Réessayez dans" in fragment.text
    assert len(journaled(Event.SEARCHED)) == 3
    read(client, world.bob, "/recherche?q=forges")


def test_searches_of_more_than_a_minute_ago_no_longer_count(
    app: TransactionalFlask,
    cluster: LocalCluster,
    client: InspectingClient,
    world: World,
    few: None,
) -> None:
    with superuser_of(app, cluster) as superuser:
        for seconds in (70, 65, 20, 10):
            moment = utcnow() - timedelta(seconds=seconds)
            write_then(superuser, moment, actor_id=world.alice, actor_name="Alice Fictif")
    read(client, world.alice, "/recherche?q=forges")
    answer = client.get("/recherche?q=forges")
    assert answer.status_code == 429
    assert 35 <= int(answer.headers["Retry-After"]) <= 41, "until the third last is a minute old"


def test_exports_of_all_sorts_count_together(
    client: InspectingClient, world: World, few: None
) -> None:
    with system() as session:
        listed = publish_list(session, Alerted(siren=world.siren_21, department="21"))
        path = f"/detections/{listed.id}/export.xlsx"
        alice = identity(session, world.alice)
    journal.record_apart(db.engine, alice, Event.JOURNAL_EXPORTED)
    read(client, world.alice, path)
    answer = client.get(path)
    assert answer.status_code == 429
    assert "2 exports en une heure" in answer.text
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600


def test_whatever_takes_data_out_is_paced(app: TransactionalFlask) -> None:
    """A new export that forgets its pace is seen here: its address has an extension."""
    files = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        # The template of a file to fill in holds nothing.
        if re.search(r"\.(csv|xlsx|<any)", rule.rule)
        and rule.endpoint != "habilitations.import_template"
    ]
    assert {"detections.export", "imports.rejects", "audit.export"} <= set(files)
    for endpoint in files:
        assert getattr(app.view_functions[endpoint], "pace", None) is EXPORTS, endpoint
