"""Jobs that notify agents and write the digests. Thin: units of work and calls."""

from datetime import date

from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.messages.models import Reason
from app.network.notifications import digest as digests
from app.network.notifications import named, recipients
from app.network.notifications.digest import DigestReader

SYSTEM = system_identity("Notifications")


@does(Task.NETWORK_NOTIFY)
def notify(event_id: int) -> None:
    """Notify an event to the agents who may read it, checked with the rights of each."""
    with unit_of_work(SYSTEM) as session:
        candidates = recipients.list_candidates(session, event_id)
    notified = [
        (identity.agent_id, reason)
        for identity, reason in candidates
        if identity.agent_id is not None and _may_read(identity, event_id, reason)
    ]
    with unit_of_work(SYSTEM) as session:
        recipients.notify(session, event_id, notified)
        named.write(session, event_id)


@does(Task.NETWORK_DIGEST)
def digest() -> None:
    """Write the digests of the morning."""
    write_digests(today())


@does(Task.NETWORK_DIGEST_AGAIN)
def digest_again() -> None:
    """Write those of the afternoon."""
    write_digests(today(), digests.AFTERNOON)


def write_digests(day: date, hour: int = digests.MORNING) -> int:
    """Write and queue one e-mail for each agent whose digest it is time for and who has something new; return how many."""
    with unit_of_work(SYSTEM) as session:
        readers = digests.list_readers(session, day=day, hour=hour)
    return sum(_write_digest(reader) for reader in readers)


def _write_digest(reader: DigestReader) -> bool:
    with unit_of_work(reader.identity) as session:
        composed = digests.compose(session, reader)
    if composed is None:
        return False
    with unit_of_work(SYSTEM) as session:
        return digests.write(session, reader, composed)


def _may_read(identity: Identity, event_id: int, reason: Reason) -> bool:
    with unit_of_work(identity) as session:
        return recipients.may_read(session, identity, event_id, reason)
