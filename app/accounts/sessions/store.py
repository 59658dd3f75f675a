"""The rows of sessions: found by the digest of their key, never by an id that a browser could choose."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent, AgentSession, Method
from app.accounts.queries import has_signed
from app.core.database.tables import current_moment
from app.core.now import utcnow

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=10)
#: sessions that an agent has open at once; another closes the one unused for longest
MOST = 10
#: how often the time of the last request is written
TOUCH = timedelta(minutes=1)
KEY_BYTES = 32
_COLUMNS = (
    AgentSession.id, AgentSession.agent_id, AgentSession.method, AgentSession.last_seen_at, AgentSession.proved_at,
    AgentSession.data, Agent.full_name.label("agent_name"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Where a session is used: the network address, and the user agent that the browser claims."""

    address: str
    user_agent: str


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session that is open, and what the same statement read about its agent."""

    id: int
    agent_id: int
    method: Method
    last_seen_at: datetime
    proved_at: datetime
    data: dict[str, Any]
    agent_name: str
    #: whether the agent's commitment is in force
    is_committed: bool
    #: the requested columns
    agent: Row[Any]


def insert(
    session: Session, agent: Agent, *, method: Method, browser: Browser, data: dict[str, Any]
) -> str:
    """Open a session, which restarts dormancy; return its key, 256 random bits in base64url, stored nowhere else."""
    key, moment = secrets.token_urlsafe(KEY_BYTES), utcnow()
    session.add(
        AgentSession(
            key_hash=digest(key),
            agent_id=agent.id,
            method=method,
            created_at=moment,
            last_seen_at=moment,
            proved_at=moment,
            address=browser.address,
            user_agent=browser.user_agent,
            data=data,
        )
    )
    if not agent.is_dormant:
        # Signing in does not reactivate a suspended account.
        signed_in = update(Agent).where(Agent.id == agent.id)
        session.execute(signed_in.values(last_signed_in_at=moment))
    session.flush()
    return key


def find(session: Session, key: str, *columns: ColumnElement[Any]) -> OpenSession | None:
    """The session of ``key`` and ``columns`` of its `Agent`, if it is still open and the agent active: one statement."""
    row = session.execute(_opened(columns), {"key_hash": digest(key)}).one_or_none()
    if row is None:
        return None
    return OpenSession(
        id=row.id,
        agent_id=row.agent_id,
        method=row.method,
        last_seen_at=row.last_seen_at,
        proved_at=row.proved_at,
        data=row.data,
        agent_name=row.agent_name,
        is_committed=row.is_committed,
        agent=row,
    )


@lru_cache(maxsize=8)
def _opened(columns: tuple[ColumnElement[Any], ...]) -> Select[*tuple[Any, ...]]:
    """The statement of `find`: building it and its cache key takes five times as long as running it."""
    return (
        select(*_COLUMNS, has_signed(Agent.id).label("is_committed"), *columns)
        .join(AgentSession.agent)
        .where(AgentSession.key_hash == bindparam("key_hash"), _is_open(), Agent.active)
    )


def needs_touch(row: OpenSession) -> bool:
    """Whether the recorded time of last use is old enough to be updated."""
    return utcnow() - row.last_seen_at >= TOUCH


def touch(session: Session, key: str) -> None:
    """Record that the session of ``key`` is in use."""
    _update(session, key, {"last_seen_at": utcnow()})


def renew(session: Session, key: str, *, method: Method | None = None) -> str:
    """Give the session a new key, after a proof of identity, and return it; ``method`` is set if the proof makes it stronger."""
    fresh = secrets.token_urlsafe(KEY_BYTES)
    values: dict[str, Any] = {"key_hash": digest(fresh), "proved_at": utcnow()}
    if method is not None:
        values["method"] = method
    _update(session, key, values)
    return fresh


def save(session: Session, key: str, data: dict[str, Any]) -> None:
    """Store Flask's session; one that has been closed in the meantime stays closed."""
    _update(session, key, {"data": data})


def discard(session: Session, key: str) -> None:
    """Close the session of ``key``."""
    session.execute(delete(AgentSession).where(AgentSession.key_hash == digest(key)))


def keep_latest(session: Session, agent_id: int) -> int:
    """Close the sessions of an agent beyond `MOST`, least recently used first; return how many."""
    mine = AgentSession.agent_id == agent_id
    kept = select(AgentSession.id).where(mine)
    kept = kept.order_by(AgentSession.last_seen_at.desc(), AgentSession.id.desc()).limit(MOST)
    others = delete(AgentSession).where(mine, AgentSession.id.not_in(kept))
    return len(session.scalars(others.returning(AgentSession.id)).all())


def purge(session: Session) -> int:
    """Delete the expired sessions; return how many."""
    expired = delete(AgentSession).where(~_is_open()).returning(AgentSession.id)
    return len(session.scalars(expired).all())


def list_open(session: Session, agent_id: int | None) -> Sequence[AgentSession]:
    """The open sessions of an agent, most recently used first."""
    return session.scalars(
        select(AgentSession)
        .where(AgentSession.agent_id == agent_id, _is_open())
        .order_by(AgentSession.last_seen_at.desc(), AgentSession.id.desc())
    ).all()


def digest(key: str) -> bytes:
    """The digest that the table stores for a key; 256 random bits need no salt."""
    return sha256(key.encode()).digest()


def _is_open() -> ColumnElement[bool]:
    moment = current_moment()
    return ~or_(
        AgentSession.last_seen_at <= moment - IDLE,
        AgentSession.created_at <= moment - LONGEST,
        # From a clock that was ahead: it would stay open for as long as that clock was wrong.
        AgentSession.last_seen_at > moment + TOUCH,
    )


def _update(session: Session, key: str, values: dict[str, Any]) -> None:
    session.execute(
        update(AgentSession).where(AgentSession.key_hash == digest(key)).values(**values)
    )
