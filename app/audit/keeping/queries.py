"""Reading the journal: its lines, its months, its seals."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app.audit.keeping.models import JournalSeal
from app.audit.keeping.seals import Seal
from app.core.journal import JournalEntry


def find_last_seal(session: Session) -> Seal | None:
    """The last seal that the database knows."""
    known = session.scalar(select(JournalSeal).order_by(JournalSeal.day.desc()).limit(1))
    if known is None:
        return None
    return Seal(
        day=known.day,
        number=known.number,
        hash=known.hash.hex(),
        lines=known.lines,
        previous=known.previous.hex(),
        seal=known.seal.hex(),
    )


def find_tip(session: Session, *, before: datetime) -> Row[int, bytes] | None:
    """``(id, hash)`` of the last line recorded before a moment."""
    statement = select(JournalEntry.id, JournalEntry.hash).where(JournalEntry.recorded_at < before)
    return session.execute(statement.order_by(JournalEntry.id.desc()).limit(1)).first()


def find_first_day(session: Session) -> date | None:
    """The day (UTC) of the first line."""
    statement = select(JournalEntry.recorded_at).order_by(JournalEntry.id).limit(1)
    first = session.scalar(statement)
    return first.astimezone(UTC).date() if first else None


def count_between(session: Session, after: int, to: int) -> int:
    """How many lines follow line ``after``, up to line ``to``."""
    numbered = (JournalEntry.id > after, JournalEntry.id <= to)
    return session.scalar(select(func.count()).select_from(JournalEntry).where(*numbered)) or 0


def list_months(session: Session) -> Sequence[date]:
    """The months that have a partition, the oldest first."""
    names = session.scalars(
        text(
            "select relname from pg_inherits join pg_class on pg_class.oid = inhrelid"
            " where inhparent = 'journal'::regclass and relname ~ '^journal_[0-9]{4}_[0-9]{2}$' order by relname"
        )
    )
    return [date(int(name[8:12]), int(name[13:15]), 1) for name in names]
