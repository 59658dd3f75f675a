"""What a page shows is read: what told the agent of it waits in the bell no more."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.unit_of_work import apart
from app.core.now import utcnow
from app.messages.models import NoticeKind
from app.network.models import COMMENT_SUBJECT, Comment, FeedEvent, Notification
from app.network.timeline import Happening

#: unread lines that one page may settle
MOST = 500


@dataclass(frozen=True, kw_only=True)
class PageShows:
    """What a page shows: objects, by what events call them; events; and the alerts of a firm."""

    subjects: Mapping[str, Collection[int]] = field(default_factory=dict)
    events: Collection[int] = ()
    alerts_of: str | None = None


def comments_shown(comments: Collection[Comment]) -> dict[str, list[int]]:
    """Return comments, as `PageShows` calls them."""
    return {COMMENT_SUBJECT: [comment.id for comment in comments]}


def events_shown(happenings: Collection[Happening]) -> list[int]:
    """Return the events among the lines of a thread."""
    return [each.event.id for each in happenings if each.event]


def mark_shown(session: Session, identity: Identity, shown: PageShows) -> None:
    """Mark as read what told the agent of what a page shows, apart from the reading of the page; seen as another, nothing is."""
    if identity.impersonated_by is not None:
        return
    mine = (Notification.agent_id == identity.agent_id, Notification.read_at.is_(None))
    events = select(Notification.id).join(FeedEvent, FeedEvent.id == Notification.event_id)
    if shown.alerts_of:
        # From the agent's side: a firm may have thousands of events, of which few are alerts.
        alerts = select(Notification).where(*mine, Notification.kind == NoticeKind.ALERT)
        latest = alerts.order_by(Notification.created_at.desc()).limit(MOST).subquery()
        of_firm = FeedEvent.siren == shown.alerts_of
        events = (
            select(latest.c.id).join(FeedEvent, FeedEvent.id == latest.c.event_id).where(of_firm)
        )
    else:
        events = events.where(*mine, _is_shown(shown)).limit(MOST)
    numbers = session.scalars(events).all()
    if numbers:
        with apart(identity) as writing:
            these = (Notification.id.in_(numbers), Notification.read_at.is_(None))
            writing.execute(update(Notification).where(*these).values(read_at=utcnow()))


def _is_shown(shown: PageShows) -> ColumnElement[bool]:
    ways = [
        and_(FeedEvent.subject_kind == kind, FeedEvent.subject_id.in_(numbers))
        for kind, numbers in shown.subjects.items()
        if numbers
    ]
    if shown.events:
        ways.append(FeedEvent.id.in_(shown.events))
    return or_(false(), *ways)
