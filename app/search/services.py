"""The trace of searches and of suggestions: of these, a line of the journal for what a page of results would have shown, never one
for each key; and what an agent searched lately.
"""

from datetime import timedelta

from sqlalchemy import and_, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE
from app.core.database.unit_of_work import apart
from app.core.now import utcnow
from app.search.models import RecentSearch, SearchTyping
from app.search.queries import KEPT, MOST_RECENT, SUGGESTED

#: lists of suggestions that name as many firms as a page of results
LISTS = PAGE_SIZE // SUGGESTED
#: somebody who has typed nothing for this long begins another search
PAUSE = timedelta(minutes=1)
#: characters that the journal keeps of what was typed
JOURNALED = 100


def record_search(identity: Identity, text: str, count: int, *, texts: int) -> None:
    """Journal that firms and texts were searched, and remember it for whoever did; in a transaction of its own, as for suggestions."""
    with apart(identity.person) as session:
        journal.record(
            session, identity, journal.Event.SEARCHED, query=text, count=count, texts=texts
        )
        if identity.impersonated_by is None:
            _remember(session, identity, text)


def erase(session: Session, identity: Identity) -> None:
    """Forget what the agent searched lately; the journal does not."""
    session.execute(delete(RecentSearch).where(RecentSearch.agent_id == identity.agent_id))


def forget(session: Session) -> None:
    """Delete the searches that were kept long enough; the session must act for the system."""
    session.execute(delete(RecentSearch).where(RecentSearch.searched_at <= utcnow() - KEPT))


def _remember(session: Session, identity: Identity, text: str) -> None:
    moment = utcnow()
    made = insert(RecentSearch).values(agent_id=identity.agent_id, query=text, searched_at=moment)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["agent_id", "query"], set_={"searched_at": moment}
        )
    )
    mine = RecentSearch.agent_id == identity.agent_id
    last = select(RecentSearch.query).where(mine).order_by(RecentSearch.searched_at.desc())
    session.execute(
        delete(RecentSearch).where(mine, RecentSearch.query.not_in(last.limit(MOST_RECENT)))
    )


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
