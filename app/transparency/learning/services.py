"""Record that an agent finished the lesson, once, or asked not to be reminded of it."""

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.journal import Event
from app.core.now import utcnow
from app.transparency.learning import queries
from app.transparency.learning.content import VERSION
from app.transparency.learning.models import LessonRecord


def finish(session: Session, identity: Identity) -> bool:
    """Record that every answer was right; the first time stays. Return whether it is the first."""
    is_first = queries.finished_at(session, identity) is None
    _record(session, identity, "finished_at")
    journal.record(session, identity, Event.LESSON_FINISHED, version=VERSION)
    return is_first


def hush(session: Session, identity: Identity) -> None:
    """Say no more of it above the lists."""
    _record(session, identity, "hushed_at")
    journal.record(session, identity, Event.LESSON_HUSHED, version=VERSION)


def _record(session: Session, identity: Identity, column: str) -> None:
    row = insert(LessonRecord).values(
        agent_id=identity.agent_id, version=VERSION, **{column: utcnow()}
    )
    kept = func.coalesce(getattr(LessonRecord, column), getattr(row.excluded, column))
    session.execute(
        row.on_conflict_do_update(index_elements=["agent_id", "version"], set_={column: kept})
    )
    session.expire_all()
