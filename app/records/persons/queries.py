"""Read the register: what waits for an answer first, the oldest day first."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.database.keyset import Key, Slice, slice_of
from app.core.errors import NotFoundError
from app.core.now import today
from app.records.persons.models import PersonFile, PersonRequest

#: open requests that the night looks at: those whose day comes first; files of one request that its page lists
MOST_DUE, SHOWN_FILES = 500, 5


def get_request(session: Session, _identity: Identity, request_id: int) -> PersonRequest:
    """Return a request within reach; raise `NotFoundError`."""
    people = (PersonRequest.author, PersonRequest.handler, PersonRequest.answerer)
    request = session.scalar(
        select(PersonRequest)
        .where(PersonRequest.id == request_id)
        .options(*(joinedload(person) for person in people))
    )
    if request is None:
        raise NotFoundError
    return request


def slice_of_requests(
    session: Session, _identity: Identity, cursor: str | None, *, is_closed: bool
) -> Slice[Row[PersonRequest]]:
    """Return the requests that wait for an answer, the first due first; or those closed, the last due first."""
    is_answered = PersonRequest.outcome.is_not(None)
    statement = select(PersonRequest).where(is_answered if is_closed else ~is_answered)
    key: Key = [PersonRequest.due_on, PersonRequest.id]
    if is_closed:
        key = [PersonRequest.due_on.desc(), PersonRequest.id.desc()]
    return slice_of(
        session, statement.options(joinedload(PersonRequest.handler)), key=key, cursor=cursor
    )


def count_late(session: Session, _identity: Identity) -> int:
    """Return how many wait beyond the day their answer was due."""
    late = (PersonRequest.outcome.is_(None), PersonRequest.due_on < today())
    return session.scalar(select(func.count()).select_from(PersonRequest).where(*late)) or 0


def list_due(session: Session, before: date) -> Sequence[PersonRequest]:
    """Return the open requests due before a day, the oldest first, bounded."""
    due = (PersonRequest.outcome.is_(None), PersonRequest.due_on < before)
    order = (PersonRequest.due_on, PersonRequest.id)
    return session.scalars(select(PersonRequest).where(*due).order_by(*order).limit(MOST_DUE)).all()


def list_files(
    session: Session, _identity: Identity, request: PersonRequest
) -> Sequence[PersonFile]:
    """Return the last files of a request, those forgotten left out."""
    mine = select(PersonFile).where(PersonFile.request_id == request.id)
    return session.scalars(mine.order_by(PersonFile.id.desc()).limit(SHOWN_FILES)).all()
