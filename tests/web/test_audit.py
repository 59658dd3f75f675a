"""The journal as controllers read it: lines, filters, exports, and readings out of measure."""

import csv
import hashlib
import io
import re
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.audit import jobs
from app.cases.models import MemberRole
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event
from app.core.now import at, today, utcnow
from app.messages.models import Email
from tests.factories.cases import add_member, open_case
from tests.factories.journal import superuser_of, write_then
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as
from tests.web.journals import read, rows

pytest_plugins = ["tests.factories.region"]


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
    alert = page.find("a", string=re.compile("Alice Fictif, 2 entreprises"))
    assert alert
    assert len(rows(client, str(alert["href"]))) == 2
    with at(utcnow() + timedelta(days=1)):
        jobs.watch.func()
    assert len(journaled(Event.MASS_READING)) == 1


def test_firms_that_lists_and_exports_show_count_too(
    client: InspectingClient, world: World, listed: int, few: None
) -> None:
    """A page shown twice shows no other firm; a file leaves with all of its firms."""
    read(client, world.alice, "/detections", "/detections?niveau=elevee")
    read(client, world.bob, "/detections", f"/detections/{listed}/export.xlsx")
    jobs.watch.func()
    jobs.watch.func()
    (line,) = journaled(Event.MASS_READING)
    assert (line.details["agent"], line.details["firms"]) == (world.bob, 2)
    sign_in_as(client, world.controller)
    alert = client.page("/journal").find(
        "a", string=re.compile("Bob Fictif, 2 entreprises montrées")
    )
    assert alert
    assert len(rows(client, str(alert["href"]))) == 1
    with system() as session:
        (email,) = session.scalars(select(Email)).all()
        assert "montrées par des listes ou des exports" in email.body_text
