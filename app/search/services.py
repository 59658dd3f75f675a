"""The trace of suggestions: a line of the journal for what a page of results would have shown, never one for each key."""

from datetime import timedelta

from sqlalchemy import and_, case, func
from sqlalchemy.dialects.postgresql import insert

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE
from app.core.database.unit_of_work import apart
from app.search.models import SearchTyping
from app.search.queries import SUGGESTED

#: lists of suggestions that name as many firms as a page of results
LISTS = PAGE_SIZE // SUGGESTED
#: somebody who has typed nothing for this long begins another search
PAUSE = timedelta(minutes=1)


def record_suggestions(identity: Identity, text: str, count: int) -> None:
    """Journal that a list of suggestions was read, unless a line of the same minute already stands for it and for few others.

    In a transaction of its own, as the list is served in a read-only one.
    """
    with apart(identity.person) as session:
        going_on = and_(
            SearchTyping.lists < LISTS,
            SearchTyping.told_at.between(func.now() - PAUSE, func.now()),
        )
        first = insert(SearchTyping).values(
            agent_id=identity.person.agent_id, lists=1, told_at=func.now()
        )
        lists = session.scalar(
            first.on_conflict_do_update(
                index_elements=[SearchTyping.agent_id],
                set_={
                    "lists": case((going_on, SearchTyping.lists + 1), else_=1),
                    "told_at": case((going_on, SearchTyping.told_at), else_=func.now()),
                },
            ).returning(SearchTyping.lists)
        )
        if lists == 1:
            journal.record(session, identity, journal.Event.SUGGESTED, query=text, count=count)
