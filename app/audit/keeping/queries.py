"""Read the lines, months and seals of the journal."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app.audit.keeping.models import JournalSeal
from app.audit.keeping.seals import Seal
from app.core.journal import JournalEntry


def find_last_seal(session: Session) -> Seal | None:
    """Return the last seal in the database, if any."""
    row = session.scalar(select(JournalSeal).order_by(JournalSeal.day.desc()).limit(1))
    if row is None:
        return None
    return Seal(
        day=row.day,
        number=row.number,
        hash=row.hash.hex(),
        lines=row.lines,
        previous=row.previous.hex(),
        seal=row.seal.hex(),
    )


def find_tip(session: Session, *, before: datetime) -> Row[int, bytes] | None:
    """Return ``(id, hash)`` of the last line recorded before a time."""
    statement = select(JournalEntry.id, JournalEntry.hash).where(JournalEntry.recorded_at < before)
    return session.execute(statement.order_by(JournalEntry.id.desc()).limit(1)).first()


def find_first_day(session: Session) -> date | None:
    """Return the day (UTC) of the first line."""
    statement = select(JournalEntry.recorded_at).order_by(JournalEntry.id).limit(1)
    first = session.scalar(statement)
    return first.astimezone(UTC).date() if first else None


def count_between(session: Session, after: int, to: int) -> int:
    """Return how many lines follow line ``after``, up to line ``to``."""
    numbered = (JournalEntry.id > after, JournalEntry.id <= to)
    return session.scalar(select(func.count()).select_from(JournalEntry).where(*numbered)) or 0


def list_months(session: Session) -> Sequence[date]:
    """Return the months that have a partition, oldest first."""
    names = session.scalars(
        text(
            "select relname from pg_inherits join pg_class on pg_class.oid = inhrelid"
            " where inhparent = 'journal'::regclass and relname ~ '^journal_[0-9]{4}_[0-9]{2}$' order by relname"
        )
    )
    return [date(int(name[8:12]), int(name[13:15]), 1) for name in names]
