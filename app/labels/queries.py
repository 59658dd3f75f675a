"""Read labels, for training and for data scientists. Row-level security hides them from others."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from app.labels.models import Label

#: the day on which a label became known, in the agents' time zone
KNOWN_ON = cast(func.timezone("Europe/Paris", Label.known_at), Date)


def list_labels(session: Session, *, known_before: date) -> Sequence[Label]:
    """Return the labels known by ``known_before``, in the order they became known."""
    return session.scalars(
        select(Label).where(known_before >= KNOWN_ON).order_by(Label.known_at, Label.id)
    ).all()
