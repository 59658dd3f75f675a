"""Read what the bell tells, of firms and announced, from one place: its page and its counter are of the same rows.

Row-level security leaves out the events that the agent may not read any more, and so what was told of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, func, literal, select, union_all
from sqlalchemy.orm import Session, contains_eager

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import COUNTED, Key, Keyset, Page, slice_of
from app.core.database.keyset import PAGE_SIZE as SIZE
from app.messages.models import Announcement, NoticeKind
from app.network.models import FeedEvent, Notification

#: both tables that the bell reads
Told = type[Notification] | type[Announcement]
TABLES: tuple[Told, Told] = (Notification, Announcement)


@dataclass(frozen=True, kw_only=True)
class BellItem:
    """One line of the bell: what happened around a firm, or an announcement."""

    notification: Notification | None = None
    company: Company | None = None
    announcement: Announcement | None = None


def count_unread(session: Session, identity: Identity, *, bound: int = COUNTED) -> int:
    """Return what the bell counts, exact as far as ``bound`` of each: one beyond that number."""
    return _count(session, identity, bound=bound, only_unread=True)


def page_of_bell(
    session: Session, identity: Identity, cursor: str | None, *, kind: NoticeKind | None = None
) -> Page[BellItem]:
    """Return what the agent was told, latest first; of one kind if asked."""
    keys = []
    for place, table in enumerate(TABLES):
        key = (table.created_at, literal(place).label("place"), table.id)
        follows = Keyset(_latest(key), cursor).follows(_latest(key))
        mine = _mine(identity, table, *key, kind=kind).where(*follows)
        keys.append(mine.order_by(table.created_at.desc(), table.id.desc()).limit(SIZE + 1))
    merged = union_all(*(select(each.subquery()) for each in keys)).subquery()
    latest = _latest((merged.c.created_at, merged.c.place, merged.c.id))
    found = slice_of(session, select(merged), key=latest, cursor=cursor)
    total = _count(session, identity, bound=COUNTED, kind=kind)
    return Page(_loaded(session, found.rows), found.next_cursor, total)


def agents_to_tell() -> CompoundSelect[int]:
    """SQL: the agents who have something unread that no e-mail tells."""
    waiting = (
        select(table.agent_id).where(table.read_at.is_(None), *is_uncounted(table))
        for table in TABLES
    )
    return union_all(*waiting)


def list_not_emailed(
    session: Session, identity: Identity, *, until: datetime
) -> Sequence[Notification]:
    """Return the unread notifications that no e-mail tells yet, latest first."""
    waiting = _of_firms().where(*_waiting(identity, Notification, until))
    return session.scalars(waiting.order_by(Notification.id.desc())).all()


def list_announced(
    session: Session, identity: Identity, *, until: datetime
) -> Sequence[Announcement]:
    """Return the same of what is announced and meant for an e-mail."""
    waiting = select(Announcement).where(*_waiting(identity, Announcement, until))
    return session.scalars(waiting.order_by(Announcement.id.desc())).all()


def is_uncounted(table: Told) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: it is meant for an e-mail, and none tells it, whether the server took it or has yet to."""
    meant = (table.mail_text.is_not(None),) if table is Announcement else ()
    return (table.emailed_at.is_(None), table.email_id.is_(None), *meant)


def _waiting(identity: Identity, table: Told, until: datetime) -> tuple[ColumnElement[bool], ...]:
    mine = (table.agent_id == identity.agent_id, table.read_at.is_(None))
    return (*mine, table.created_at <= until, *is_uncounted(table))


def _count(
    session: Session, identity: Identity, *, bound: int, kind: NoticeKind | None = None, only_unread: bool = False
) -> int:  # fmt: skip
    """Count the last rows of each table that may still be read: no more of them are looked at than are counted."""
    counts = []
    for table in TABLES:
        unread = [table.read_at.is_(None)] if only_unread else []
        which = [table.agent_id == identity.agent_id, *unread, *_of_kind(table, kind)]
        mine = select(table).where(*which).order_by(table.created_at.desc(), table.id.desc())
        last = mine.limit(bound + 1).subquery()
        counted = select(func.count()).select_from(last)
        if table is Notification:
            counted = counted.join(FeedEvent, FeedEvent.id == last.c.event_id)
        counts.append(counted.scalar_subquery())
    of_firms, announced = counts
    return session.scalar(select(of_firms + announced)) or 0


def _mine(
    identity: Identity, table: Told, *columns: Any, kind: NoticeKind | None
) -> Select[*tuple[Any, ...]]:
    mine = select(*columns).where(table.agent_id == identity.agent_id, *_of_kind(table, kind))
    if table is Notification:
        return mine.join(FeedEvent, FeedEvent.id == Notification.event_id)
    return mine


def _of_kind(table: Told, kind: NoticeKind | None) -> list[ColumnElement[bool]]:
    return [] if kind is None else [table.kind == kind]


def _latest(columns: Sequence[Any]) -> Key:
    return [column.desc() for column in columns]


def _loaded(session: Session, keys: Sequence[Row[datetime, int, int]]) -> list[BellItem]:
    numbers = [[key.id for key in keys if key.place == place] for place in (0, 1)]
    found: dict[tuple[int, int], BellItem] = {}
    if numbers[0]:
        for row, company in session.execute(_of_firms().where(Notification.id.in_(numbers[0]))):
            found[0, row.id] = BellItem(notification=row, company=company)
    if numbers[1]:
        for each in session.scalars(select(Announcement).where(Announcement.id.in_(numbers[1]))):
            found[1, each.id] = BellItem(announcement=each)
    return [found[key.place, key.id] for key in keys]


def _of_firms() -> Select[Notification, Company]:
    """Select notifications with their event, so that losing the right to read one hides the other."""
    return (
        select(Notification, Company)
        .join(Notification.event)
        .join(Company, Company.siren == FeedEvent.siren)
        .outerjoin(FeedEvent.actor)
        .options(contains_eager(Notification.event).contains_eager(FeedEvent.actor))
    )
