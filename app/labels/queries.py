"""Read labels, for training and for data scientists. Row-level security hides them from others."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from app.core.database.tables import day_of
from app.labels.models import Label, LabelKind

#: the day on which a label became known, in the agents' time zone
KNOWN_ON = day_of(Label.known_at)


def list_labels(session: Session, *, known_before: date) -> Sequence[Label]:
    """Return the labels known by ``known_before``, in the order they became known: without those of an accompagnement known
    to have been deleted since.
    """
    cancelled = aliased(Label)
    known_then = day_of(cancelled.known_at)
    since = (
        cancelled.subject_kind == Label.subject_kind,
        cancelled.subject_id == Label.subject_id,
        cancelled.kind == LabelKind.SUPPORT_CANCELLED,
        cancelled.known_at >= Label.known_at,
        known_before >= known_then,
    )
    kept = (known_before >= KNOWN_ON, ~exists().where(*since))
    return session.scalars(select(Label).where(*kept).order_by(Label.known_at, Label.id)).all()
