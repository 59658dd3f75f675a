"""Requests that an agent hold a role that decides on the rights of others."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from app.core.access.identity import Role
from app.core.database.tables import enum_column
from app.habilitations.models import DECIDING, Decided, decided_once


class RoleRequest(Decided):
    """A request that an agent hold a role of `DECIDING`."""

    __tablename__ = "role_request"

    role: Mapped[Role] = enum_column(Role)

    __table_args__ = (
        *decided_once("role_request", "role"),
        CheckConstraint(f"role in {tuple(role.value for role in DECIDING)}", name="role_known"),
    )
