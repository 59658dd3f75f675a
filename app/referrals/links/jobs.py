"""New links that were asked for, and what is owed or of no use. Only units of work and calls."""

from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.referrals.links import queries, services


@does(Task.LINKS_RENEW)
def renew(digest: str) -> None:
    """Send a new link instead of the one that somebody held: the page that asked says the same, whatever comes of it."""
    with unit_of_work(services.SYSTEM) as session:
        services.renew(session, bytes.fromhex(digest))


@does(Task.LINKS_SWEEP)
def sweep() -> None:
    """Revoke and empty what is of no use, then send what is owed, each in a transaction of its own."""
    with unit_of_work(services.SYSTEM) as session:
        services.sweep(session)
        owed = queries.list_owed(session)
    for referral_id in owed:
        with unit_of_work(services.SYSTEM) as session:
            services.send_owed(session, referral_id)
