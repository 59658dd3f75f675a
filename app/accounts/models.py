"""Agents, the roles of their accounts, and the confidentiality commitments they signed."""

from datetime import datetime, timedelta

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Index, Table, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, LabelledEnum, code_check, enum_column
from app.core.now import utcnow

#: an account nobody signs in with is suspended after this long
DORMANT_AFTER = timedelta(days=90)


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
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    wants_digest: Mapped[bool] = mapped_column(server_default="true")
    last_signed_in_at: Mapped[datetime | None]
    #: set by the nightly check of dormant accounts, cleared by a reactivation
    suspended_at: Mapped[datetime | None]
    #: somebody of the house gave the account its 90 days again
    reactivated_at: Mapped[datetime | None]

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

    @property
    def last_active_at(self) -> datetime:
        """From when dormancy counts: the last sign-in, else the opening or the reactivation of the account."""
        moments = (self.created_at, self.last_signed_in_at, self.reactivated_at)
        return max(moment for moment in moments if moment is not None)

    @property
    def is_dormant(self) -> bool:
        """Whether nobody signed in for `DORMANT_AFTER`, told by the nightly check or not yet."""
        return self.suspended_at is not None or utcnow() - self.last_active_at >= DORMANT_AFTER


class Commitment(Base):
    """An agent's signature of a version of the confidentiality commitment."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    version: Mapped[str]
    accepted_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
