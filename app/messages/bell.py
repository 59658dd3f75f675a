"""The announcements of an agent's bell that concern no firm: a list held back, a training that failed."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.now import utcnow
from app.messages.models import Announcement

#: how many of the latest the notifications page shows
SHOWN = 20


def announce(session: Session, *, agent_id: int, key: str, subject: str, path: str) -> None:
    """Write an announcement, once per ``key``. ``session`` must act for the system."""
    values = {"agent_id": agent_id, "dedup_key": key, "subject": subject, "path": path}
    session.execute(
        insert(Announcement).values(created_at=utcnow(), **values).on_conflict_do_nothing()
    )


def list_announcements(session: Session, identity: Identity) -> Sequence[Announcement]:
    """The agent's latest announcements, newest first."""
    return session.scalars(
        select(Announcement)
        .where(Announcement.agent_id == identity.agent_id)
        .order_by(Announcement.id.desc())
        .limit(SHOWN)
    ).all()


def count_unread(session: Session, identity: Identity) -> int:
    """How many announcements the agent has not read."""
    return (
        session.scalar(
            select(func.count()).where(
                Announcement.agent_id == identity.agent_id, Announcement.read_at.is_(None)
            )
        )
        or 0
    )


def settle(session: Session, keys: Collection[str]) -> None:
    """Take away, for everybody, the announcements of what is settled: nothing is left to do. ``session`` must act for the system."""
    session.execute(delete(Announcement).where(Announcement.dedup_key.in_(keys)))


def mark_read(session: Session, identity: Identity, *, announcement_id: int | None = None) -> None:
    """Mark one of the agent's announcements as read, or all of them; other agents' are out of reach."""
    which = (Announcement.id == announcement_id,) if announcement_id is not None else ()
    mine = (Announcement.agent_id == identity.agent_id, Announcement.read_at.is_(None), *which)
    session.execute(update(Announcement).where(*mine).values(read_at=utcnow()))
