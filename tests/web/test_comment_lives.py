"""What becomes of a comment: it names people, says what it said before, comes back when deleted by mistake, and opens to partners."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app.core.journal import Event
from app.core.now import utcnow
from app.extensions import db
from app.messages.models import Email
from app.network.models import Comment, Notification
from app.network.notifications import jobs
from tests.factories.cases import add_member, open_case
from tests.factories.network import (
    follow,
    last_event,
    network_id,
    system,
    working_as,
    write_comment,
)
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

HTMX = {"HX-Request": "true"}


def reasons() -> dict[int, str]:
    """Who was told of the last event, and why."""
    number = last_event()
    jobs.notify(event_id=number)
    with system() as session:
        rows = session.scalars(select(Notification).where(Notification.event_id == number))
        return {row.agent_id: row.reason for row in rows}


def emails(agent_id: int) -> list[str]:
    with system() as session:
        return list(session.scalars(select(Email.subject).where(Email.agent_id == agent_id)))


def send(client: InspectingClient, world: World, body: str, to: str = "codefi"):  # type: ignore[no-untyped-def]
    path = f"/entreprises/{world.siren_21}/commentaires"
    return client.submit(path, {"body": body, "network_id": network_id(to)})


@pytest.mark.parametrize(
    "words", ["@Bob Fictif, qu’en penses-tu ?", "Vu avec @bob\u00a0fictif.", "(@BOB FICTIF)\n@Bob Fictif"]
)  # fmt: skip
def test_who_is_named_is_told_at_once_and_once(
    client: InspectingClient, world: World, words: str
) -> None:
    sign_in_as(client, world.alice)
    assert send(client, world, words).status_code == 303
    assert reasons() == {world.bob: "mentioned"}
    jobs.notify(event_id=last_event())
    assert emails(world.bob) == ["Alice Fictif vous cite dans un commentaire"]
    jobs.write_digests(utcnow().date())
    assert len(emails(world.bob)) == 1, "the digest counts it no more"


def test_somebody_who_would_not_read_is_not_named(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    for words, to in (("@Bob Fictif ?", "crp"), ("@Etranger Fictif ?", "codefi")):
        answer = send(client, world, words, to)
        assert answer.status_code == 422
        assert "ne pourra pas lire ce texte" in answer.text
        assert words in answer.text
    add_member(world.alice, open_case(world.alice, world.siret_21), world.stranger)
    assert send(client, world, "@Etranger Fictif ?").status_code == 303
    assert world.stranger in reasons()


@pytest.mark.parametrize("words", ["a@bob fictif", "@Personne Connue", "@", "@Bob", "@ Bob Fictif"])
def test_what_names_nobody_is_a_text(client: InspectingClient, world: World, words: str) -> None:
    sign_in_as(client, world.alice)
    assert send(client, world, words).status_code == 303
    assert reasons() == {}


def test_a_correction_tells_whom_it_adds_even_a_follower_who_was_told(
    client: InspectingClient, world: World
) -> None:
    follow(world.bob, world.siren_21)
    number = write_comment(world.alice, world.siren_21, to="codefi", body="Qui y va ?")
    assert reasons() == {world.bob: "followed"}
    sign_in_as(client, world.alice)
    changed = {"body": "Qui y va, @Bob Fictif ?"}
    assert client.submit(f"/commentaires/{number}", changed).status_code == 303
    assert reasons() == {world.bob: "mentioned"}
    assert len(emails(world.bob)) == 1


def test_whoever_wants_no_such_email_gets_none(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.bob)
    assert client.submit("/compte/notifications", {"mail_pace": "matin"}).status_code == 303
    sign_in_as(client, world.alice)
    send(client, world, "@Bob Fictif ?")
    assert reasons() == {world.bob: "mentioned"}
    assert emails(world.bob) == []


def test_the_names_offered_are_those_of_readers(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    path = f"/entreprises/{world.siren_21}/lecteurs"

    def offered(typed: str, to: str) -> list[str]:
        page = client.get(f"{path}?q={typed}&cercle={network_id(to)}", headers=HTMX).text
        return [line.split('"')[0] for line in page.split('data-name="')[1:]]

    assert offered("bo", "codefi") == ["Bob Fictif"]
    assert offered("fictif", "crp") == ["Carol Fictif", "Direction Fictif"]
    assert offered("bo", "crp") == []
    assert offered("bo", "urssaf") == [], "not a circle of alice"
    assert offered("etr", "codefi") == [], "not of the zone"


def test_a_correction_shows_what_it_replaced_to_the_readers(
    client: InspectingClient, world: World
) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="avant")
    sign_in_as(client, world.alice)
    client.submit(f"/commentaires/{number}", {"body": "après"})
    sign_in_as(client, world.carol)
    shown = client.page(f"/commentaires/{number}/versions").get_text()
    assert shown.index("après") < shown.index("avant")
    for person in (world.bob, world.stranger):
        sign_in_as(client, person)
        client.page(f"/commentaires/{number}/versions", status=404)


def test_a_deletion_is_undone_for_half_an_hour_by_its_author(
    client: InspectingClient, world: World
) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="à garder")
    sign_in_as(client, world.alice)
    client.submit(f"/commentaires/{number}/suppression", {})
    path = f"/commentaires/{number}/retablissement"
    page = f"/entreprises/{world.siren_21}/commentaires"
    assert path in client.get(page).text
    sign_in_as(client, world.carol)
    assert path not in client.get(page).text
    assert client.submit(path, {}, page="/compte").status_code == 403
    with working_as(world.carol) as (session, _):
        assert session.scalars(text("select body from comment_version")).all() == []
    sign_in_as(client, world.alice)
    assert client.submit(path, {}, page="/compte").status_code == 303
    assert "à garder" in client.get(page).text
    assert len(journaled(Event.COMMENT_RESTORED)) == 1
    client.submit(f"/commentaires/{number}/suppression", {})
    with system() as session:
        session.get_one(Comment, number).deleted_at = utcnow() - timedelta(minutes=31)
    assert client.submit(path, {}, page="/compte").status_code == 403
    assert path not in client.get(page).text


def test_a_comment_opens_to_the_partners_and_closes_no_more(
    client: InspectingClient, world: World
) -> None:
    follow(world.bob, world.siren_21)
    number = write_comment(world.alice, world.siren_21, to="crp", body="entre nous")
    answer = write_comment(world.carol, world.siren_21, to="crp", body="une réponse")
    firm = f"/entreprises/{world.siren_21}/commentaires"
    sign_in_as(client, world.bob)
    assert "entre nous" not in client.get(firm).text
    sign_in_as(client, world.alice)
    path = f"/commentaires/{number}/elargissement"
    asked = " ".join(client.page(path).get_text().split())
    assert "CODEFI 21, lisible par 4 agents" in asked
    assert client.submit(path, {}).status_code == 303
    assert reasons() == {world.bob: "followed", world.carol: "followed"}
    again = client.submit(path, {})
    assert again.status_code == 422
    assert "déjà lisible par tous" in again.text
    sign_in_as(client, world.bob)
    page = client.get(firm).text
    assert "entre nous" in page
    assert "une réponse" not in page, answer
    with (
        pytest.raises(ProgrammingError, match="never replaced"),
        working_as(world.alice) as (session, _),
    ):
        session.execute(text("update comment set network_id = :id"), {"id": network_id_of("crp")})


def network_id_of(code: str) -> int:
    """In the session at hand: another one would end it."""
    return int(db.session.scalar(text("select id from network where code = :code"), {"code": code}))
