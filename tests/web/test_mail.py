"""The e-mails that do not leave: who sees them, and trying again."""

import pytest
from sqlalchemy import select

from app.core.journal import Event, JournalEntry
from app.messages.models import Email
from tests.factories.mail import fail, give_up, write_email
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient


@pytest.fixture
def number(world: World) -> int:
    """An e-mail that the server keeps refusing."""
    number = write_email(world.alice)
    fail(number, 3)
    return number


def test_an_administrator_sees_to_whom_and_why_never_what(
    client: InspectingClient, world: World, number: int
) -> None:
    client.sign_in(world.admin)
    page = client.page("/courriels").get_text(" ", strip=True)
    assert "Alice Fictif" in page
    assert "Le serveur est injoignable." in page
    assert "prochain essai" in page
    assert "Texte-du-courriel" not in page


def test_nobody_else_sees_them(client: InspectingClient, world: World, number: int) -> None:
    for person in (world.alice, world.scientist, world.controller, world.correspondent):
        client.sign_in(person)
        assert client.get("/courriels").status_code == 403


def test_what_was_given_up_is_sent_again_on_demand(
    client: InspectingClient, world: World, number: int
) -> None:
    give_up(number)
    client.sign_in(world.admin)
    assert client.submit("/courriels/renvoi", {}, page="/courriels").status_code == 303
    assert client.submit("/courriels/renvoi", {}, page="/courriels").status_code == 303
    with system() as session:
        email = session.get_one(Email, number)
        assert (email.given_up_at, email.attempts) == (None, 0)
        assert email.due_at is not None
        lines = select(JournalEntry.details).where(JournalEntry.event == Event.MAIL_RESENT.value)
        assert list(session.scalars(lines)) == [{"emails": [number]}]


def test_what_was_sent_is_not_sent_again(
    client: InspectingClient, world: World, number: int
) -> None:
    with system() as session:
        email = session.get_one(Email, number)
        email.due_at, email.sent_at = None, email.created_at
    client.sign_in(world.admin)
    assert client.submit(f"/courriels/{number}/renvoi", {}, page="/compte").status_code == 404
