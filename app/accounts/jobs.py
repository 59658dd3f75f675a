"""Work outside requests: forgetting what is over."""

from app.accounts.local import backoff
from app.accounts.sessions import store
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import task

SYSTEM = system_identity("Purge des sessions")


@task("accounts:purge")
def purge() -> None:
    """Delete the sessions that ended by themselves, and the failures of the day before."""
    with unit_of_work(SYSTEM) as session:
        store.purge(session)
        backoff.purge(session)
