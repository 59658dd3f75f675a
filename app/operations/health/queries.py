"""Ask of each part of the service whether it is there."""

from datetime import timedelta

from sqlalchemy import literal, select, text
from sqlalchemy.orm import Session

from app.core.maintenance import gate, notice
from app.core.now import utcnow
from app.core.work.clock import LOCK

#: a worker says every few seconds that it is there
SILENT_AFTER = timedelta(minutes=1)
_BEAT = text("select max(last_heartbeat) from procrastinate_workers")
# An advisory lock of one number: its two halves, and 1 for « of one number ».
_CLOCK = text(
    "select exists (select from pg_locks where locktype = 'advisory' and objsubid = 1"
    " and classid = :high and objid = :low and granted)"
)


def parts(session: Session) -> dict[str, bool]:
    """Return whether each part is up, by its French name. For the system."""
    beat = session.scalar(_BEAT)
    return {
        "base": session.scalar(select(literal(1))) == 1,
        "migrations": is_current(session),
        "horloge": bool(session.scalar(_CLOCK, {"high": LOCK >> 32, "low": LOCK & 0xFFFFFFFF})),
        "travaux": beat is not None and utcnow() - beat < SILENT_AFTER,
    }


def is_current(session: Session) -> bool:
    """Whether the tables are those that this process expects."""
    return bool(session.scalar(text(f"select {gate.STANDING}")) == gate.VERSION)


def is_open(session: Session) -> bool:
    """Whether no maintenance is in progress."""
    return notice.read(session.scalar(text(f"select {notice.COMMENT}"))).is_open


def oldest_job(session: Session) -> float:
    """Return for how many seconds the oldest task that could run has waited. For the system."""
    waiting = text(
        "select coalesce(extract(epoch from now() - min(e.at)), 0) from procrastinate_jobs j"
        " join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'"
        " where j.status = 'todo' and coalesce(j.scheduled_at, now()) <= now()"
    )
    return float(session.scalar(waiting) or 0)
