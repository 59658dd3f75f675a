"""Read what was backed up, and what drills found."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.operations.models import Backup, BackupState, Drill, DrillState

SHOWN = 20


def list_backups(session: Session) -> Sequence[Backup]:
    """The last backups, failures included, latest first."""
    return session.scalars(select(Backup).order_by(Backup.id.desc()).limit(SHOWN)).all()


def find_backup(session: Session, name: str) -> Backup | None:
    """The backup of that name."""
    return session.scalar(select(Backup).where(Backup.name == name))


def list_drills(session: Session) -> Sequence[Drill]:
    """The last drills, latest first."""
    return session.scalars(select(Drill).order_by(Drill.id.desc()).limit(SHOWN)).all()


def find_last_moment(session: Session) -> datetime | None:
    """The moment that the last whole backup tells of."""
    whole = select(Backup.made_at).where(Backup.state != BackupState.FAILED)
    return session.scalar(whole.order_by(Backup.made_at.desc()).limit(1))


def find_last_proof(session: Session) -> Drill | None:
    """The last drill that passed."""
    passed = select(Drill).where(Drill.state == DrillState.PASSED)
    return session.scalar(passed.order_by(Drill.id.desc()).limit(1))


def find_drill_in_progress(session: Session) -> Drill | None:
    """The drill that waits or runs."""
    running = select(Drill).where(Drill.state.in_([DrillState.WAITING, DrillState.RUNNING]))
    return session.scalar(running)


def get_drill(session: Session, _identity: Identity, drill_id: int) -> Drill:
    """A drill, for a page; raise `NotFoundError`."""
    drill = session.get(Drill, drill_id)
    if drill is None:
        raise NotFoundError
    return drill
