"""Ask for a building of the store, and follow what was published."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.french import date_fr
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.label_store import queries
from app.label_store.models import LabelBuild, LabelBuildState

#: the namespace of the lock that serialises requests
ASK_LOCK = 7_146_014


def ask_build(session: Session, identity: Identity, *, known_on: date, trigger: str) -> LabelBuild:
    """Write a building of what was known on a day and defer it, in one transaction.

    Raise `DomainError` when the day is to come, or when one is in progress for the same day.
    """
    if known_on > today():
        raise DomainError(
            "On ne sait pas encore ce qui sera connu ce jour-là : choisissez une date passée.",
            field="known_on",
        )
    take_turn(session, ASK_LOCK)
    last = queries.find_last(session, known_on=known_on)
    if last is not None and not last.is_over:
        raise DomainError(
            f"Un calcul au {date_fr(known_on)} est déjà en cours : attendez qu’il se termine.",
            field="known_on",
        )
    build = LabelBuild(
        known_on=known_on,
        state=LabelBuildState.WAITING,
        trigger=trigger,
        asked_by=identity.agent_id,
        created_at=utcnow(),
    )
    session.add(build)
    session.flush()
    journal.record(
        session, identity, journal.Event.LABELS_ASKED, build=build.id, known_on=known_on, trigger=trigger
    )  # fmt: skip
    defer(session, Task.LABELS_BUILD, queueing_lock=f"labels:{build.id}", build_id=build.id)
    return build


def ask_when_due(session: Session, identity: Identity) -> list[LabelBuild]:
    """Ask for what a model learnt, when it was trained since the last building was asked for; for what is known today, when a
    batch or a list was published since.
    """
    model, published = queries.last_trained(session), queries.last_published(session)
    asked = queries.last_asked(session)
    due = []
    if model is not None and _is_since(model.created_at, asked):
        due.append((model.trained_as_of, "entraînement"))
    if published is not None and _is_since(published, asked):
        due.append((today(), "publication"))
    return [
        ask_build(session, identity, known_on=day, trigger=trigger)
        for day, trigger in dict(due).items()
        if not _is_going(session, day)
    ]


def _is_since(moment: datetime, asked: datetime | None) -> bool:
    return asked is None or moment > asked


def _is_going(session: Session, day: date) -> bool:
    last = queries.find_last(session, known_on=day)
    return last is not None and not last.is_over
