"""Acting by the link of an expert without an account, as a browser without a script does."""

import re

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.journal import Event, JournalEntry
from app.referrals.needs.models import Referral, ReferralState
from tests.factories.links import referral_of
from tests.factories.needs import PutNeed
from tests.factories.network import system
from tests.support.client import InspectingClient

NUMBER = re.compile(r'name="number" value="([^"]+)"')


def path(secret: str, act: str = "") -> str:
    """The address of what a link opens."""
    return f"/reponse/{secret}{act}"


def number_on(client: InspectingClient, secret: str) -> str:
    """The number that the forms of its page bear."""
    found = NUMBER.search(client.get(path(secret)).text)
    assert found
    return found[1]


def post(client: InspectingClient, secret: str, act: str, **said: str) -> TestResponse:
    """Send a form of the page, as it is now."""
    said.setdefault("number", number_on(client, secret))
    return client.post(path(secret, act), data=said)


def taken(client: InspectingClient, secret: str) -> str:
    """Take the need in charge; the secret of the next link."""
    answer = post(client, secret, "/acceptation")
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def state_of(put: PutNeed) -> ReferralState:
    """What the expert without an account made of the need."""
    number = referral_of(put)
    with system() as session:
        return session.get_one(Referral, number).state


def lines(event: Event) -> list[JournalEntry]:
    """The lines of the journal of an event, oldest first."""
    with system() as session:
        found = select(JournalEntry).where(JournalEntry.event == event.value)
        rows = list(session.scalars(found.order_by(JournalEntry.id)))
        session.expunge_all()
        return rows
