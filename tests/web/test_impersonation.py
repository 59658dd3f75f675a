"""Seeing Vigie as another agent: said on every page, in every line of the journal, and nothing is done in their name."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from flask import g
from sqlalchemy import select, text

from app.accounts.models import Agent
from app.cases.models import MemberRole
from app.core.access.identity import Nature
from app.core.journal import Event, JournalEntry
from app.core.web import drafts
from app.habilitations.models import Habilitation
from tests.factories import companies
from tests.factories.cases import add_member, open_case
from tests.factories.confidences import Confidences
from tests.factories.exchanges import keep_file
from tests.factories.impersonation import make_helper
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

BANNER = "Vous voyez Vigie comme Carol Fictif"


@pytest.fixture
def helper(world: World) -> int:
    """An administrateur who is also habilitated."""
    return make_helper()


def look_as(client: InspectingClient, helper: int, agent_id: int, *, status: int = 303) -> None:
    sign_in_as(client, helper)
    answer = client.submit(f"/agents/{agent_id}/voir-comme", {}, page="/compte")
    assert answer.status_code == status


def test_every_page_says_as_whom_one_looks_and_how_to_come_back(
    client: InspectingClient, world: World, helper: int
) -> None:
    look_as(client, helper, world.carol)
    for path, status in (
        ("/", 200), ("/detections", 200), ("/compte", 403), ("/aide", 200), ("/impact", 403), ("/perdu", 404),
        (f"/entreprises/{world.siren_21}", 200),
    ):  # fmt: skip
        page = client.page(path, status=status)
        assert BANNER in page.get_text(), path
        assert page.select_one("form[action='/voir-comme/fin'] button"), path
    answer = client.submit("/voir-comme/fin", {}, page="/")
    assert (answer.status_code, answer.location) == (303, "/bienvenue")
    assert BANNER not in client.get("/").text
    assert "Aide Fictif" in client.get("/compte").text


def test_what_one_sees_is_what_the_agent_sees(
    client: InspectingClient, world: World, helper: int
) -> None:
    """The helper reads the accompagnements of the whole region; Carol those of Côte-d’Or."""
    look_as(client, helper, world.carol)
    account = client.get("/compte").text
    assert "Carol Fictif" in account
    assert "25" not in client.page("/accompagnements").select_one("#departement").get_text()  # type: ignore[union-attr]


def test_what_is_the_agent_s_alone_is_not_read(
    client: InspectingClient, world: World, helper: int
) -> None:
    kept = keep_file(world.carol, open_case(world.alice, world.siret_21))
    look_as(client, helper, world.carol)
    for path in (
        "/compte", "/compte/sessions", "/compte/acces", "/compte/second-facteur", "/compte/jetons",
        "/accompagnements/fichiers", f"/accompagnements/fichiers/{kept}/original",
    ):  # fmt: skip
        answer = client.get(path)
        assert (answer.status_code, "lus que de cette personne" in answer.text) == (403, True), path
    # What they may do is not: it is what the help is about.
    assert client.get("/compte/habilitations").status_code == 200
    client.submit("/voir-comme/fin", {}, page="/")
    assert client.get("/compte/sessions").status_code == 200


def test_searches_made_as_another_count_among_ones_own(
    client: InspectingClient, world: World, helper: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = client.application.config["VIGIE"]
    monkeypatch.setitem(client.application.config, "VIGIE", settings.replace(searches_per_minute=2))
    look_as(client, helper, world.carol)
    answers = [client.get("/recherche?q=forges").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    client.submit("/voir-comme/fin", {}, page="/")
    assert client.get("/recherche?q=forges").status_code == 429
    sign_in_as(client, world.carol)
    assert client.get("/recherche?q=forges").status_code == 200


def test_nothing_is_done_in_the_name_of_another(
    client: InspectingClient, world: World, helper: int
) -> None:
    look_as(client, helper, world.carol)
    sent = {
        "body": "en son nom",
        "network_id": str(network_id("crp")),
        "accepted": "y",
        "level": "all",
    }
    for path in (
        f"/entreprises/{world.siren_21}/commentaires", f"/entreprises/{world.siren_21}/suivre", "/engagement",
        f"/etablissements/{world.siret_21}/accompagnement", "/compte/notifications", "/notifications",
        f"/brouillons?formulaire=/entreprises/{world.siren_21}/commentaires",
    ):  # fmt: skip
        answer = client.submit(path, sent, page="/compte")
        assert answer.status_code == 403, path
        assert "rien ne peut être modifié" in answer.text
    with system() as session:
        for table in ("comment", "follow", "support_case", "draft"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0, table


def test_every_line_of_the_journal_has_both_names(
    client: InspectingClient, confidences: Confidences, helper: int
) -> None:
    world = confidences.world
    # Carol has just read the same firm: that is not a reason to say nothing of who looks as her.
    sign_in_as(client, world.carol)
    client.get(f"/entreprises/{world.siren_21}")
    look_as(client, helper, world.carol)
    list_id = confidences.arguments["list_id"]
    for path in (f"/entreprises/{world.siren_21}", "/recherche?q=forges", "/detections", "/accompagnements",
                 f"/detections/{list_id}/export.xlsx"):  # fmt: skip
        assert client.get(path).status_code == 200
    client.submit("/voir-comme/fin", {}, page="/")
    seen = {"agent": world.carol, "name": "Carol Fictif"}
    for event in (
        Event.IMPERSONATION_STARTED, Event.COMPANY_READ, Event.SEARCHED, Event.DETECTION_LIST_READ,
        Event.CASE_LIST_READ, Event.DETECTION_EXPORTED, Event.IMPERSONATION_ENDED,
    ):  # fmt: skip
        lines = [line for line in journaled(event) if line.actor_id == helper]
        assert [(line.actor_name, line.details["seen_as"]) for line in lines] == [
            ("Aide Fictif", seen)
        ], event


def test_both_read_the_lines_among_their_accesses_and_nobody_else(
    client: InspectingClient, world: World, helper: int
) -> None:
    look_as(client, helper, world.carol)
    client.get(f"/entreprises/{world.siren_21}")
    for person, count in ((helper, 2), (world.carol, 2), (world.alice, 0), (world.admin, 0)):
        with working_as(person) as (session, _):
            lines = session.scalars(select(JournalEntry).where(JournalEntry.actor_id == helper))
            assert len(lines.all()) == count, person


def test_an_export_names_who_took_it(
    client: InspectingClient, confidences: Confidences, helper: int
) -> None:
    look_as(client, helper, confidences.world.carol)
    file = client.get(f"/detections/{confidences.arguments['list_id']}/export.xlsx").get_data()
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        texts = b"".join(book.read(name) for name in book.namelist()).decode()
    assert "Aide Fictif, qui voit Vigie comme Carol Fictif" in texts


@pytest.mark.parametrize(
    "target", ["stranger", "bob", "manager", "admin", "scientist", "controller", "helper"]
)
def test_never_upwards_nor_sideways(
    client: InspectingClient, world: World, helper: int, target: str
) -> None:
    """Another zone, another network, another role, the same power, oneself."""
    look_as(client, helper, helper if target == "helper" else getattr(world, target), status=403)
    assert "Vous voyez Vigie comme" not in client.get("/").text
    assert journaled(Event.IMPERSONATION_STARTED) == []


def test_the_button_is_shown_only_where_it_works(
    client: InspectingClient, world: World, helper: int
) -> None:
    for who, agent_id, offered in (
        (helper, world.carol, True), (helper, world.manager, False), (helper, helper, False),
        (world.admin, world.carol, False), (world.correspondent, world.carol, False),
    ):  # fmt: skip
        sign_in_as(client, who)
        page = client.page(f"/habilitations/agents/{agent_id}")
        form = page.select_one(f"form[action='/agents/{agent_id}/voir-comme']")
        assert (form is not None) is offered, (who, agent_id)


@pytest.mark.parametrize("person", ["alice", "manager", "scientist", "controller"])
def test_only_an_administrateur_looks_as_somebody(
    client: InspectingClient, world: World, person: str
) -> None:
    look_as(client, getattr(world, person), world.carol, status=403)


def test_an_unknown_or_closed_account_is_not_found(
    client: InspectingClient, world: World, helper: int
) -> None:
    look_as(client, helper, 999_999, status=404)
    with system() as session:
        session.get_one(Agent, world.carol).active = False
    look_as(client, helper, world.carol, status=404)


def test_it_never_nests(client: InspectingClient, world: World, helper: int) -> None:
    look_as(client, helper, world.carol)
    answer = client.submit(f"/agents/{world.alice}/voir-comme", {}, page="/compte")
    assert answer.status_code == 403
    assert BANNER in client.get("/").text


def test_it_ends_with_the_session(client: InspectingClient, world: World, helper: int) -> None:
    look_as(client, helper, world.carol)
    assert client.submit("/deconnexion", {}, page="/").status_code == 303
    forget_who_was_found()
    assert client.get("/").status_code == 401
    client.sign_in(helper)
    assert "Vous voyez Vigie comme" not in client.get("/").text


def test_the_next_person_to_use_the_browser_is_themselves(
    client: InspectingClient, world: World, helper: int
) -> None:
    look_as(client, helper, world.carol)
    forget_who_was_found()
    client.sign_in(world.bob)
    assert "Bob Fictif" in client.get("/compte").text


def test_it_ends_when_the_rights_that_allowed_it_end(
    client: InspectingClient, world: World, helper: int
) -> None:
    look_as(client, helper, world.carol)
    with system() as session:
        (right,) = session.scalars(select(Habilitation).where(Habilitation.agent_id == helper))
        right.ends_on = right.starts_on + timedelta(days=1)
    forget_who_was_found()
    assert "Aide Fictif" in client.get("/compte").text


def test_looking_as_somebody_requires_ones_own_commitment(
    client: InspectingClient, world: World, helper: int
) -> None:
    """Carol’s signature commits Carol."""
    look_as(client, helper, world.carol)
    with system() as session:
        session.execute(text("delete from commitment where agent_id = :a"), {"a": helper})
    answer = client.get("/detections")
    assert (answer.status_code, answer.location) == (303, "/engagement?next=/detections")
    sign_in_as(client, helper)
    answer = client.submit(f"/agents/{world.carol}/voir-comme", {}, page="/compte")
    assert answer.location.startswith("/engagement")


def test_what_the_agent_was_typing_stays_theirs(
    client: InspectingClient, world: World, helper: int
) -> None:
    path = f"/entreprises/{world.siren_21}/commentaires"
    with working_as(world.carol) as (session, who):
        drafts.save(session, who, form_path=path, fields={"body": ["pas encore dit"]})
    look_as(client, helper, world.carol)
    firm = f"/entreprises/{world.siren_21}"
    for page in (path, firm, f"{firm}/echanges", "/"):
        assert "pas encore dit" not in client.get(page).text
    assert "Brouillon" not in client.get("/").text


def test_an_invitation_of_the_agent_is_not_the_helpers(
    client: InspectingClient, world: World, helper: int
) -> None:
    """Carol takes part in an accompagnement of Paris; the helper was not invited there."""
    case_id = open_case(world.stranger, world.siret_75)
    add_member(world.stranger, case_id, world.carol)
    look_as(client, helper, world.carol)
    assert client.get(f"/accompagnements/{case_id}").status_code == 404
    sign_out(client)
    sign_in_as(client, world.carol)
    assert client.get(f"/accompagnements/{case_id}").status_code == 200


def test_what_an_invitation_gave_the_agent_alone_stays_theirs(
    client: InspectingClient, world: World, helper: int
) -> None:
    """Both take part in an accompagnement of Paris; whoever invited the helper reads the score alone."""
    with system() as session:
        companies.freshness(session, date(2026, 6, 1))
        companies.payment_plan(session, world.siret_75)
        host = newcomer(session, "hote", natures={"75": [Nature.SCORE]})
    case_id = open_case(world.stranger, world.siret_75)
    add_member(world.stranger, case_id, world.carol)
    add_member(world.stranger, case_id, host, role=MemberRole.REFERENT)
    add_member(host, case_id, helper)
    page = f"/entreprises/{world.siren_75}/donnees"
    sign_in_as(client, world.carol)
    assert "12\u202f000" in client.get(page).text
    sign_out(client)
    look_as(client, helper, world.carol)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "12\u202f000" not in answer.text


def forget_who_was_found() -> None:
    """The requests of a test share one application context, where libraries keep whom they found."""
    for name in list(g):
        g.pop(name)
