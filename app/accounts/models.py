"""Agents, the roles of their accounts, and the confidentiality commitments they signed."""

from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Index, Table, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, LabelledEnum, code_check, enum_column
from app.core.now import utcnow


class Administration(LabelledEnum):
    """The house an agent works for."""

    DIRECCTE = "direccte", "Direccte (Dreets)"
    URSSAF = "urssaf", "Urssaf"
    BANQUE_DE_FRANCE = "banque_de_france", "Banque de France"
    DGFIP = "dgfip", "DGFiP"
    DGE = "dge", "DGE"
    VIGIE = "vigie", "Équipe Vigie"


agent_role = Table(
    "agent_role",
    Base.metadata,
    Column("agent_id", ForeignKey("agent.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class AccountRole(Base, RoleMixin):
    """A role an account may hold; names are those of `app.core.identity.Role`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Agent(Base, UserMixin):
    """A person who signs in."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    job_title: Mapped[str] = mapped_column(server_default="")
    administration: Mapped[Administration] = enum_column(Administration)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default="true")
    #: random, in the session instead of the id: changing it closes every session of the agent
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    #: who the agent is at ProConnect, learnt at the first sign-in there; then it alone decides
    proconnect_sub: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    wants_digest: Mapped[bool] = mapped_column(server_default="true")

    #: read when a session is identified, by Flask-Security too; never for the author of a text
    roles: Mapped[list[AccountRole]] = relationship(secondary=agent_role)  # type: ignore[assignment]

    __table_args__ = (
        code_check("administration", Administration),
        Index("uq_agent_email_lower", text("lower(email)"), unique=True),
    )

    @property
    def full_name(self) -> str:
        """First then last name, as shown beside what the agent writes."""
        return f"{self.first_name} {self.last_name}"


class Commitment(Base):
    """An agent's signature of a version of the confidentiality commitment."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    version: Mapped[str]
    accepted_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
