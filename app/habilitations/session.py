"""From the session of a request to the identity that acts."""

from flask_security import current_user

from app.core.identity import Identity
from app.extensions import db
from app.habilitations import queries


def signed_in_identity() -> Identity | None:
    """Who holds the session of this request, with the rights in force now."""
    if not current_user.is_authenticated:
        return None
    return queries.identity_of(db.session(), current_user)
