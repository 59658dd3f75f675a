"""Read standard letters with what they said."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from app.campaigns.standard.models import LetterVersion, StandardLetter
from app.core.access.identity import Identity
from app.core.errors import NotFoundError


def get_letter(session: Session, _identity: Identity, letter_id: int) -> StandardLetter:
    """Return a standard letter with its versions; raise `NotFoundError`."""
    letter = session.scalar(_whole().where(StandardLetter.id == letter_id))
    if letter is None:
        raise NotFoundError
    return letter


def list_letters(session: Session, *, archived: bool = False) -> Sequence[StandardLetter]:
    """Return the standard letters that are offered, the oldest first, or all of them."""
    statement = _whole().order_by(StandardLetter.archived_at.is_not(None), StandardLetter.id)
    if not archived:
        statement = statement.where(StandardLetter.archived_at.is_(None))
    return session.scalars(statement).all()


def _whole() -> Select[StandardLetter]:
    return select(StandardLetter).options(
        selectinload(StandardLetter.versions).joinedload(LetterVersion.author)
    )
