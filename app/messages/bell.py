"""The announcements of an agent's bell that concern no firm: a list held back, a training that failed."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.unit_of_work import apart
from app.core.now import utcnow
from app.messages.models import Announcement, NoticeKind, Reason

#: what is announced for some reasons; for the others, an announcement
KINDS = {Reason.READS_LISTS: NoticeKind.LIST, Reason.OPENLAB: NoticeKind.OPENLAB}


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What entered a view or a territory: as the bell says it, and as an e-mail does, which names no firm; none: no e-mail."""

    subscription_id: int
    subject: str
    path: str
    mail_text: str | None


def announce(
    session: Session, *, agent_id: int, key: str, subject: str, path: str, reason: Reason
) -> None:
    """Write an announcement, once per ``key``, for the bell alone. ``session`` must act for the system."""
    _write(
        session, agent_id=agent_id, dedup_key=key, subject=subject, path=path, reason=reason,
        kind=KINDS.get(reason, NoticeKind.ANNOUNCEMENT),
    )  # fmt: skip


def announce_followed(session: Session, followed: Followed, *, agent_id: int, key: str) -> None:
    """Write what entered what an agent follows, once per ``key``, for their next e-mail too if it says so. For the system."""
    _write(
        session, agent_id=agent_id, dedup_key=key, subject=followed.subject, path=followed.path,
        reason=Reason.SUBSCRIBED, kind=NoticeKind.FOLLOWED, mail_text=followed.mail_text,
        subscription_id=followed.subscription_id,
    )  # fmt: skip


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


def _write(session: Session, **values: object) -> None:
    session.execute(
        insert(Announcement).values(created_at=utcnow(), **values).on_conflict_do_nothing()
    )
