"""Remind of what waits, let what nobody answers go to others. Thin: units of work and calls."""

from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.referrals.needs import answering
from app.referrals.needs import queries as needs
from app.referrals.needs.putting import SYSTEM
from app.referrals.reminders import days, queries, services


@does(Task.NEEDS_REMIND)
def remind() -> None:
    """Tell of each need that waits in a transaction of its own: what was told stays told, what was not is told the next time."""
    _pass_on()
    with unit_of_work(SYSTEM) as session:
        waiting = queries.list_waiting(session)
    day = today()
    for referral_id in days.expired(waiting, day):
        with unit_of_work(SYSTEM) as session:
            answering.expire(session, referral_id, note=services.NO_ANSWER)
    for each in waiting:
        for kind in days.due(each, day):
            with unit_of_work(SYSTEM) as session:
                services.remind(session, SYSTEM, each.referral_id, kind)
    with unit_of_work(SYSTEM) as session:
        services.tell_team(session)


@does(Task.NEEDS_PASS_ON)
def pass_on() -> None:
    """Put to others what those who left the directory had to do."""
    _pass_on()


def _pass_on() -> None:
    with unit_of_work(SYSTEM) as session:
        left = needs.left_behind(session)
    for referral_id in left:
        with unit_of_work(SYSTEM) as session:
            answering.leave(session, referral_id)
