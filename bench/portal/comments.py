"""A comment on a firm that fifty people follow, until the last notification is written, then the last mail."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select, text

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.habilitations.models import Network
from app.network.models import Follow, FollowLevel
from bench.portal.driving import Answers, Outgoing, drive
from bench.portal.people import FOLLOWERS, NETWORK
from bench.portal.serving import Site
from bench.portal.sessions import cookie_of, form_token
from tests.factories.network import system

FORM = "application/x-www-form-urlencoded"
BODY = "Banc d’essai : l’entreprise a été jointe, son dirigeant rappelle lundi."
#: seconds in which what is left to write is waited for
PATIENCE = 300.0
#: what the followers are still to be told: e-mails are sent by tasks too
WAITING = "select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
NOTIFIED = "select count(*) from notification"
UNSENT = "select count(*) from email where sent_at is null and given_up_at is null"


@dataclass(frozen=True, kw_only=True)
class Told:
    """Comments written, and what followed: seconds from the first request to the last notification, and how many there were.

    ``seconds`` is `None` where some were not written in time.
    """

    answers: Answers
    seconds: float | None
    notifications: int

    @property
    def rate(self) -> float | None:
        """Comments a second, until the last notification; those written without time for their answer count too."""
        return None if self.seconds is None else self.notifications / FOLLOWERS / self.seconds


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The morning e-mails of the followers: seconds until the last one was taken by the server, and how many."""

    seconds: float | None
    count: int


def comment(site: Site, authors: Sequence[str], *, connections: int, seconds: float) -> Told:
    """Write comments from so many connections for some seconds, then wait for the last notification."""
    before = _count(NOTIFIED)
    requests = _requests(site, authors)
    began = time.monotonic()
    answers = drive(
        site.address, requests, connections=connections, seconds=seconds, accepted=(303,)
    )
    ended = _until_nothing_waits()
    took = None if ended is None else ended - began
    return Told(answers=answers, seconds=took, notifications=_count(NOTIFIED) - before)


def write_mail(site: Site) -> Mail:
    """Have the worker write the morning e-mails, as the clock does, and wait until the server took the last one."""
    before, began = site.mail.count, time.monotonic()
    with unit_of_work(system_identity("Banc d’essai")) as session:
        defer(session, Task.NETWORK_DIGEST)
    ended = _until_nothing_waits()
    if ended is None or _count(UNSENT):
        return Mail(seconds=None, count=site.mail.count - before)
    return Mail(seconds=ended - began, count=site.mail.count - before)


def followed() -> list[str]:
    """The firms that the followers follow."""
    statement = select(Follow.siren).where(Follow.level == FollowLevel.ALL).group_by(Follow.siren)
    with system() as session:
        return list(session.scalars(statement.order_by(Follow.siren)))


def _requests(site: Site, authors: Sequence[str]) -> list[Outgoing]:
    """A comment on each firm in each session, those that are asked at once on different firms."""
    sirens = followed()
    with system() as session:
        network = session.scalars(select(Network.id).where(Network.code == NETWORK)).one()
    path = "/entreprises/{}/commentaires"
    bodies = {}
    for author in authors:
        token = form_token(site.address, path.format(sirens[0]), author)
        fields = {"csrf_token": token, "network_id": str(network), "body": BODY}
        bodies[author] = urlencode(fields)
    return [
        Outgoing(
            target=path.format(sirens[(turn + place * FOLLOWERS) % len(sirens)]), method="POST",
            headers={**cookie_of(author), "Content-Type": FORM}, body=bodies[author],
        )
        for turn in range(len(sirens)) for place, author in enumerate(authors)
    ]  # fmt: skip


def _until_nothing_waits() -> float | None:
    """The moment when no task is left; `None` when some are after a long time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if _count(WAITING) == 0:
            return time.monotonic()
        time.sleep(0.1)
    return None


def _count(statement: str) -> int:
    with system() as session:
        return int(session.scalar(text(statement)) or 0)
