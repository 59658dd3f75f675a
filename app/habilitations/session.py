"""From the session of a request to the identity that acts."""

from app.accounts import sessions
from app.core.identity import Identity
from app.extensions import db
from app.habilitations import queries


def signed_in_identity() -> Identity | None:
    """Who holds the session of this request, with the rights in force now."""
    agent = sessions.signed_in_agent()
    return queries.identity_of(db.session(), agent) if agent else None
