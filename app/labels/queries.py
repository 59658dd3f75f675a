"""Reading labels: for training, and for data scientists. Row-level security hides them from others."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from app.labels.models import Label

#: the day, where agents work, on which a label was known
KNOWN_ON = cast(func.timezone("Europe/Paris", Label.known_at), Date)


def list_labels(session: Session, *, known_before: date) -> Sequence[Label]:
    """Labels known on ``known_before`` at the latest, in the order they became known."""
    return session.scalars(
        select(Label).where(known_before >= KNOWN_ON).order_by(Label.known_at, Label.id)
    ).all()
