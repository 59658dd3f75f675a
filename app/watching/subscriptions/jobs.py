"""Tell agents of what entered what they follow. Thin: units of work and calls."""

from collections.abc import Collection
from itertools import groupby

from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today, utcnow
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.detections.lists.queries import find_current_list
from app.habilitations.queries import identities_of
from app.watching.subscriptions import queries, services
from app.watching.subscriptions.models import TellingPace
from app.watching.subscriptions.news import NewsCount, SubscribedTo, asked_by, news

SYSTEM = system_identity("Abonnements")
MONDAY = 0


@does(Task.WATCHING_TELL)
def tell_daily() -> None:
    """Tell whoever asked to be told every day, and on Mondays whoever asked for once a week; at once, what was missed."""
    weekly = {TellingPace.WEEKLY} if today().weekday() == MONDAY else set()
    tell({TellingPace.AT_ONCE, TellingPace.DAILY, *weekly})


@does(Task.WATCHING_NOW)
def tell_now() -> None:
    """Tell whoever asked to be told at once."""
    tell({TellingPace.AT_ONCE})


def tell(paces: Collection[TellingPace]) -> None:
    """Tell of each subscription of some paces what entered since, as its agent reads it: nothing is told of nothing."""
    moment = utcnow()
    with unit_of_work(SYSTEM) as session:
        current = find_current_list(session)
        list_id = current.id if current else None
        due = queries.list_due(session, paces)
        readers = identities_of(session, [known.agent for known in due])
        asked = [
            (who, known.id, asked_by(known, list_id=list_id, until=moment))
            for who, known in zip(readers, due, strict=True)
        ]
    for agent_id, group in groupby(asked, key=lambda each: each[0].agent_id):
        found = {number: _news(who, what) for who, number, what in group}
        if agent_id is not None:
            with unit_of_work(SYSTEM) as session:
                services.tell(session, agent_id, found, list_id=list_id, moment=moment)


def _news(reader: Identity, asked: SubscribedTo) -> NewsCount:
    if not reader.is_habilitated:
        return NewsCount()
    with unit_of_work(reader) as session:
        return news(session, reader, asked)
