"""The roles an account may hold."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import AccountRole
from app.core.access.identity import Role


def plant(session: Session) -> None:
    """Add the roles that are missing."""
    existing = set(session.scalars(select(AccountRole.name)))
    session.add_all(AccountRole(name=role.value) for role in Role if role.value not in existing)
