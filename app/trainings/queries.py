"""Read trainings."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.trainings.models import TrainingRun


def find_training(session: Session, _identity: Identity, run_id: int) -> TrainingRun:
    """Return a training, for a page; raise `NotFoundError`."""
    return get_training(session, run_id)


def get_training(session: Session, run_id: int) -> TrainingRun:
    """Return a training by its id; raise `NotFoundError`."""
    training = session.get(TrainingRun, run_id)
    if training is None:
        raise NotFoundError
    return training


def find_last_training(session: Session, *, as_of: date) -> TrainingRun | None:
    """Return the last training requested with this as-of date."""
    return session.scalar(
        select(TrainingRun)
        .where(TrainingRun.as_of == as_of)
        .order_by(TrainingRun.id.desc())
        .limit(1)
    )


def list_trainings(session: Session, *, limit: int = 8) -> Sequence[TrainingRun]:
    """Return the last trainings."""
    return session.scalars(select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit)).all()
