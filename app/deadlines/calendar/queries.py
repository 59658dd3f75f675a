"""Find the address of an agent's calendar, and whose an address is."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.deadlines.calendar.models import CalendarAddress


def find_address(session: Session, identity: Identity) -> CalendarAddress | None:
    """Return the address that the agent has, if any."""
    return session.get(CalendarAddress, identity.agent_id)


def find_owner(session: Session, secret: str) -> int | None:
    """Return the agent whose address bears ``secret``. ``session`` must act for the system."""
    mine = CalendarAddress.digest == digest_of(secret)
    return session.scalar(select(CalendarAddress.agent_id).where(mine))


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret: it is drawn from 256 bits, nobody tries them."""
    return sha256(secret.encode()).digest()
