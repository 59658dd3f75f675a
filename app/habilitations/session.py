"""From the session of a request to the identity that acts."""

from flask_security import current_user

from app.core.identity import Identity
from app.extensions import db
from app.habilitations import impersonation_routes, queries


def signed_in_identity() -> Identity | None:
    """Who holds the session of this request, with the rights in force now, or the agent as whom they look."""
    is_known = current_user.is_authenticated
    own = queries.identity_of(db.session(), current_user) if is_known else None
    return impersonation_routes.as_seen(own)
