"""From the session of a request to the identity that acts."""

from app.accounts import sessions
from app.core.identity import Identity
from app.extensions import db
from app.habilitations import impersonation_routes, queries


def signed_in_identity() -> Identity | None:
    """Who holds the session of this request, with the rights in force now, or the agent as whom they look."""
    agent = sessions.signed_in_agent()
    own = queries.identity_of(db.session(), agent) if agent else None
    return impersonation_routes.as_seen(own)
