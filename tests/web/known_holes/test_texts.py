"""Holes 1 to 4: syntheses, comments and contacts that anybody could write, overwrite or send to another network."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.cases.models import CaseMember
from app.cases.summaries.models import CaseSummary
from app.core.access.guard import GuardedFlask, Policy, Subject
from app.core.access.permissions import Permission, Predicate, rule_of
from app.core.errors import NotFoundError
from app.evidence.reports.models import ConventionReport
from app.network.comments import services as comments
from app.network.comments.forms import NOT_CHOSEN
from app.network.comments.services import NOT_MY_NETWORK
from app.network.models import Comment
from app.visits.models import Visit, VisitListing, VisitNote
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.confidences import Confidences
from tests.factories.network import network_id, system, working_as, write_comment
from tests.factories.people import World
from tests.factories.summaries import write_summary
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

HERE = "/compte"
CONTACT = {"visited_on": "2026-01-05", "channel": "visio", "contact_result": "refus"}


def comment_bodies() -> list[str]:
    with system() as session:
        return list(session.scalars(select(Comment.body).order_by(Comment.id)))


@pytest.mark.parametrize("person", ["bob", "stranger"])
def test_hole_01_whoever_takes_no_part_cannot_overwrite_the_summary_of_an_accompagnement(
    client: InspectingClient, world: World, person: str
) -> None:
    """Syntheses were created, updated and cancelled without any check."""
    case_id = open_case(world.alice, world.siret_21)
    write_summary(world.alice, case_id, to="codefi", context="Écrit par Alice")
    sign_in_as(client, getattr(world, person))
    path = f"/accompagnements/{case_id}/synthese/{network_id('codefi')}"
    answer = client.submit(path, {"context": "réécrit", "version": "1"}, page=HERE)
    assert answer.status_code == (403 if person == "bob" else 404)
    with system() as session:
        assert session.scalars(select(CaseSummary.context)).all() == ["Écrit par Alice"]


def test_hole_01_the_network_of_a_text_is_not_what_the_browser_says(
    client: InspectingClient, world: World
) -> None:
    """`network_id` came from the client: one could write in another réseau."""
    sign_in_as(client, world.alice)
    path = f"/entreprises/{world.siren_21}/commentaires"
    for forged in (network_id("urssaf"), "0", "-1", "", "x", "999999", "²"):
        answer = client.submit(path, {"body": "intrus", "network_id": str(forged)})
        assert answer.status_code == 422, forged
        assert any(words in answer.text for words in (NOT_MY_NETWORK, NOT_CHOSEN))
    visit = f"/etablissements/{world.siret_21}/visite"
    answer = client.submit(visit, {**CONTACT, "network_id": str(network_id("urssaf"))})
    assert answer.status_code == 422
    assert comment_bodies() == []
    with system() as session:
        assert session.scalars(select(VisitNote.body)).all() == []


def test_hole_01_opening_an_editor_or_leaving_it_by_a_link_releases_nothing_of_anybody(
    client: InspectingClient, world: World
) -> None:
    """`cancel` was a GET that released another person's lock."""
    path = f"/entreprises/{world.siren_21}/commentaires"
    sign_in_as(client, world.alice)
    saved = client.submit(f"/brouillons?formulaire={path}", {"body": "en cours"}, page=HERE)
    assert saved.status_code == 204
    for person in (world.alice, world.bob):
        sign_in_as(client, person)
        client.get(f"/brouillons/effacement?formulaire={path}")
    client.submit(f"/brouillons/effacement?formulaire={path}", {}, page=HERE)
    sign_in_as(client, world.alice)
    assert "en cours" in client.get(path).text


@pytest.mark.parametrize("person", ["stranger", "admin", "controller", "scientist"])
def test_hole_02_a_comment_is_written_by_whoever_reaches_the_firm_only(
    client: InspectingClient, world: World, person: str
) -> None:
    """Comments were created without any check, also out of zone."""
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, getattr(world, person))
    form = {"body": "intrus", "network_id": str(network_id("codefi"))}
    for path in (
        f"/entreprises/{world.siren_21}/commentaires",
        f"/accompagnements/{case_id}/commentaires",
    ):
        assert client.submit(path, form, page=HERE).status_code in {403, 404}
    assert comment_bodies() == []


def test_hole_02_an_accompagnement_that_has_ended_takes_no_comment(
    client: InspectingClient, world: World
) -> None:
    """One could go on writing on an accompagnement that was terminé."""
    case_id = open_case(world.alice, world.siret_21)
    close_case(world.alice, case_id)
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/commentaires"
    form = {"body": "trop tard", "network_id": str(network_id("crp"))}
    answer = client.submit(path, form, page=HERE)
    assert answer.status_code == 422
    assert "Cet accompagnement est terminé." in answer.text
    assert "trop tard" in answer.text
    assert "Écrire un commentaire" not in client.get(f"/accompagnements/{case_id}").text
    assert comment_bodies() == []


def test_hole_02_a_correction_changes_the_words_of_a_comment_and_nothing_else(
    client: InspectingClient, world: World
) -> None:
    """`network_id` was accepted on update: a text could be moved to other readers."""
    number = write_comment(world.alice, world.siren_21, to="crp", body="avant")
    forged = {
        "network_id": str(network_id("codefi")), "author_id": str(world.carol), "siren": world.siren_75,
        "created_at": "2001-01-01", "departments": "75", "case_id": "1", "deleted_at": "2001-01-01",
    }  # fmt: skip
    sign_in_as(client, world.carol)
    refused = client.submit(f"/commentaires/{number}", {"body": "autre", **forged}, page=HERE)
    assert refused.status_code == 403
    sign_in_as(client, world.alice)
    before = stored(number)
    assert client.submit(f"/commentaires/{number}", {"body": "après", **forged}).status_code == 303
    after = stored(number)
    assert {name for name in before if before[name] != after[name]} == {"body", "edited_at"}


