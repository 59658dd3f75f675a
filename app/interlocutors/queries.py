"""Read whom to talk to in a firm. Row-level security leaves out those archived, and those of a firm out of reach."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.interlocutors.models import Interlocutor

#: people of one firm that its pages show
SHOWN = 20


def get_interlocutor(session: Session, _identity: Identity, interlocutor_id: int) -> Interlocutor:
    """Return somebody of a firm within reach; raise `NotFoundError` for the others, and once archived."""
    one = select(Interlocutor).options(joinedload(Interlocutor.author))
    found = session.scalar(one.where(Interlocutor.id == interlocutor_id))
    if found is None:
        raise NotFoundError
    return found


def list_of_firm(session: Session, _identity: Identity, siren: str) -> Sequence[Interlocutor]:
    """Return the people of a firm, the last ones given first."""
    of_firm = (Interlocutor.siren == siren, Interlocutor.archived_at.is_(None))
    order = (Interlocutor.given_on.desc(), Interlocutor.id.desc())
    return session.scalars(select(Interlocutor).where(*of_firm).order_by(*order).limit(SHOWN)).all()


def find_same(
    session: Session, siren: str, *, telephone: str, email: str, but: int | None
) -> Interlocutor | None:
    """Return somebody else of a firm who has this telephone or this address, if any."""
    has = []
    if telephone:
        has.append(Interlocutor.telephone == telephone)
    if email:
        has.append(func.lower(Interlocutor.email) == email.lower())
    if not has:
        return None
    others = (Interlocutor.siren == siren, Interlocutor.archived_at.is_(None), or_(*has))
    statement = select(Interlocutor).where(*others, Interlocutor.id.is_distinct_from(but))
    return session.scalars(statement.order_by(Interlocutor.id).limit(1)).first()
