"""Write what was backed up and what drills found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.operations import queries
from app.operations.models import Backup, BackupState, Drill, DrillState

ASK_LOCK = 7_146_032


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that is whole: its name and moment, bytes, rows, files; those removed after it."""

    name: str
    made_at: datetime
    size: int
    rows: int
    files: int
    removed: Collection[str]


def record_backup(
    session: Session, identity: Identity, made: Made, *, place: str, started_at: datetime
) -> Backup:
    """Write that a backup was made, and those that were removed after it."""
    backup = Backup(
        name=made.name, place=place, state=BackupState.KEPT, started_at=started_at, made_at=made.made_at,
        seconds=_since(started_at), size=made.size, rows=made.rows, files=made.files,
    )  # fmt: skip
    session.add(backup)
    gone = update(Backup).where(Backup.name.in_(made.removed)).values(state=BackupState.REMOVED)
    session.execute(gone)
    session.flush()
    journal.record(
        session, identity, journal.Event.BACKUP_MADE,
        backup=made.name, place=place, rows=made.rows, removed=sorted(made.removed),
    )  # fmt: skip
    return backup


def record_failed_backup(
    session: Session, identity: Identity, *, place: str, started_at: datetime, trouble: str
) -> None:
    """Write that a backup failed."""
    failed = Backup(
        place=place, state=BackupState.FAILED, started_at=started_at, seconds=_since(started_at),
        trouble=trouble,
    )  # fmt: skip
    session.add(failed)
    session.flush()
    journal.record(session, identity, journal.Event.BACKUP_FAILED, backup=failed.id, place=place)


def ask_drill(session: Session, identity: Identity) -> Drill:
    """Write a drill and defer it, in one transaction; raise `DomainError` when one is in progress."""
    take_turn(session, ASK_LOCK)
    if queries.find_drill_in_progress(session) is not None:
        raise DomainError("Une vérification est déjà en cours : attendez qu’elle se termine.")
    drill = Drill(
        state=DrillState.WAITING, asked_at=utcnow(), asked_by=identity.agent_id, trials=[]
    )
    session.add(drill)
    session.flush()
    journal.record(session, identity, journal.Event.DRILL_ASKED, drill=drill.id)
    defer(session, Task.OPERATIONS_DRILL, queueing_lock=f"operations:drill:{drill.id}", drill_id=drill.id)  # fmt: skip
    return drill


def begin_drill(session: Session, drill_id: int) -> bool:
    """Mark a drill as running; return whether there is anything to do. One that a killed worker left begins again."""
    drill = session.get(Drill, drill_id, with_for_update=True)
    if drill is None or drill.is_over:
        return False
    drill.state, drill.started_at = DrillState.RUNNING, utcnow()
    return True


def end_drill(
    session: Session, identity: Identity, drill_id: int, *, found: Mapping[str, Any], trouble: str | None
) -> None:  # fmt: skip
    """Write what a drill found: ``backup``, ``made_at``, ``seconds``, ``trials``."""
    drill = session.get_one(Drill, drill_id, with_for_update=True)
    trials = list(found.get("trials", []))
    passed = trouble is None and bool(trials) and all(trial["passed"] for trial in trials)
    drill.state = DrillState.PASSED if passed else DrillState.FAILED
    drill.ended_at, drill.trials, drill.trouble = utcnow(), trials, trouble
    drill.backup_name, drill.made_at = found.get("backup"), found.get("made_at")
    drill.seconds = found.get("seconds")
    session.flush()
    journal.record(
        session, identity, journal.Event.DRILL_ENDED,
        drill=drill.id, backup=drill.backup_name, passed=passed, seconds=drill.seconds,
    )  # fmt: skip


def _since(started_at: datetime) -> float:
    return round((utcnow() - started_at).total_seconds(), 2)
