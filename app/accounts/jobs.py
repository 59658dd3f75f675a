"""Work outside requests: purging what has expired, writing the notices about changes to how an agent signs in."""

from datetime import datetime

from app.accounts.local import backoff, notices
from app.accounts.sessions import store
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.messages import outbox

SYSTEM = system_identity("Purge des sessions")


@does(Task.ACCOUNTS_PURGE)
def purge() -> None:
    """Delete the sessions that expired, and failures older than a day."""
    with unit_of_work(SYSTEM) as session:
        store.purge(session)
        backoff.purge(session)


@does(Task.ACCOUNTS_NOTICE)
def write_notice(agent_id: int, notice: str, moment: str) -> None:
    """Write the e-mail of a notice, once, and queue it."""
    with unit_of_work(outbox.SYSTEM) as session:
        notices.write(
            session,
            agent_id,
            notices.Notice(notice),
            moment=datetime.fromisoformat(moment),
        )
