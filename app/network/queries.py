"""Read follows and comments. Row-level security leaves out what the agent may not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, exists, literal, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Page, bounded_count, page_of
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.habilitations.models import Network
from app.network.models import ColleagueFollow, Comment, CommentVersion, FeedSeen, Follow

#: the order of what an agent follows
LAST_FOLLOWED: Key = (Follow.created_at.desc(), Follow.siren.desc())

#: an answer that nobody gave for longer is no longer waited for
AWAITED = timedelta(days=30)
#: former texts of a comment that its page shows
VERSIONS = 50
#: people who follow one another that a page shows
MOST_PEOPLE = 100
#: without reading the feed for as long, an agent who reads it again comes back
VISIT = timedelta(minutes=30)


def find_follow(session: Session, identity: Identity, siren: str) -> Follow | None:
    """Return the agent's follow of the firm, if any."""
    return session.get(Follow, (identity.agent_id, siren))


def is_followed(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: the agent follows the firm of the row; used to mark and filter lists."""
    return exists().where(Follow.agent_id == identity.agent_id, Follow.siren == siren)


def list_followed(session: Session, identity: Identity, sirens: Sequence[str]) -> Sequence[str]:
    """Return which of these firms the agent follows."""
    mine = (Follow.agent_id == identity.agent_id, Follow.siren.in_(sirens))
    return session.scalars(select(Follow.siren).where(*mine)).all()


def list_follows(
    session: Session, identity: Identity, *, limit: int
) -> Sequence[Row[Follow, Company]]:
    """Return the firms the agent follows, the last followed first."""
    return session.execute(
        select(Follow, Company)
        .join(Company, Company.siren == Follow.siren)
        .where(Follow.agent_id == identity.agent_id)
        .order_by(*LAST_FOLLOWED)
        .limit(limit)
    ).all()


def page_of_follows(
    session: Session, identity: Identity, cursor: str | None
) -> Page[Row[Follow, Company]]:
    """Return the same, page by page."""
    followed = select(Follow, Company).join(Company, Company.siren == Follow.siren)
    mine = Follow.agent_id == identity.agent_id
    counted = bounded_count(select(Follow.siren).where(mine))
    return page_of(session, followed.where(mine), key=LAST_FOLLOWED, cursor=cursor, counted=counted)


def find_colleague_follow(
    session: Session, identity: Identity, agent_id: int
) -> ColleagueFollow | None:
    """Return the agent's follow of a colleague's accompagnements, if any."""
    return session.get(ColleagueFollow, (identity.agent_id, agent_id))


def list_colleagues_followed(session: Session, identity: Identity) -> Sequence[ColleagueFollow]:
    """Return the colleagues whose accompagnements the agent follows, the last first."""
    mine = select(ColleagueFollow).where(ColleagueFollow.agent_id == identity.agent_id)
    people = mine.options(joinedload(ColleagueFollow.followed))
    return session.scalars(
        people.order_by(ColleagueFollow.created_at.desc()).limit(MOST_PEOPLE)
    ).all()


def list_followers(session: Session, identity: Identity) -> Sequence[ColleagueFollow]:
    """Return who follows the agent's accompagnements, the last first."""
    theirs = select(ColleagueFollow).where(ColleagueFollow.followed_id == identity.agent_id)
    people = theirs.options(joinedload(ColleagueFollow.agent))
    return session.scalars(
        people.order_by(ColleagueFollow.created_at.desc()).limit(MOST_PEOPLE)
    ).all()


@dataclass(frozen=True, kw_only=True)
class CommentRange:
    """Which comments of a firm: after a ``cursor``, from the one numbered ``until`` on."""

    cursor: str | None = None
    until: int | None = None
    size: int = PAGE_SIZE


def page_of_comments(
    session: Session, _identity: Identity, siren: str, asked: CommentRange
) -> Page[Comment]:
    """Return the comments on the firm, latest first; ``until`` counts only if it is read."""
    these = [Comment.siren == siren]
    counted = bounded_count(select(Comment.id).where(*these))
    wanted = select(Comment).where(Comment.id == asked.until, *these)
    first = None if asked.until is None else session.scalar(wanted)
    if first is not None:
        place = tuple_(Comment.created_at, Comment.id)
        these.append(place <= tuple_(literal(first.created_at), literal(first.id)))
    key: Key = [Comment.created_at.desc(), Comment.id.desc()]
    statement = _comments().where(*these)
    found = page_of(
        session, statement, key=key, cursor=asked.cursor, size=asked.size, counted=counted
    )
    return found.scalars()


def get_comment(session: Session, _identity: Identity, comment_id: int) -> Comment:
    """Return a comment; raise `NotFoundError` if the agent is not in its audience."""
    comment = session.scalar(_comments().where(Comment.id == comment_id))
    if comment is None:
        raise NotFoundError
    return comment


def last_version(session: Session, comment_id: int) -> CommentVersion:
    """Return the last text that a comment had before this one."""
    versions = select(CommentVersion).where(CommentVersion.comment_id == comment_id)
    return session.scalars(versions.order_by(CommentVersion.id.desc()).limit(1)).one()


def list_versions(session: Session, comment_id: int) -> Sequence[CommentVersion]:
    """Return the former texts of a comment, the last first; a deletion that was undone left the same text again."""
    versions = select(CommentVersion).where(CommentVersion.comment_id == comment_id)
    return session.scalars(versions.order_by(CommentVersion.id.desc()).limit(VERSIONS)).all()


def list_awaiting(
    session: Session, identity: Identity, *, limit: int
) -> Sequence[Row[Comment, Company]]:
    """Return the last answers to the agent's comments after which they wrote nothing to that audience about that firm."""
    mine = aliased(Comment)
    has_answered = exists().where(
        mine.siren == Comment.siren,
        mine.network_id == Comment.network_id,
        mine.author_id == identity.agent_id,
        mine.created_at > Comment.created_at,
    )
    awaiting = (
        select(Comment, Company)
        .join(Company, Company.siren == Comment.siren)
        .options(joinedload(Comment.author))
        .where(
            Comment.answered_agent_id == identity.agent_id,
            Comment.author_id != identity.agent_id,
            Comment.deleted_at.is_(None),
            Comment.created_at > utcnow() - AWAITED,
            ~has_answered,
        )
    )
    return session.execute(awaiting.order_by(Comment.id.desc()).limit(limit)).all()


def last_visit(session: Session, identity: Identity) -> datetime | None:
    """Return when the agent read their feed before this visit; `None` the first time."""
    seen = session.get(FeedSeen, identity.agent_id)
    if seen is None:
        return None
    return seen.seen_at if seen.seen_at < utcnow() - VISIT else seen.before_at


def list_networks(session: Session) -> dict[int, Network]:
    """Return every network by id: an audience may be named to anyone who can see that it exists."""
    return {network.id: network for network in session.scalars(select(Network))}


def _comments() -> Select[Comment]:
    people = (joinedload(Comment.author), joinedload(Comment.answered_agent))
    joined = selectinload(Comment.attachments)
    return select(Comment).options(*people, joinedload(Comment.network), joined)
