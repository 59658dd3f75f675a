"""The announcements of an agent's bell that concern no firm: a list held back, a training that failed."""

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.unit_of_work import apart
from app.core.now import utcnow
from app.messages.models import Announcement, NoticeKind, Reason

#: what is announced for some reasons; for the others, an announcement
KINDS = {Reason.READS_LISTS: NoticeKind.LIST, Reason.SUBSCRIBED: NoticeKind.FOLLOWED}


def announce(
    session: Session, *, agent_id: int, key: str, subject: str, path: str, reason: Reason
) -> None:
    """Write an announcement, once per ``key``. ``session`` must act for the system."""
    values = {"agent_id": agent_id, "dedup_key": key, "subject": subject, "path": path}
    values |= {"reason": reason, "kind": KINDS.get(reason, NoticeKind.ANNOUNCEMENT)}
    session.execute(
        insert(Announcement).values(created_at=utcnow(), **values).on_conflict_do_nothing()
    )


def settle(session: Session, keys: Collection[str]) -> None:
    """Take away, for everybody, the announcements of what is settled: nothing is left to do. ``session`` must act for the system."""
    session.execute(delete(Announcement).where(Announcement.dedup_key.in_(keys)))


def mark_read(session: Session, identity: Identity, *, announcement_id: int | None = None) -> None:
    """Mark one of the agent's announcements as read, or all of them; other agents' are out of reach."""
    which = (Announcement.id == announcement_id,) if announcement_id is not None else ()
    mine = (Announcement.agent_id == identity.agent_id, Announcement.read_at.is_(None), *which)
    session.execute(update(Announcement).where(*mine).values(read_at=utcnow()))


def mark_opened(session: Session, identity: Identity, path: str) -> None:
    """Mark as read what announced the page at ``path``, apart from its reading; seen as another, nothing is."""
    mine = (Announcement.agent_id == identity.agent_id, Announcement.read_at.is_(None))
    those = select(Announcement.id).where(*mine, Announcement.path == path)
    numbers = session.scalars(those).all() if identity.impersonated_by is None else ()
    if numbers:
        with apart(identity) as writing:
            for number in numbers:
                mark_read(writing, identity, announcement_id=number)
