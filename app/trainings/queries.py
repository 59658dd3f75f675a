"""Reading trainings."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.trainings.models import TrainingRun


def find_training(session: Session, _identity: Identity, run_id: int) -> TrainingRun:
    """A training as a page asks for it; raise `NotFoundError`."""
    return get_training(session, run_id)


def get_training(session: Session, run_id: int) -> TrainingRun:
    """A training by its number; raise `NotFoundError`."""
    found = session.get(TrainingRun, run_id)
    if found is None:
        raise NotFoundError
    return found


def find_last_training(session: Session, *, as_of: date) -> TrainingRun | None:
    """The last training asked for on what was known that day."""
    return session.scalar(
        select(TrainingRun)
        .where(TrainingRun.as_of == as_of)
        .order_by(TrainingRun.id.desc())
        .limit(1)
    )


def list_trainings(session: Session, *, limit: int = 8) -> Sequence[TrainingRun]:
    """The last trainings."""
    return session.scalars(select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit)).all()
