"""Jobs that notify agents and write the digests. Thin: units of work and calls."""

from datetime import date

from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.network.notifications import digest as digests
from app.network.notifications import named, recipients

SYSTEM = system_identity("Notifications")


@does(Task.NETWORK_NOTIFY)
def notify(event_id: int) -> None:
    """Notify an event to the agents who may read it, checked with the rights of each."""
    with unit_of_work(SYSTEM) as session:
        candidates = recipients.list_candidates(session, event_id)
    notified = [
        (identity.agent_id, reason)
        for identity, reason in candidates
        if identity.agent_id is not None and _may_read(identity, event_id)
    ]
    with unit_of_work(SYSTEM) as session:
        recipients.notify(session, event_id, notified)
        named.write(session, event_id)


@does(Task.NETWORK_DIGEST)
def digest() -> None:
    """Write the digests of the day."""
    write_digests(today())


def write_digests(day: date) -> int:
    """Write and queue one e-mail for each agent with something new; return how many."""
    with unit_of_work(SYSTEM) as session:
        readers = digests.list_readers(session)
    return sum(_write_digest(identity, day) for identity in readers)


def _write_digest(identity: Identity, day: date) -> bool:
    with unit_of_work(identity) as session:
        composed = digests.compose(session, identity)
    if composed is None:
        return False
    counted, letter = composed
    with unit_of_work(SYSTEM) as session:
        return digests.write(session, identity, day=day, counted=counted, letter=letter)


def _may_read(identity: Identity, event_id: int) -> bool:
    with unit_of_work(identity) as session:
        return recipients.may_read(session, event_id)
