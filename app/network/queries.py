"""Read follows, comments and notifications. Row-level security leaves out what the agent may not read."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of
from app.core.errors import NotFoundError
from app.habilitations.models import Network
from app.messages import bell
from app.network.models import Comment, FeedEvent, Follow, Notification


def find_follow(session: Session, identity: Identity, siren: str) -> Follow | None:
    """Return the agent's follow of the firm, if any."""
    return session.get(Follow, (identity.agent_id, siren))


def is_followed(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: the agent follows the firm of the row; used to mark and filter lists."""
    return exists().where(Follow.agent_id == identity.agent_id, Follow.siren == siren)


def list_follows(
    session: Session, identity: Identity, *, limit: int
) -> Sequence[Row[Follow, Company]]:
    """Return the firms the agent follows, the last followed first."""
    return session.execute(
        select(Follow, Company)
        .join(Company, Company.siren == Follow.siren)
        .where(Follow.agent_id == identity.agent_id)
        .order_by(Follow.created_at.desc(), Follow.siren)
        .limit(limit)
    ).all()


def list_comments(
    session: Session, _identity: Identity, siren: str, *, case_id: int | None = None
) -> Sequence[Comment]:
    """Return the comments on the firm, or on one of its accompagnements, oldest first."""
    of_case = (Comment.case_id == case_id,) if case_id is not None else ()
    return session.scalars(_comments().where(Comment.siren == siren, *of_case)).all()


def get_comment(session: Session, _identity: Identity, comment_id: int) -> Comment:
    """Return a comment; raise `NotFoundError` if the agent is not in its audience."""
    comment = session.scalar(_comments().where(Comment.id == comment_id))
    if comment is None:
        raise NotFoundError
    return comment


def list_networks(session: Session) -> dict[int, Network]:
    """Return every network by id: an audience may be named to anyone who can see that it exists."""
    return {network.id: network for network in session.scalars(select(Network))}


def count_unread(session: Session, identity: Identity) -> int:
    """Return what the bell counts: unread notifications that the agent may still read, and announcements."""
    unread = _notifications(identity).where(Notification.read_at.is_(None)).subquery()
    waiting = session.scalar(select(func.count()).select_from(unread)) or 0
    return waiting + bell.count_unread(session, identity)


def page_of_notifications(
    session: Session, identity: Identity, cursor: str | None
) -> Page[Row[Notification, Company]]:
    """Return the agent's notifications with their firm, latest first."""
    return page_of(session, _notifications(identity), key=[Notification.id.desc()], cursor=cursor)


def list_not_emailed(session: Session, identity: Identity) -> Sequence[Notification]:
    """Return the unread notifications that no digest has counted yet, latest first."""
    statement = _notifications(identity).where(Notification.read_at.is_(None), *is_uncounted())
    return session.scalars(statement.order_by(Notification.id.desc())).all()


def is_uncounted() -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: no digest counts the notification, whether the server took it or has yet to."""
    return (Notification.emailed_at.is_(None), Notification.email_id.is_(None))


def _comments() -> Select[Comment]:
    loaded = (joinedload(Comment.author), joinedload(Comment.network))
    return select(Comment).options(*loaded).order_by(Comment.created_at, Comment.id)


def _notifications(identity: Identity) -> Select[Notification, Company]:
    """Select notifications joined to their event, so that losing the right to read one hides the other."""
    return (
        select(Notification, Company)
        .join(Notification.event)
        .join(Company, Company.siren == FeedEvent.siren)
        .outerjoin(FeedEvent.actor)
        .options(contains_eager(Notification.event).contains_eager(FeedEvent.actor))
        .where(Notification.agent_id == identity.agent_id)
    )
