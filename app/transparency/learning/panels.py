"""The soft reminder above the lists, and the line of the account's page."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.text.french import date_fr
from app.transparency.learning import queries
from app.transparency.learning.content import MINUTES


def reminder(session: Session, identity: Identity) -> dict[str, Any]:
    """Return whether the agent is reminded of the lesson: neither finished nor hushed."""
    record = queries.find_record(session, identity)
    return {"lesson_is_due": record is None, "lesson_minutes": MINUTES}


def of_account(session: Session, identity: Identity) -> str:
    """Return what the account's page says of the lesson."""
    done = queries.finished_at(session, identity)
    return f"terminée le {date_fr(done)}" if done else f"{MINUTES} minutes, pas encore faite"
