"""Work outside requests: forgetting what is over."""

from app.accounts import session_store, throttle
from app.core.identity import system_identity
from app.core.jobs import task
from app.core.unit_of_work import unit_of_work

SYSTEM = system_identity("Purge des sessions")


@task("accounts:purge")
def purge() -> None:
    """Delete the sessions that ended by themselves, and the failures of the day before."""
    with unit_of_work(SYSTEM) as session:
        session_store.purge(session)
        throttle.purge(session)