def stored(comment_id: int) -> dict[str, object]:
    with system() as session:
        found = session.execute(text("select * from comment where id = :id"), {"id": comment_id})
        return dict(found.mappings().one())


def test_hole_03_a_contact_is_logged_in_reach_and_corrected_by_its_author(
    client: InspectingClient, world: World
) -> None:
    """Contacts were made and archived without check; the server looked at the département at most."""
    number = log_visit(world.alice, world.siret_21, to="codefi", body="le mien")
    form = {**CONTACT, "network_id": str(network_id("codefi")), "author_id": str(world.alice)}
    for person, status in ((world.carol, 403), (world.bob, 403), (world.stranger, 404)):
        sign_in_as(client, person)
        answer = client.submit(f"/visites/{number}/correction", form, page=HERE)
        assert answer.status_code == status
    sign_in_as(client, world.stranger)
    path = f"/etablissements/{world.siret_21}/visite"
    assert client.submit(path, form, page=HERE).status_code == 403
    with system() as session:
        assert [visit.author_id for visit in session.scalars(select(Visit))] == [world.alice]
        assert session.scalar(select(VisitNote.body)) == "le mien"


def test_hole_03_who_logged_a_contact_is_whoever_is_signed_in(
    client: InspectingClient, world: World
) -> None:
    """An author sent by the browser was believed."""
    forged = {"author_id": str(world.bob), "siret": world.siret_75, "department": "75", "case_id": "9", "entry_id": "9"}  # fmt: skip
    sign_in_as(client, world.alice)
    form = {**CONTACT, **forged, "network_id": str(network_id("crp"))}
    answer = client.submit(f"/etablissements/{world.siret_21}/visite", form)
    assert answer.status_code == 303
    with system() as session:
        visit = session.scalars(select(Visit)).one()
        listing = session.scalar(select(VisitListing.entry_id))
        kept = (visit.author_id, visit.siret, visit.department, visit.case_id, listing)
    assert kept == (world.alice, world.siret_21, "21", None, None)


def test_hole_04_every_predicate_says_yes_to_some_and_no_to_others(
    app: GuardedFlask, world: World, confidences: Confidences
) -> None:
    """Two policies relied on an attribute that no longer existed: dead rules that looked like protection."""
    case_id, comment_id = confidences.arguments["case_id"], confidences.arguments["comment_id"]
    # Who answers for a team overrides a consent where they take part.
    add_member(world.alice, int(str(case_id)), world.manager)
    verdicts = told(app, confidences)
    assert len(verdicts) > 5
    # What is closed or deleted, the report of the country, have rules of their own.
    close_case(world.alice, int(str(case_id)))
    with working_as(world.alice) as (session, who):
        comments.delete(session, who, session.get_one(Comment, comment_id))
    with system() as session:
        of_country = session.scalars(
            select(ConventionReport.id).where(ConventionReport.region.is_(None))
        ).first()
    others = {**confidences.arguments, "convention_report_id": of_country}
    afterwards = told(app, replace(confidences, arguments=others))
    silent = {name for name, said in verdicts.items() if said | afterwards[name] != {True, False}}
    assert silent == set()


def told(app: GuardedFlask, confidences: Confidences) -> dict[Permission, set[bool]]:
    """What each rule answers to a few people about the object that the factory knows."""
    world = confidences.world
    names = (
        "alice", "bob", "carol", "stranger", "manager", "admin", "controller", "correspondent", "team",
    )  # fmt: skip
    people = [getattr(world, name) for name in names]
    verdicts: dict[Permission, set[bool]] = {}
    for policy in map(app.policy_of, app.view_functions):
        if not isinstance(policy, Policy) or policy.subject is None:
            continue
        predicate = rule_of(policy.permission).when
        if predicate is None:
            continue
        value = confidences.arguments[policy.subject.argument]
        # An administrateur reaches what is asked for others, and no firm.
        owner = world.admin if policy.permission.startswith("habilitations:") else world.alice
        for person in people:
            verdict = says(predicate, policy.subject, value, person, owner)
            verdicts.setdefault(policy.permission, set()).add(verdict)
    return verdicts


def says(rule: Predicate, subject: Subject, value: object, person: int, owner: int) -> bool:
    """What a rule answers about what ``person`` finds, or else about what ``owner`` would show them."""
    with working_as(person) as (session, who):
        try:
            return rule(who, subject.load(session, who, value))
        except NotFoundError:
            pass
    with working_as(owner) as (session, shown_by):
        try:
            return rule(who, subject.load(session, shown_by, value))
        except NotFoundError:
            # Neither finds it: it is somebody else's to show.
            return False


def test_hole_04_a_participant_reads_but_a_participant_who_left_takes_no_part(
    client: InspectingClient, world: World
) -> None:
    """A rule that never looks at who left would let them write for ever."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.stranger)
    sign_in_as(client, world.stranger)
    assert client.get(f"/accompagnements/{case_id}/modification").status_code == 200
    with system() as session:
        member = session.scalars(
            select(CaseMember.id).where(CaseMember.agent_id == world.stranger)
        ).one()
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/membres/{member}/depart"
    assert client.submit(path, {}).status_code == 303
    sign_in_as(client, world.stranger)
    assert client.get(f"/accompagnements/{case_id}").status_code == 404
