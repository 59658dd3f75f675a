"""Read a file made for a request, by whoever treats it."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.records.persons.models import PersonFile, PersonRequest


def get_file(
    session: Session, _identity: Identity, request: PersonRequest, file_id: int
) -> PersonFile:
    """Return a file of a request, with its bytes, while it is kept; raise `NotFoundError`."""
    one = select(PersonFile).where(PersonFile.id == file_id, PersonFile.request_id == request.id)
    file = session.scalar(one.options(undefer(PersonFile.content)))
    if file is None or file.expires_at is None or file.expires_at <= utcnow():
        raise NotFoundError
    return file
