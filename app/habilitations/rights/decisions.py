"""A request asked by one person and decided by another: written once while it waits, decided once, by a third person."""

from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import require_text
from app.habilitations.models import Decided, RequestState
from app.habilitations.policies import NOT_ONESELF, TWO_PERSONS, may_decide

#: the advisory lock of decisions: two people who decide on each other's request at once would not see what the other does
DECISIONS = 7_146_009
#: how long somebody who validated my requests sends me theirs in vain: the database holds it too
RECIPROCITY = timedelta(days=180)
EACH_OTHER = (
    "Cette personne a validé une de vos demandes depuis moins de six mois : une troisième décide de la"
    " sienne. Demandez-le à un autre correspondant ou à un administrateur."
)
DECIDED = "Quelqu’un a déjà décidé de cette demande."

Request = TypeVar("Request", bound=Decided)


def require_asker(identity: Identity, agent: Agent) -> int:
    """The number of whoever asks for ``agent``; raise `DomainError` for oneself and for the system."""
    if identity.agent_id is None or identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
    return identity.agent_id


def write(session: Session, request: Decided, *, already: DomainError) -> None:
    """Write a request; raise ``already`` when one for the same thing waits for a decision."""
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError as error:
        if f"uq_{request.__tablename__}_pending" not in str(error.orig):
            raise
        raise already from None


def locked(session: Session, identity: Identity, request: Request) -> Request:
    """The pending request, locked until the end of the transaction, so that only one person decides on it.

    Raise `DomainError` for whoever asked, for whoever it concerns, or if too late.
    """
    if not may_decide(identity, request):
        raise DomainError(TWO_PERSONS)
    take_turn(session, DECISIONS)
    kind = type(request)
    pending = (kind.id == request.id, kind.state == RequestState.PENDING)
    # Only its number is read again: a page that is shown once more still has the people it names.
    if session.scalar(select(kind.id).where(*pending).with_for_update()) is None:
        raise DomainError(DECIDED)
    session.refresh(request, ["state"])
    return request


def validates_each_other(session: Session, identity: Identity, request: Decided) -> bool:
    """Whether the requester validated, within `RECIPROCITY`, what the acting agent asked for: a third person decides then."""
    kind = type(request)
    given_back = select(kind.id).where(
        kind.requested_by == identity.agent_id,
        kind.decided_by == request.requested_by,
        kind.state == RequestState.VALIDATED,
        kind.decided_at > utcnow() - RECIPROCITY,
    )
    return session.scalar(given_back.limit(1)) is not None


def settle(session: Session, identity: Identity, request: Decided, state: RequestState) -> None:
    """Write down the decision on a request that is `locked`."""
    request.state, request.decided_by, request.decided_at = state, identity.agent_id, utcnow()
    session.flush()


def refuse(session: Session, identity: Identity, request: Request, *, reason: str) -> None:
    """Refuse, with a reason, which the caller journals. Raise `DomainError` without one, and as `locked` does."""
    reason = require_text(
        reason, field="reason", absent="Dites pourquoi vous refusez cette demande."
    )
    request = locked(session, identity, request)
    request.refusal = reason
    settle(session, identity, request, RequestState.REFUSED)
