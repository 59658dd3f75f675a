"""Read runs and their steps."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.detections.lists.queries import UNFINISHED
from app.detections.models import (
    DetectionRun,
)


def get_run(session: Session, _identity: Identity, run_id: int) -> DetectionRun:
    """Return a run with its steps; raise `NotFoundError`."""
    run = session.scalar(
        select(DetectionRun)
        .where(DetectionRun.id == run_id)
        .options(selectinload(DetectionRun.steps))
    )
    if run is None:
        raise NotFoundError
    return run


def find_unfinished_run(session: Session, *, as_of: date) -> DetectionRun | None:
    """Return the run queued or in progress for this day, if any."""
    return session.scalar(
        select(DetectionRun).where(DetectionRun.as_of == as_of, DetectionRun.state.in_(UNFINISHED))
    )


def find_last_run(session: Session, *, as_of: date) -> DetectionRun | None:
    """Return the last run for this day, whatever its state."""
    return session.scalar(
        select(DetectionRun)
        .where(DetectionRun.as_of == as_of)
        .order_by(DetectionRun.id.desc())
        .limit(1)
    )


def list_runs(session: Session, *, limit: int = 10) -> Sequence[DetectionRun]:
    """Return the last runs with their steps."""
    return session.scalars(
        select(DetectionRun)
        .options(selectinload(DetectionRun.steps))
        .order_by(DetectionRun.id.desc())
        .limit(limit)
    ).all()
