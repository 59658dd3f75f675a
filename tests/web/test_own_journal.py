"""What each one reads of the journal: who consulted the firms they accompany, and their own lines."""

from app.audit.reading import presenters, queries
from app.audit.reading.queries import JournalQuery
from app.core import journal
from app.core.journal import Event
from app.extensions import db
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import system
from tests.factories.people import World, identity
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as
from tests.web.journals import read, rows


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
    assert (feed.details, told.details) == ({"count": 0, "texts": 0}, {"count": 0})
