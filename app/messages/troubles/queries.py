"""Read the e-mails that did not leave: with the system's rights, since each agent reads their own only."""

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of
from app.core.errors import NotFoundError
from app.core.slots import Slot
from app.messages.models import Email

WHY = "Courriels qui ne partent pas"
_SHOWN = (
    Email.id, Email.agent_id, Email.address, Email.subject, Email.created_at, Email.due_at, Email.given_up_at, Email.attempts,
    Email.trouble,
)  # fmt: skip

#: the names of agents, by id; provided by accounts
names_of: Slot[Callable[[Session, Collection[int]], Mapping[int, str]]] = Slot("names of agents")


def page_of_troubled(
    session: Session, _identity: Identity, cursor: str | None
) -> Page[Row[*tuple[object, ...]]]:
    """The e-mails that failed at least once and are not sent, last written first; neither their text nor their key."""
    with reading_as_system(session, reason=WHY) as connection:
        return page_of(connection, _troubled(), key=[Email.id.desc()], cursor=cursor)


def count_given_up(session: Session, _identity: Identity) -> int:
    """How many e-mails were given up."""
    given_up = select(func.count()).where(
        Email.given_up_at.is_not(None), Email.trouble.is_not(None)
    )
    with reading_as_system(session, reason=WHY) as connection:
        return connection.scalar(given_up) or 0


def get_troubled(session: Session, _identity: Identity, email_id: int) -> Row[*tuple[object, ...]]:
    """One of them; raise `NotFoundError`."""
    with reading_as_system(session, reason=WHY) as connection:
        email = connection.execute(_troubled().where(Email.id == email_id)).one_or_none()
    if email is None:
        raise NotFoundError
    return email


def _troubled() -> Select[*tuple[object, ...]]:
    return select(*_SHOWN).where(Email.sent_at.is_(None), Email.trouble.is_not(None))
